"""Where we call and text at our own cost: ordinary telephones of our country, and of named neighbours.

One rule for all that spends money: texts, callbacks, transfers, phones of agents, emergency numbers. Callers
key in numbers and show numbers that are not theirs, and whole ranges of numbers exist to be called at
somebody else's cost. So everything is refused that is not known to be ordinary.
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
    """The two letters of the country, or "" when it cannot be told."""
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
# Companies have such numbers, and some of their partners; callers who leave one to be called do not.
NAMED = ORDINARY | {PhoneNumberType.TOLL_FREE, PhoneNumberType.UAN, PhoneNumberType.VOIP}
COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
EMERGENCY = ("911", "112", "999")
# Not every number of these ranges has been given out, and the tables know only those that were.
COSTLY_RANGES = (re.compile(r"\+1(900|976|5(00|2[1-9]|33|44|66|77|88))"),)
E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
WRITE_IT = "write it like '+15550001000'"


@dataclass(frozen=True, slots=True)
class Destinations:
    """The countries to which we call, our own first."""

    countries: tuple[str, ...]

    @classmethod
    def of(cls, country: str, neighbours: Sequence[str] = ()) -> Destinations:
        return cls(tuple(dict.fromkeys((country, *neighbours))))

    def refusal(self, number: str) -> str:
        """Why no money is spent on this number, which a stranger may have chosen: INVALID, FORBIDDEN, FOREIGN
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
        """The same for a number that stands in the settings, a flow or an account. Numbers that are free to
        call may be meant, and those of films and manuals, which nobody has."""
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
        """Whether a text can arrive there at the usual price."""
        if self.refusal(number):
            return False
        return phonenumbers.number_type(phonenumbers.parse(number, None)) in MOBILE

    def why_not(self, written: str) -> tuple[str, str] | None:
        """What is wrong with a number that somebody wrote into a file (cause, remedy); None when it may be
        dialled."""
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
        """The number in its full form, or why it is refused whatever it is for."""
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
        """Whether a number that nobody has yet begins as those of another country with our country code."""
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
    """The country of an E.164 number; None where it has none, as for satellites."""
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def is_costly(number: PhoneNumber, international: str) -> bool:
    """Premium rates and shared costs, of any country."""
    ranges = any(costly.match(international) for costly in COSTLY_RANGES)
    return ranges or phonenumbers.number_type(number) in COSTLY
