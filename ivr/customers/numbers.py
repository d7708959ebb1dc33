"""Telephone numbers in one form, and how far a caller's number is trusted: it never proves who speaks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    parse,
)

from ivr.flowfiles.equivalents import equivalents

READABLE, UNREADABLE, PLACEHOLDER, WITHHELD = "readable", "unreadable", "placeholder", "withheld"
ERASED = "erased"
"""Not from the network: the caller's data was erased."""
"""What the network sent for a caller: a number, something we cannot read as one, something that stands for no
number, or nothing."""

_WITHHELD_WORDS = {
    *("anonymous", "unknown", "unavailable", "restricted", "private", "blocked", "withheld", "hidden"),
    *("null", "none", "na", "suppressed", "notavailable", "nonumber", "nocallerid", "outofarea"),
    *("unknowncaller", "unknownnumber", "callerunknown", "privatecaller", "privatenumber", "anonymouscaller"),
    *("restrictednumber", "blockednumber", "unavailablenumber", "idwithheld", "calleridwithheld"),
    *("idunavailable", "calleridunavailable", "undefined", "nan"),
}
# Words that networks spell on the keypad: 266696687 is ANONYMOUS; and numbers that exchanges and test sets
# send for every caller. A 1 may precede each.
_PLACEHOLDERS = {
    *("266696687", "8656696", "86282452253", "7378742833", "2562533", "7748283", "7748428", "688632732"),
    *("464", "1234567890", "0123456789", "123456789"),
}
_ADDRESS = re.compile(r"(?:sips?|tel):(?://)?([^@;?>]*)", re.IGNORECASE)
_OTHER_ADDRESSES = ("client:", "whatsapp:", "messenger:")
_LONGEST = 40
EXTENSION_WORDS = (
    r"(?<![a-z])(?:ext(?:n|ensi[oó]n)?|xx?|#|durchwahl|dw|nebenstelle|nst|poste|anexo|int(?:erno)?)[=:.\s]*"
)
"""Words before an extension, after the number."""
EXTENSION = rf"\(?{EXTENSION_WORDS}(?P<extension>\d{{1,9}})#?\)?"
_EXTENSION = re.compile(rf"[\s,;-]*{EXTENSION}\s*$", re.IGNORECASE)

_TRUST = {
    "A": "A: the caller's carrier vouches for this number (who speaks is still to be checked)",
    "B": "B: the carrier knows its customer, but not whether this number is theirs",
    "C": "C: the call came through a gateway; nobody vouches for this number",
    "": "Number not verified",
}
_WITHHELD = "Number withheld"


def to_e164(text: str, region: str = "US") -> str:
    """Return `text` as +… digits, or "" if it is not a telephone number. National numbers are read as of
    `region`."""
    text = text.strip()
    if not text or len(text) > _LONGEST or re.search(r"[A-Za-z]", text):
        return ""
    try:
        number = parse(text, region.upper() or None)
    except NumberParseException:
        return ""
    # A number without its area code only works in its own town.
    possible = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return format_number(number, PhoneNumberFormat.E164) if possible else ""


_LENGTHS = {
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code: nobody can call from it",
    ValidationResult.TOO_SHORT: "has too few digits for a telephone number",
    ValidationResult.TOO_LONG: "has too many digits for a telephone number",
    ValidationResult.INVALID_COUNTRY_CODE: "has a country code that does not exist",
}


class ExtensionAlone(ValueError):
    """An extension without the number that it belongs to."""


