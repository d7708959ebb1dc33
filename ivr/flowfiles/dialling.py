"""Numbers that a flow would dial on the company's bill: only those that can be dialled and are harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import phonenumbers
from phonenumbers import PhoneNumberType, shortnumberinfo

from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import Problem, quoted

if TYPE_CHECKING:
    from ivr.settings import Settings

COSTLY = (PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)


def check_numbers(read: Draft, settings: Settings) -> list[Problem]:
    """Transfers to numbers that cannot be dialled, cost too much, or ring an emergency service."""
    found = []
    for name in read.step_names:
        for reference in read.refs(name):
            if reference.what == "target" and is_number(reference.name):
                wrong = why_not(reference.name, settings.country)
                if wrong:
                    found.append(read.step_part(name).problem(reference.inside, *wrong, "number"))
    return found


def is_number(written: str) -> bool:
    """True for what is meant as a telephone number and not as the name of a target."""
    return bool(re.fullmatch(r"\+?[0-9 ()./-]+", written))


def why_not(written: str, country: str) -> tuple[str, str] | None:
    """Why this number must not be dialled (cause, remedy); None when it may."""
    shown = quoted(written)
    digits = "".join(char for char in written if char.isdigit())
    if shortnumberinfo.is_emergency_number(digits, country) or digits in ("911", "112", "999"):
        return f"{shown} is an emergency number", "callers must dial it themselves"
    try:
        number = phonenumbers.parse(written, country)
    except phonenumbers.NumberParseException:
        return f"{shown} cannot be dialled", "write it like '+15550001000'"
    if len(digits) <= 6:
        return (
            f"{shown} is a short number, which cannot be dialled from outside",
            "write it like '+15550001000'",
        )
    if not phonenumbers.is_possible_number(number):
        return f"{shown} cannot be dialled: it has too few or too many digits", "write it like '+15550001000'"
    if phonenumbers.number_type(number) in COSTLY:
        return f"{shown} is a premium-rate number", "transfer to an ordinary number"
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if written != international:
        return f"{shown} is not a full telephone number", f"write '{international}'"
    return None
