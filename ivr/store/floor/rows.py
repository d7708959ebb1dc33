"""A row class's slots are its columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select


def select_rows(table: Any, row: type) -> Any:
    """SELECT the columns that `row` has slots for, in their order."""
    return select(*(table.c[name] for name in row.__slots__))
