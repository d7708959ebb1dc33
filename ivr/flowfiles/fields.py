"""Types of text that both flows and the settings use, each with its error message."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ivr.engine.hours import DAY, read_ranges
from ivr.flowfiles.problems import quoted


def _name(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise ValueError(f"{quoted(value)} cannot be a name (use letters, digits, _ and -, at most 64)")
    return value


def _number(value: str) -> str:
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", value):
        raise ValueError(f"{quoted(value)} is not a full telephone number (write it like +15550001000)")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}", value):
        raise ValueError(f"{quoted(value)} is not a language (write it like en-US)")
    return value


def _daily_hours(value: str) -> str:
    """Return the one form 09:00-21:00, whatever dash or blank was written."""
    try:
        ranges = read_ranges(value)
    except PydanticCustomError:
        ranges = ()
    if len(ranges) != 1:
        raise ValueError(f"{quoted(value)} are not the hours of a day (write them like 09:00-21:00)")
    ((start, end),) = ranges
    end = end if end <= DAY else end - DAY
    return "-".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (start, end))


Name = Annotated[str, AfterValidator(_name)]
Number = Annotated[str, AfterValidator(_number)]
Language = Annotated[str, AfterValidator(_language)]
DailyHours = Annotated[str, AfterValidator(_daily_hours)]


NAMES = ("caller", "dialled", "call", "language")
OF_CUSTOMER = "customer."
LONGEST_VALUE = 500
_HOLE = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}")


def why_not_filled(text: str) -> str:
    """Return what is wrong with the placeholders of this text, or ""."""
    for name in _HOLE.findall(text):
        of_customer = name.startswith(OF_CUSTOMER) and name.count(".") == 1 and len(name) > len(OF_CUSTOMER)
        if name not in NAMES and not of_customer:
            return f"{quoted(name)} is not known here (use {', '.join(NAMES)} or customer.id)"
    if "{" in _HOLE.sub("", text) or "}" in _HOLE.sub("", text):
        return "a value is written like {{ caller }} (two brackets on each side, and a name between them)"
    return ""


def without_holes(text: str) -> str:
    """Return the text with `x` for every value, to see what stays the same."""
    return _HOLE.sub("x", text)


def filled(text: str, values: Mapping[str, Any], written: Callable[[str], str] = str) -> str | None:
    """Return the text with its values, each as `written`; None if one of them is unknown."""
    found = {name: _value(name, values) for name in _HOLE.findall(text)}
    if not all(found.values()):
        return None
    return _HOLE.sub(lambda hole: written(found[hole[1]]), text)


def _value(name: str, values: Mapping[str, Any]) -> str:
    if name.startswith(OF_CUSTOMER):
        values, name = values.get("customer") or {}, name.removeprefix(OF_CUSTOMER)
    value = values.get(name)
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value)[:LONGEST_VALUE] if plain else ""
