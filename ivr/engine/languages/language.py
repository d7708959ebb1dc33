"""The form of one language's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """`press` and `zero` are regular expressions: a sentence with both tells the caller to press 0.

    `phrases` are templates as staff write them. `units` maps a currency to singular, plural, singular and
    plural of its hundredth. `clock` says how a time of day is spoken: 12 or 24 hours.
    """

    code: str
    phrases: Mapping[str, str]
    person: frozenset[str]
    press: str
    zero: str
    conjunction: str
    money_joint: str
    minus: str
    units: Mapping[str, tuple[str, str, str, str]]
    date: str
    date_with_year: str
    clock: int = 24
