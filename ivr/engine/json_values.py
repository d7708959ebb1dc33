"""Values in a form that JSON keeps: a session goes through JSON between any two turns."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any


def storable(value: Any) -> Any:
    """The value with nothing in it that JSON cannot write."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): storable(item) for key, item in value.items()}
    return str(value)
