"""The journal: append-only history of everything that happened, written in the transaction that did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    text,
)

from ivr.acd.journal import JournalKind
from ivr.store.metadata import metadata

OF_READERS = "kind IN ('file_read', 'many_files_read')"

# Lines that name a customer and are not found by the customer's calls.
OF_CUSTOMERS = (
    "kind IN ('customer_chosen', 'text_received', 'opted_out', 'opted_in', 'contacts_searched',"
    " 'contacts_exported')"
)

journal = Table(
    "journal",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("call_sid", String(64)),
    Column("agent_id", String(64)),
    Column("queue", String(64)),
    Column("body", JSON, nullable=False),
    Index("ix_journal_call", "call_sid", "id"),
    Index(
        "ix_journal_reader",
        "agent_id",
        "kind",
        "at",
        sqlite_where=text(OF_READERS),
        postgresql_where=text(OF_READERS),
    ),
    Index(
        "ix_journal_customer",
        "kind",
        sqlite_where=text(OF_CUSTOMERS),
        postgresql_where=text(OF_CUSTOMERS),
    ),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One thing that happened, to be written."""

    at: float
    kind: JournalKind
    call_sid: str | None = None
    agent_id: str | None = None
    queue: str | None = None
    body: Mapping[str, Any] | None = None


_insert = insert(journal)
_of_call = (
    select(journal.c.id, journal.c.at, journal.c.kind, journal.c.agent_id, journal.c.queue, journal.c.body)
    .where(journal.c.call_sid == bindparam("sid"))
    .order_by(journal.c.id)
    .limit(bindparam("most"))
)
_after = (
    select(
        journal.c.id,
        journal.c.at,
        journal.c.kind,
        journal.c.call_sid,
        journal.c.agent_id,
        journal.c.queue,
        journal.c.body,
    )
    .where(journal.c.id > bindparam("after"))
    .order_by(journal.c.id)
    .limit(bindparam("most"))
)
_noted = (
    select(journal.c.id)
    .where(
        journal.c.call_sid == bindparam("sid"),
        journal.c.kind == bindparam("kind"),
        journal.c.agent_id == bindparam("agent"),
        journal.c.at > bindparam("since"),
    )
    .limit(1)
)
# Both name the condition of the index in its own words: it holds these lines alone, however many others are.
_of_reader = select(journal.c.call_sid).where(
    text(OF_READERS), journal.c.agent_id == bindparam("agent"), journal.c.at > bindparam("since")
)
_files = _of_reader.where(journal.c.kind == str(JournalKind.FILE_READ)).distinct().limit(bindparam("most"))
_told_of = _of_reader.where(journal.c.kind == str(JournalKind.MANY_FILES_READ)).limit(1)
_holds = select(journal.c.body).where(
    journal.c.call_sid == bindparam("sid"), journal.c.kind == str(JournalKind.HOLD_ENDED)
)
_last = select(func.max(journal.c.id))


def write(connection: Connection, lines: Iterable[JournalRow]) -> None:
    rows = [
        {
            "at": line.at,
            "kind": str(line.kind),
            "call_sid": line.call_sid,
            "agent_id": line.agent_id,
            "queue": line.queue,
            "body": dict(line.body or {}),
        }
        for line in lines
    ]
    if rows:
        connection.execute(_insert, rows)


def of_call(connection: Connection, sid: str, most: int = 1000) -> list[Any]:
    """Rows of one call, oldest first."""
    return list(connection.execute(_of_call, {"sid": sid, "most": most}))


def after(connection: Connection, line_id: int, most: int = 1000) -> list[Any]:
    """Rows written after `line_id`, oldest first."""
    return list(connection.execute(_after, {"after": line_id, "most": most}))


def holds_of_call(connection: Connection, sid: str) -> list[float]:
    """Seconds of each hold of this call that is over."""
    return [float(body["seconds"]) for body in connection.execute(_holds, {"sid": sid}).scalars()]


def has_done(
    connection: Connection, kind: JournalKind, call_sid: str, agent_id: str, since: float = 0.0
) -> bool:
    """Is it on record that this agent did that in this call since then?"""
    asked = {"kind": str(kind), "sid": call_sid, "agent": agent_id, "since": since}
    return connection.execute(_noted, asked).first() is not None


def files_read(connection: Connection, agent_id: str, since: float, most: int) -> set[str]:
    """Calls whose callers' files this agent has read since then; no more than `most` of them."""
    asked = {"agent": agent_id, "since": since, "most": most}
    return set(connection.execute(_files, asked).scalars())


def was_told_of(connection: Connection, agent_id: str, since: float) -> bool:
    """Has an alert said since then that this agent reads very many files?"""
    return connection.execute(_told_of, {"agent": agent_id, "since": since}).first() is not None


def last_id(connection: Connection) -> int:
    return connection.execute(_last).scalar() or 0
