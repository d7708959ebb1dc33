"""Callers in line."""

from __future__ import annotations

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
    update,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

LIVE_QUEUED = "state IN ('waiting', 'offered', 'talking')"

queued_call = Table(
    "queued_call",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("call_sid", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("entered_at", Float, nullable=False),
    Column("state", String(20), nullable=False),
    Column("since", Float, nullable=False),
    Column("due_at", Float),
    Column("offer_id", String(64)),
    Column("promise", JSON),
    Column("answered_at", Float),
    Column("ended_at", Float),
    Column("end_reason", String(40)),
    Column("kind", String(10), nullable=False, server_default="live"),
    Column("rank_at", Float, nullable=False, server_default="0"),
    Column("not_before", Float),
    Column("skills", JSON),
    Column("prefer_agent", String(64)),
    Column("prefer_until", Float),
    Index("ix_queued_call_line", "queue", "state", "rank_at"),
    Index("ix_queued_call_call", "call_sid"),
    Index(
        "uq_queued_call_live",
        "call_sid",
        unique=True,
        sqlite_where=text(LIVE_QUEUED),
        postgresql_where=text(LIVE_QUEUED),
    ),
)


LIVE_QUEUED_STATES = ("waiting", "offered", "talking")
if not all(f"'{state}'" in LIVE_QUEUED for state in LIVE_QUEUED_STATES):
    raise AssertionError("the unique index of queued_call must know the same live states")


@dataclass(frozen=True, slots=True)
class QueuedRow:
    """A place in line. The smaller `rank_at` is served first: the time of entry, put back for priority.

    `kind` is live for somebody who is on the phone, callback for a place kept for somebody who is not. Nobody
    is served `not_before` that time. `skills` (name → least level) are what the agent must have;
    `prefer_agent` alone may have the call until `prefer_until`.
    """

    id: str
    call_sid: str
    queue: str
    priority: int
    entered_at: float
    state: str
    since: float
    offer_id: str | None
    promise: dict[str, Any] | None
    answered_at: float | None
    kind: str
    rank_at: float
    not_before: float | None
    skills: dict[str, int] | None
    prefer_agent: str | None
    prefer_until: float | None


CHANGED_WITH_QUEUE = ("queue", "priority", "rank_at", "skills", "prefer_agent", "prefer_until")
_insert_queued = insert(queued_call)
_queued = select_rows(queued_call, QueuedRow).where(queued_call.c.id == bindparam("id"))
_queued_locked = _queued.with_for_update()
_line = (
    select_rows(queued_call, QueuedRow)
    .where(queued_call.c.queue == bindparam("queue"), queued_call.c.state.in_(("waiting", "offered")))
    .order_by(queued_call.c.rank_at, queued_call.c.id)
)
_move_queued = (
    update(queued_call)
    .where(queued_call.c.id == bindparam("p_id"), queued_call.c.state == bindparam("p_was"))
    .values(state=bindparam("p_state"), since=bindparam("p_now"), offer_id=bindparam("p_offer"))
)
_answer_queued = (
    update(queued_call)
    .where(queued_call.c.id == bindparam("p_id"), queued_call.c.answered_at.is_(None))
    .values(answered_at=bindparam("p_now"))
)
_unanswer_queued = update(queued_call).where(queued_call.c.id == bindparam("p_id")).values(answered_at=None)
_end_queued = (
    update(queued_call)
    .where(queued_call.c.id == bindparam("p_id"), queued_call.c.state == bindparam("p_was"))
    .values(
        state=bindparam("p_state"),
        since=bindparam("p_now"),
        ended_at=bindparam("p_now"),
        end_reason=bindparam("p_reason"),
    )
)
_requeue = (
    update(queued_call)
    .where(queued_call.c.id == bindparam("p_id"), queued_call.c.state.in_(LIVE_QUEUED_STATES))
    .values({name: bindparam(f"p_{name}") for name in CHANGED_WITH_QUEUE})
)
_promise = (
    update(queued_call).where(queued_call.c.id == bindparam("p_id")).values(promise=bindparam("p_promise"))
)
_ahead = (
    select(func.count())
    .select_from(queued_call)
    .where(
        queued_call.c.queue == bindparam("queue"),
        queued_call.c.state.in_(("waiting", "offered")),
    )
)


def add_queued(connection: Connection, row: QueuedRow, due_at: float | None) -> None:
    values = {name: getattr(row, name) for name in QueuedRow.__slots__}
    connection.execute(_insert_queued, {**values, "due_at": due_at})


def queued(connection: Connection, queued_id: str, lock: bool = False) -> QueuedRow | None:
    found = connection.execute(_queued_locked if lock else _queued, {"id": queued_id}).first()
    return QueuedRow(*found) if found else None


def line(connection: Connection, queue: str) -> list[QueuedRow]:
    """Everybody in line, the next one first."""
    return [QueuedRow(*row) for row in connection.execute(_line, {"queue": queue})]


def line_length(connection: Connection, queue: str) -> int:
    return connection.execute(_ahead, {"queue": queue}).scalar() or 0


def move_queued(
    connection: Connection, queued_id: str, was: str, state: str, now: float, offer_id: str | None
) -> bool:
    """True for exactly one of those who try."""
    done = connection.execute(
        _move_queued,
        {"p_id": queued_id, "p_was": was, "p_state": state, "p_now": now, "p_offer": offer_id},
    )
    return done.rowcount == 1


def mark_answered(connection: Connection, queued_id: str, now: float) -> None:
    connection.execute(_answer_queued, {"p_id": queued_id, "p_now": now})


def take_back_answer(connection: Connection, queued_id: str) -> None:
    """An agent accepted but never met the caller, who is still unanswered."""
    connection.execute(_unanswer_queued, {"p_id": queued_id})


def end_queued(connection: Connection, queued_id: str, was: str, state: str, now: float, reason: str) -> bool:
    done = connection.execute(
        _end_queued,
        {"p_id": queued_id, "p_was": was, "p_state": state, "p_now": now, "p_reason": reason},
    )
    return done.rowcount == 1


def change_queue(connection: Connection, row: QueuedRow) -> None:
    """To the queue of `row`, with what a queue decides: priority, rank, skills and the preferred agent."""
    values = {f"p_{name}": getattr(row, name) for name in CHANGED_WITH_QUEUE}
    connection.execute(_requeue, {"p_id": row.id, **values})


def note_promise(connection: Connection, queued_id: str, promise: dict[str, Any]) -> None:
    connection.execute(_promise, {"p_id": queued_id, "p_promise": promise})


_lengths = (
    select(queued_call.c.queue, func.count(), func.min(queued_call.c.entered_at))
    .where(
        queued_call.c.queue.in_(bindparam("queues", expanding=True)),
        queued_call.c.state.in_(("waiting", "offered")),
        queued_call.c.kind != "callback",
    )
    .group_by(queued_call.c.queue)
)


def lengths(connection: Connection, queues: list[str]) -> list[tuple[str, int, float]]:
    """(queue, callers on the phone in line, entry of the longest waiting) for each queue, also empty ones.
    Who has a callback booked does not wait on the phone."""
    found = {row[0]: (row[1], row[2]) for row in connection.execute(_lengths, {"queues": queues})}
    return [(queue, *found.get(queue, (0, 0.0))) for queue in queues]


__all__ = ["CALLBACK", "DIALLING", "LIVE", "change_kind", "set_not_before"]

LIVE, CALLBACK, DIALLING = "live", "callback", "dialling"

_become = (
    update(queued_call)
    .where(
        queued_call.c.id == bindparam("p_id"),
        queued_call.c.kind == bindparam("p_was"),
        queued_call.c.state.in_(LIVE_QUEUED_STATES),
    )
    .values(kind=bindparam("p_kind"))
)
_become_waiting = _become.where(queued_call.c.state == "waiting")
_serve_from = (
    update(queued_call)
    .where(queued_call.c.id == bindparam("p_id"), queued_call.c.state.in_(LIVE_QUEUED_STATES))
    .values(not_before=bindparam("p_at"))
)


def change_kind(connection: Connection, queued_id: str, was: str, kind: str, waiting: bool = False) -> bool:
    """From one kind of place to another; with `waiting` only while nobody is being rung for it. True for
    exactly one of those who try."""
    statement = _become_waiting if waiting else _become
    done = connection.execute(statement, {"p_id": queued_id, "p_was": was, "p_kind": kind})
    return done.rowcount == 1


def set_not_before(connection: Connection, queued_id: str, at: float | None) -> None:
    """No agent is to be offered this place before then."""
    connection.execute(_serve_from, {"p_id": queued_id, "p_at": at})


_columns = ("id", "priority", "entered_at", "state", "kind", "rank_at", "not_before")
_standing = (
    select(*(queued_call.c[name] for name in _columns))
    .where(queued_call.c.queue == bindparam("queue"), queued_call.c.state.in_(("waiting", "offered")))
    .order_by(queued_call.c.rank_at, queued_call.c.id)
)


def standing(connection: Connection, queue: str) -> list[Any]:
    """(id, priority, entered at, state, kind, rank, not before) of everybody in line, the next one first."""
    return list(connection.execute(_standing, {"queue": queue}))
