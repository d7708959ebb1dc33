"""Kinds of text that both flows and the settings are made of, each with what to say when it is wrong."""

from __future__ import annotations

import re
from typing import Annotated

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
    """In the one form 09:00-21:00, whatever dash or blank was written."""
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
