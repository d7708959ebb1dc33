"""A row class's slots are its columns."""

from __future__ import annotations

from typing import Any, Protocol

from sqlalchemy import select


class HasSlots(Protocol):
    """A class that names its fields, as a dataclass with slots does."""

    __slots__: tuple[str, ...]


def select_rows(table: Any, row: type[HasSlots]) -> Any:
    """SELECT the columns that `row` has slots for, in their order."""
    return select(*(table.c[name] for name in row.__slots__))
