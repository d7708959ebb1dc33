"""What the database answers."""

from __future__ import annotations

from typing import Any, TypeAlias

from sqlalchemy import CursorResult, Row

AnyRow: TypeAlias = "Row[*tuple[Any, ...]]"
"""A row of columns that its statement names."""


def inserted_id(done: CursorResult[*tuple[Any, ...]]) -> int:
    """Return the number that the database gave the row which was just written."""
    key = done.inserted_primary_key
    if key is None:
        raise LookupError("the statement wrote no row")
    return int(key[0])
