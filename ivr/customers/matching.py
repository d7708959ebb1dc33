"""Compares a customer's record with the values that a caller gave. Keyed values have digits and nothing
else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from ivr.engine.expressions import as_text

_LETTERS_FIRST = re.compile(r"[^\W\d_]+(\d+)")
_DAY = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)\s*")


def record_matches(record: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """Return whether the record has every given value. An empty one, and a field that the record does not
    have, match nobody."""
    fields = {letters_and_digits(name): value for name, value in record.items()}
    wanted = [(letters_and_digits(name), value) for name, value in given.items()]
    return bool(wanted) and all(_same(value, fields.get(name)) for name, value in wanted)


def _same(given: Any, kept: Any) -> bool:
    wanted = letters_and_digits(given)
    return bool(wanted) and wanted in {letters_and_digits(kept), *_keyed(kept)}


def _keyed(kept: Any) -> tuple[str, ...]:
    """Return how people key a value that has more than digits in it: C-1042 is 1042, and 1980-05-17 is
    17051980 to some, and 05171980 to others."""
    if day_found := _DAY.fullmatch(as_text(kept)):
        year, month, day = day_found.groups()
        return f"{day}{month}{year}", f"{month}{day}{year}"
    number = _LETTERS_FIRST.fullmatch(letters_and_digits(kept))
    return (number[1],) if number else ()


def letters_and_digits(value: Any) -> str:
    """Return letters and digits alone: C-1042, "c 1042" and C1042 become the same."""
    if isinstance(value, float | Decimal) and value == int(value):
        value = int(value)
    return "".join(character for character in as_text(value).casefold() if character.isalnum())
