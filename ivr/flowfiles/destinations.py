"""The numbers that may be called and texted at our cost: ordinary telephones of our country and of named
neighbours.

One rule for everything that costs money: texts, callbacks, transfers, phones of agents, emergency numbers.
Callers key numbers and show numbers that are not theirs, and whole ranges exist to be called at somebody
else's cost. So every number is refused that is not known to be ordinary.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from babel import Locale
from babel.core import get_global
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, shortnumberinfo

from ivr.flowfiles.problems import quoted

ALSO = {
    "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB", "great britain": "GB", "u.k.": "GB",
    "u.s.": "US", "u.s.a.": "US", "america": "US", "ger": "DE", "holland": "NL",
}  # fmt: skip


def country_meant(written: str) -> str:
    """Return the two letters of the country, or "" if it cannot be recognised."""
    word = written.strip()
    aliases = get_global("territory_aliases").get(word.upper(), ())
    codes = (word.upper(), *aliases, _names().get(word.casefold(), ""))
    return next((code for code in codes if code in phonenumbers.SUPPORTED_REGIONS), "")


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    named = {name.casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2}
    return named | ALSO


INVALID, FORBIDDEN, FOREIGN, SPECIAL = "invalid", "forbidden", "foreign", "special"

MOBILE = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
ORDINARY = MOBILE | {PhoneNumberType.FIXED_LINE}
# Companies and some of their partners have such numbers; callers who ask for a callback do not.
NAMED = ORDINARY | {PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN, PhoneNumberType.VOIP}
COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
EMERGENCY = ("911", "112", "999")
# Not every number of these ranges has been assigned, and the tables list only those that have.
COSTLY_RANGES = (re.compile(r"\+1(900|976|5(00|2[1-9]|33|44|66|77|88))"),)
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
WRITE_IT = "write it like '+15550001000'"


@dataclass(frozen=True, slots=True)
class Destinations:
    """The countries that may be called, our own first."""

    countries: tuple[str, ...]

    @classmethod
    def of(cls, country: str, neighbours: Sequence[str] = ()) -> Destinations:
        return cls(tuple(dict.fromkeys((country, *neighbours))))

    def refusal(self, number: str) -> str:
        """Return why this number, which a stranger may have chosen, is refused: INVALID, FORBIDDEN, FOREIGN
        or SPECIAL; "" for an ordinary telephone."""
        parsed, why = self._read(number)
        if parsed is None:
            return why
        if not phonenumbers.is_valid_number(parsed):
            return INVALID
        if not self._is_ours(parsed):
            return FOREIGN
        return "" if phonenumbers.number_type(parsed) in ORDINARY else SPECIAL

    def refusal_of_named(self, number: str) -> str:
        """Return the same for a number in the settings, a flow or an account. Toll-free numbers are allowed
        there, and so are the unassigned ones of films and manuals."""
        parsed, why = self._read(number)
        if parsed is None:
            return why
        if not phonenumbers.is_valid_number(parsed):
            codes = {phonenumbers.country_code_for_region(country) for country in self.countries}
            return "" if parsed.country_code in codes and not self._is_in_others_range(parsed) else FOREIGN
        if not self._is_ours(parsed):
            return FOREIGN
        return "" if phonenumbers.number_type(parsed) in NAMED else SPECIAL

    def takes_texts(self, number: str) -> bool:
        """Return whether a text can arrive there at the usual price."""
        if self.refusal(number):
            return False
        return phonenumbers.number_type(phonenumbers.parse(number, None)) in MOBILE

    def refusal_with_remedy(self, written: str) -> tuple[str, str] | None:
        """Return what is wrong with a number written in a file (cause, remedy); None if it may be dialled."""
        shown = quoted(written)
        digits = "".join(char for char in written if char.isdigit())
        if self._is_emergency(digits):
            return f"{shown} is an emergency number", "callers must dial it themselves"
        try:
            number = phonenumbers.parse(written, self.countries[0])
        except phonenumbers.NumberParseException:
            return f"{shown} cannot be dialled", WRITE_IT
        if len(digits) <= 6:
            return f"{shown} is a short number, which cannot be dialled from outside", WRITE_IT
        if not phonenumbers.is_possible_number(number):
            return f"{shown} cannot be dialled: it has too few or too many digits", WRITE_IT
        international = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        if is_costly(number, international):
            return f"{shown} is a premium-rate number", "take an ordinary number"
        if written != international:
            return f"{shown} is not a full telephone number", f"write '{international}'"
        refused = self.refusal_of_named(written)
        return self._in_words(shown, number) if refused else None

    def _in_words(self, shown: str, number: PhoneNumber) -> tuple[str, str]:
        region = phonenumbers.region_code_for_number(number)
        if region is None or region == "001" or region in self.countries:
            return f"{shown} is no ordinary telephone number", "take an ordinary number"
        *others, last = self.countries
        ours = f"{', '.join(others)} and {last}" if others else last
        return (
            f"{shown} is a number of {region}, and we call {ours} only",
            f"take a number of {ours}, or add {region} to 'neighbours'",
        )

    def _read(self, number: str) -> tuple[PhoneNumber | None, str]:
        """Return the parsed number, or the reason why it is refused for any purpose."""
        if not number:
            return None, INVALID
        if not E164.fullmatch(number):
            return None, FORBIDDEN
        if self._is_emergency(number[1:]):
            return None, FORBIDDEN
        try:
            parsed = phonenumbers.parse(number, None)
        except phonenumbers.NumberParseException:
            return None, FORBIDDEN
        if len(number) <= 7 or not phonenumbers.is_possible_number(parsed) or is_costly(parsed, number):
            return None, FORBIDDEN
        return parsed, ""

    def _is_emergency(self, digits: str) -> bool:
        known = any(shortnumberinfo.is_emergency_number(digits, country) for country in self.countries)
        return known or digits in EMERGENCY

    def _is_in_others_range(self, number: PhoneNumber) -> bool:
        """Return whether an unassigned number begins like those of another country with our country code."""
        written = phonenumbers.national_significant_number(number)
        for region in phonenumbers.region_codes_for_country_code(number.country_code):
            known = phonenumbers.PhoneMetadata.metadata_for_region(region)
            begins = known.leading_digits if known is not None else None
            if begins and region not in self.countries and re.match(begins, written):
                return True
        return False

    def _is_ours(self, number: PhoneNumber) -> bool:
        return any(phonenumbers.is_valid_number_for_region(number, country) for country in self.countries)


def country_of(number: str) -> str | None:
    """Return the country of an E.164 number; None if it has none, such as a satellite's."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def is_costly(number: PhoneNumber, international: str) -> bool:
    """Return whether the number has a premium rate or shared cost, in any country."""
    ranges = any(costly.match(international) for costly in COSTLY_RANGES)
    return ranges or phonenumbers.number_type(number) in COSTLY
