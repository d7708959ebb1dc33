"""Answers of other systems about the caller of one call. Each is written once; a second adds nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, Connection, Float, String, Table, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata

# What a source said of the caller of one call: found, missing or failed.
card_part = Table(
    "card_part",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("part", String(64), primary_key=True),
    Column("status", String(10), nullable=False),
    Column("fields", JSON, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("answered_at", Float, nullable=False),
)


FOUND, MISSING, FAILED = "found", "missing", "failed"


@dataclass(frozen=True, slots=True)
class PartRow:
    call_sid: str
    part: str
    status: str
    fields: Mapping[str, Any]
    due_at: float
    answered_at: float


_of_call = select(*[card_part.c[name] for name in PartRow.__slots__]).where(
    card_part.c.call_sid == bindparam("sid"), card_part.c.part == bindparam("part")
)
_add = {
    "sqlite": sqlite.insert(card_part).on_conflict_do_nothing().returning(card_part.c.part),
    "postgresql": postgresql.insert(card_part).on_conflict_do_nothing().returning(card_part.c.part),
}


def find(connection: Connection, call_sid: str, part: str) -> PartRow | None:
    found = connection.execute(_of_call, {"sid": call_sid, "part": part}).first()
    return PartRow(*found) if found else None


def add(connection: Connection, row: PartRow) -> bool:
    """Keep an answer. False when this part of the call was answered before."""
    values = {name: getattr(row, name) for name in PartRow.__slots__}
    return connection.execute(_add[connection.dialect.name], values).first() is not None
