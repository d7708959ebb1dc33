"""How values of different kinds compare: what a caller keyed is text, and counts as a number beside a
number."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

TEXT_LIMIT = 4000
NUMBER_LIMIT = Decimal(10) ** 18


def truth(value: Any) -> bool:
    """Whether a value counts as yes. Texts that say no count as no: settings and data arrive as text."""
    if isinstance(value, str):
        return value.strip().casefold() not in {"", "false", "no", "off", "0"}
    return bool(value)


def as_text(value: Any) -> str:
    """A value as text of bounded length; nothing for None."""
    return "" if value is None else str(value)[:TEXT_LIMIT]


def number_of(value: Any) -> Decimal | None:
    """The number a value is or spells; None when it is none. What a caller keyed is text."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= NUMBER_LIMIT else None


def _pair(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Both as numbers, dates or texts, so that they can be compared; None when they cannot."""
    numbers = number_of(left), number_of(right)
    if None not in numbers and not (isinstance(left, str) and isinstance(right, str)):
        return numbers
    for kinds in ((datetime,), (date,), (time,), (bool,)):
        if isinstance(left, kinds) and isinstance(right, kinds):
            return left, right
    if left is None or right is None:
        return None
    return as_text(left).casefold(), as_text(right).casefold()


def _same(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right
    pair = _pair(left, right)
    return pair is not None and pair[0] == pair[1]


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def check(left: Any, right: Any) -> bool:
        numbers = number_of(left), number_of(right)
        if None in numbers and any(isinstance(value, int | float | Decimal) for value in (left, right)):
            return False  # "many" is neither more nor less than 9
        pair = numbers if None not in numbers else _pair(left, right)
        try:
            return pair is not None and bool(compare(*pair))
        except TypeError:
            return False

    return check


def _inside(left: Any, right: Any) -> bool:
    if isinstance(right, str):
        return left is not None and as_text(left).casefold() in right.casefold()
    if isinstance(right, Mapping):
        return str(left) in right
    return isinstance(right, list | tuple) and any(_same(left, item) for item in right)


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": _same,
    "ne": lambda left, right: not _same(left, right),
    "lt": _ordered(operator.lt),
    "lteq": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "gteq": _ordered(operator.ge),
    "in": _inside,
    "notin": lambda left, right: not _inside(left, right),
}
