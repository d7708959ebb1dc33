"""Recognises the columns of common exports: which one holds the id, the name, the numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

# As phone books, mail programs and CRMs export them (Google, Outlook, HubSpot, Salesforce, Zendesk, …).
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "customer id", "customer no", "customer number", "contact id", "record id", "account id"),
        *("account number", "external id", "user id", "kundennummer", "kunden nr", "numero de cliente"),
        *(
            "numero client",
            "no client",
            "n client",
            "numero de client",
            "id client",
            "id cliente",
            "id kunde",
        ),
        *("kunden id", "client id", "cliente id", "codigo cliente", "person id"),
    ),
    "name": (
        *("name", "full name", "display name", "customer name", "contact name", "customer", "nombre"),
        *("nom", "person name"),
    ),
    "company": (
        *("company", "organization name", "organization 1 name", "company name", "firma", "empresa"),
        *("account name", "associated company", "organization", "societe", "entreprise", "unternehmen"),
        *("person organization", "default address company"),
    ),
    "email": ("email", "e mail", "e mail address", "email address", "e mail 1 value", "correo", "courriel"),
    "language": ("language", "sprache", "idioma", "langue", "locale"),
}
_FIRST = ("first name", "firstname", "given name", "vorname", "prenom", "person first name")
_LAST = (
    *("last name", "lastname", "family name", "surname", "nachname", "apellido", "apellidos"),
    *("nom de famille", "person last name"),
)
_PART = ("name", "nom", "nombre")  # beside a first or a last name alone, this is the other half
_NUMBER = re.compile(
    r"\b(numbers|(mobile|home|work|business|office|other|cell|main|primary|secondary|billing|shipping|direct|"
    r"contact|customer|alternate)?phones?|telephones?|tel|mobile|mobil|cell|telefono|telefonos|telefon|"
    r"telefonnummer|mobilnummer|mobiltelefon|movil|celular|handy|handynummer|rufnummer|portable|festnetz|gsm|"
    r"msisdn)\d?\b|\w*phone ?(number|no)\b|mobile ?(number|no)\b|contact (number|no)\b"
)
_NO_NUMBER = re.compile(
    r"\b(type|label|fax|telefax|ext|extension|code|country|opt|consent|verified|model|os)\b"
)


def plain_head(head: str) -> str:
    """Return a header without case, accents and punctuation: `Phone 1 - Value` is `phone 1 value`."""
    folded = unicodedata.normalize("NFKD", head.casefold().replace("ß", "ss"))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", letters).strip()


def columns_of(heads: Iterable[str], given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Return field → the headers (in lower case, as in the rows) of the columns that hold it. `given` sets
    some fields explicitly; `numbers` and `name` may be in several columns."""
    plain = {head: plain_head(head) for head in heads if head}
    found = {field: _first(plain, names) for field, names in _NAMES.items()}
    found["name"] = _names(plain, found["name"])
    found["numbers"] = tuple(
        head for head, words in plain.items() if _NUMBER.search(words) and not _NO_NUMBER.search(words)
    )
    wanted = {field: tuple(name for name in names) for field, names in given.items()}
    return {field: columns for field, columns in {**found, **wanted}.items() if columns}


def _names(plain: Mapping[str, str], whole: tuple[str, ...]) -> tuple[str, ...]:
    """Return the columns of a name: the whole one, or first and last name; else the account's name."""
    first, last = _first(plain, _FIRST), _first(plain, _LAST)
    if whole and not (plain[whole[0]] in _PART and bool(first) != bool(last)):
        return whole
    return (first or whole) + (last or whole) if whole else first + last or _first(plain, ("account name",))


def _first(plain: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    by_words = {words: head for head, words in reversed(list(plain.items()))}
    return next(((by_words[name],) for name in names if name in by_words), ())
