"""Warnings as agents make and end them. One that is ended or expired stays on record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import inserted_id

# `seen_by` is the least role that may read it. One that is ended stays, for whoever asks later who knew what.
warning = Table(
    "warning",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("customer_id", String(64), ForeignKey("customer.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("text", String(1000), nullable=False),
    Column("author", String(100), nullable=False, server_default=""),
    Column("made_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("seen_by", String(20), nullable=False, server_default="agent"),
    Column("ended_at", Float),
    Column("ended_by", String(100)),
    Index("ix_warning_customer", "customer_id"),
)


@dataclass(frozen=True, slots=True)
class WarningInForce:
    """A warning in force. `author` is an agent, or "import"; `seen_by` the least role that may read it."""

    id: int
    customer_id: str
    kind: str
    text: str
    author: str
    made_at: float
    expires_at: float | None
    seen_by: str


_columns = [warning.c[name] for name in WarningInForce.__slots__]
_in_force = (
    select(*_columns)
    .where(
        warning.c.customer_id == bindparam("id"),
        warning.c.ended_at.is_(None),
        or_(warning.c.expires_at.is_(None), warning.c.expires_at > bindparam("now")),
    )
    .order_by(warning.c.made_at.desc(), warning.c.id.desc())
)
_by_id = select(*_columns).where(warning.c.id == bindparam("id"), warning.c.ended_at.is_(None))
_insert = insert(warning)
_end = (
    update(warning)
    .where(warning.c.id == bindparam("p_id"), warning.c.ended_at.is_(None))
    .values(ended_at=bindparam("p_now"), ended_by=bindparam("p_by"))
)


def in_force(connection: Connection, customer_id: str, now: float) -> list[WarningInForce]:
    """The newest first."""
    return [WarningInForce(*row) for row in connection.execute(_in_force, {"id": customer_id, "now": now})]


def find(connection: Connection, warning_id: int) -> WarningInForce | None:
    """One that nobody has ended."""
    found = connection.execute(_by_id, {"id": warning_id}).first()
    return WarningInForce(*found) if found else None


def add(connection: Connection, row: WarningInForce) -> int:
    """Keep a new one (its id is given here); returns the id."""
    values = {name: getattr(row, name) for name in WarningInForce.__slots__ if name != "id"}
    return inserted_id(connection.execute(_insert, values))


def end(connection: Connection, warning_id: int, by: str, now: float) -> bool:
    """False when somebody else was faster."""
    return connection.execute(_end, {"p_id": warning_id, "p_by": by, "p_now": now}).rowcount == 1