def without_extension(text: str, region: str = "US") -> tuple[str, str]:
    """Return (E.164, extension) of a number as people write it. Raises ValueError with the reason."""
    text = re.sub(r"^tel:", "", text.strip(), flags=re.IGNORECASE)
    cut = _EXTENSION.search(text)
    bare = text[: cut.start()] if cut else text
    if cut and not re.search(r"\w", bare):
        raise ExtensionAlone("is an extension alone (write the whole number before it)")
    if re.search(r"[A-Za-z]", bare) or len(text) > _LONGEST:
        raise ValueError("is not a telephone number")
    try:
        number = parse(bare, region.upper() or None)
    except NumberParseException:
        raise ValueError("is not a telephone number") from None
    result = is_possible_number_with_reason(number)
    if result != ValidationResult.IS_POSSIBLE:
        if other := _read(bare.strip(), region) or _with_00(bare):
            return other, cut["extension"] if cut else ""
        raise ValueError(_LENGTHS.get(result, "is not a telephone number"))
    extension, number.extension = cut["extension"] if cut else number.extension or "", None
    return format_number(number, PhoneNumberFormat.E164), extension


@dataclass(frozen=True, slots=True)
class CallerId:
    """The network's information about the caller. `number` is E.164, "" unless `kind` is readable. The number
    of an `address` (sip: or tel:) was written by the sender of the call, and nobody vouches for it."""

    number: str
    kind: str
    address: bool = False


def read_caller(raw: str, region: str = "US") -> CallerId:
    """Return one of four answers. A number in an outdated spelling is still a number (see `equivalents`)."""
    text = raw.strip()
    found = _ADDRESS.search(text)
    written = unquote(found[1]).strip() if found else text
    written = re.split("[@;]", written)[0]
    if not re.search(r"\w", written) or re.sub(r"[\W_]", "", written.lower()) in _WITHHELD_WORDS:
        return CallerId("", WITHHELD)
    if text.lower().startswith(_OTHER_ADDRESSES):
        return CallerId("", UNREADABLE)
    digits = re.sub(r"\D", "", written)
    if not re.search(r"[A-Za-z]", written) and is_placeholder(digits):
        return CallerId("", PLACEHOLDER)
    number = _of_address(written, region) if found else _read(written, region)
    return CallerId(number, READABLE if number else UNREADABLE, found is not None or "@" in text)


def is_placeholder(digits: str) -> bool:
    """Return whether these digits stand for no number: networks send them, and people write them to fill a
    form."""
    national = digits.removeprefix("1")
    if {digits, national} & _PLACEHOLDERS or not digits.strip("0"):
        return True
    if len(national) == 10 and len(set(national)) == 1:
        return True
    return len(digits) >= 7 and len(set(digits)) == 1 and not _is_valid(f"+{digits}")


def _of_address(user: str, region: str) -> str:
    """Return the number of a SIP user: with its country code, often without the plus before it."""
    if not user.startswith("+") and _is_valid(f"+{user}"):
        return f"+{re.sub(r'[^0-9]', '', user)}"
    return _read(user, region)


def _read(written: str, region: str) -> str:
    number = to_e164(written, region)
    if number:
        return number
    digits = "+" + re.sub(r"\D", "", written)
    others = equivalents(digits)[1:] if written.startswith("+") else ()
    return digits if any(to_e164(other) for other in others) else ""


def _with_00(written: str) -> str:
    """Return a number with its country code after 00, in a country with a different prefix."""
    digits = re.sub(r"\D", "", written)
    return f"+{int(digits)}" if digits.startswith("00") and _is_valid(f"+{digits[2:]}") else ""


def _is_valid(written: str) -> bool:
    try:
        return is_valid_number(parse(written, None))
    except NumberParseException:
        return False


def caller_number(raw: str, region: str = "US") -> str:
    """Return the caller's number as E.164; "" if it cannot be read."""
    return read_caller(raw, region).number


def number_trust(attested: str, number: str = "+", kind: str = "", raw: str = "") -> str:
    """Return what the carrier's attestation letter means, in plain words. Most calls have no letter."""
    if number:
        return _TRUST.get(attested.strip().upper(), _TRUST[""])
    if kind == UNREADABLE:
        return "Not readable as a number: shown as the network sent it"
    if kind == ERASED:
        return "Erased: it is not known any more who called"
    return f"No number: the network sent {raw} in its place" if kind == PLACEHOLDER else _WITHHELD


def for_people(number: str) -> str:
    """Return a number as people write it: +1 415-555-0123. Any other text is unchanged."""
    try:
        return format_number(parse(number, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number
