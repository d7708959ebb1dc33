"""Rows: selected by the slots of their class, and what the database answers."""

from __future__ import annotations

from typing import Any, Protocol, TypeAlias

from sqlalchemy import CursorResult, Row, select


class HasSlots(Protocol):
    """A class that names its fields, as a dataclass with slots does."""

    __slots__: tuple[str, ...]


def select_rows(table: Any, row: type[HasSlots]) -> Any:
    """SELECT the columns that `row` has slots for, in their order."""
    return select(*(table.c[name] for name in row.__slots__))


AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
"""A row of columns that its statement names."""


def inserted_id(done: CursorResult[*tuple[Any, ...]]) -> int:
    """Return the number that the database gave the row which was just written."""
    key = done.inserted_primary_key
    if key is None:
        raise LookupError("the statement wrote no row")
    return int(key[0])
