"""What the columns of ordinary exports are called: which one holds the id, the name, the numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

# As phone books, mail programs and CRMs export them (Google, Outlook, HubSpot, Salesforce, Zendesk, …).
_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": (
        *("id", "customer id", "customer no", "customer number", "contact id", "record id", "account id"),
        *("account number", "external id", "user id", "kundennummer", "kunden nr", "numero de cliente"),
        *("numero client", "no client"),
    ),
    "name": (
        *("name", "full name", "display name", "customer name", "contact name", "customer", "nombre"),
        *("nom", "account name"),
    ),
    "company": ("company", "organization name", "organization 1 name", "company name", "firma", "empresa"),
    "email": ("email", "e mail", "e mail address", "email address", "e mail 1 value", "correo", "courriel"),
    "language": ("language", "sprache", "idioma", "langue", "locale"),
}
_FIRST = ("first name", "given name", "vorname", "prenom")
_LAST = ("last name", "family name", "surname", "nachname", "apellido", "apellidos", "nom de famille")
_NUMBER = re.compile(
    r"\b(numbers|phones?|telephones?|tel|mobile|mobil|cell|cellphone|telefono|telefonos|telefon|telefonnummer|"
    r"movil|celular|handy|handynummer|rufnummer|portable|festnetz|msisdn)\b|phone number"
)
_NO_NUMBER = re.compile(
    r"\b(type|label|fax|telefax|ext|extension|code|country|opt|consent|verified|model|os)\b"
)


def plain_head(head: str) -> str:
    """Without case, accents and punctuation: `Phone 1 - Value` is `phone 1 value`."""
    folded = unicodedata.normalize("NFKD", head.casefold().replace("ß", "ss"))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return re.sub(r"[\W_]+", " ", letters).strip()


def columns_of(heads: Iterable[str], given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Field → the heads (in lower case, as in the rows) of the columns that hold it. `given` says it of some
    fields, whatever they are called; `numbers` and `name` may be in several columns."""
    plain = {head: plain_head(head) for head in heads if head}
    found = {field: _first(plain, names) for field, names in _NAMES.items()}
    if not found["name"]:
        found["name"] = _first(plain, _FIRST) + _first(plain, _LAST)
    found["numbers"] = tuple(
        head for head, words in plain.items() if _NUMBER.search(words) and not _NO_NUMBER.search(words)
    )
    wanted = {field: tuple(name for name in names) for field, names in given.items()}
    return {field: columns for field, columns in {**found, **wanted}.items() if columns}


def _first(plain: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, ...]:
    by_words = {words: head for head, words in reversed(plain.items())}
    return next(((by_words[name],) for name in names if name in by_words), ())
