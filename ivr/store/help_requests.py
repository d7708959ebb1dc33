"""Agents who ask for help: asked → answered by a supervisor → closed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    insert,
    text,
    update,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

OPEN_REQUEST = "closed_at IS NULL"

# An agent who asks for help; one open request each.
help_request = Table(
    "help_request",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("agent_id", String(64), nullable=False),
    Column("call_sid", String(64)),
    Column("asked_at", Float, nullable=False),
    Column("answered_by", String(64)),
    Column("answered_at", Float),
    Column("closed_at", Float),
    Index(
        "uq_help_request_open",
        "agent_id",
        unique=True,
        sqlite_where=text(OPEN_REQUEST),
        postgresql_where=text(OPEN_REQUEST),
    ),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class HelpRow:
    """`call_sid` is the call they were on when they asked; `answered_by` who is seeing to it."""

    id: int
    agent_id: str
    call_sid: str | None
    asked_at: float
    answered_by: str | None
    answered_at: float | None
    closed_at: float | None


_insert = insert(help_request)
_open = select_rows(help_request, HelpRow).where(text(OPEN_REQUEST)).order_by(help_request.c.asked_at)
_of_agent = select_rows(help_request, HelpRow).where(
    text(OPEN_REQUEST), help_request.c.agent_id == bindparam("agent")
)
_this = update(help_request).where(help_request.c.id == bindparam("p_id"), help_request.c.closed_at.is_(None))
_answer = _this.where(help_request.c.answered_by.is_(None)).values(
    answered_by=bindparam("p_by"), answered_at=bindparam("p_now")
)
_close = _this.values(closed_at=bindparam("p_now"))


def ask(connection: Connection, agent_id: str, call_sid: str | None, now: float) -> None:
    """To be asked with the agent held: there is one open request for each."""
    connection.execute(_insert, {"agent_id": agent_id, "call_sid": call_sid, "asked_at": now})


def open_ones(connection: Connection) -> list[HelpRow]:
    """Every request nobody has closed, the oldest first."""
    return [HelpRow(*row) for row in connection.execute(_open)]


def of_agent(connection: Connection, agent_id: str) -> HelpRow | None:
    found = connection.execute(_of_agent, {"agent": agent_id}).first()
    return HelpRow(*found) if found else None


def answer(connection: Connection, request_id: int, by: str, now: float) -> bool:
    """True for exactly one of those who try."""
    return connection.execute(_answer, {"p_id": request_id, "p_by": by, "p_now": now}).rowcount == 1


def close(connection: Connection, request_id: int, now: float) -> bool:
    return connection.execute(_close, {"p_id": request_id, "p_now": now}).rowcount == 1
