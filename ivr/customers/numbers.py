"""Telephone numbers in one form, and what a caller's number is worth: a hint, never who speaks."""

from __future__ import annotations

import re

from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    format_number,
    is_possible_number,
    parse,
)

# What networks send instead of a number. Some spell words on the keypad: +266696687 is ANONYMOUS.
_WITHHELD_WORDS = {
    "",
    "anonymous",
    "unknown",
    "unavailable",
    "restricted",
    "private",
    "blocked",
    "null",
    "none",
}
_WITHHELD_NUMBERS = {"+266696687", "+8656696", "+86282452253", "+7378742833", "+2562533", "+7748428", "+464"}
_ADDRESSES = ("sip:", "sips:", "client:", "whatsapp:", "tel:")
_LONGEST = 40

_TRUST = {
    "A": "A: the caller's carrier vouches for this number (who speaks is still to be checked)",
    "B": "B: the carrier knows its customer, but not whether this number is theirs",
    "C": "C: the call came through a gateway; nobody vouches for this number",
    "": "Number not verified",
}
_WITHHELD = "Number withheld"


def to_e164(text: str, region: str = "US") -> str:
    """`text` as +… digits, or "" when it is no telephone number. National numbers are read as of `region`."""
    text = text.strip()
    if not text or len(text) > _LONGEST or re.search(r"[A-Za-z]", text):
        return ""
    try:
        number = parse(text, region.upper() or None)
    except NumberParseException:
        return ""
    return format_number(number, PhoneNumberFormat.E164) if is_possible_number(number) else ""


def caller_number(raw: str, region: str = "US") -> str:
    """The caller's number as E.164; "" when withheld, or when it is a client or SIP address, not a number."""
    text = raw.strip()
    if text.lower() in _WITHHELD_WORDS or text.lower().startswith(_ADDRESSES) or text in _WITHHELD_NUMBERS:
        return ""
    return to_e164(text, region)


def number_trust(attested: str, number: str = "+") -> str:
    """What the carrier's attestation letter means, in plain words. No letter at all is the usual case."""
    if not number:
        return _WITHHELD
    return _TRUST.get(attested.strip().upper(), _TRUST[""])


def for_people(number: str) -> str:
    """A number as people write it: +1 415-555-0123. Anything that is not a number stays as it is."""
    try:
        return format_number(parse(number, None), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number
