"""Calls and their turns. Statements are built once; functions take the connection of a transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata
from ivr.store.recordings import recording

# A conversation by text is kept like a call, so that it has a card; it counts as none.
TEXT = "text"

call = Table(
    "call",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("caller", String(64), nullable=False),
    Column("dialled", String(64), nullable=False),
    Column("customer_id", String(64)),
    Column("flow", String(100), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("status", String(20), nullable=False),
    Column("session", Text, nullable=False),
    Column("turn", Integer, nullable=False),
    Column("queued_id", String(40)),
    Column("outcome", String(30)),
    Column("agent_id", String(64)),
    Column("disposition", String(100)),
    Column("started_at", Float, nullable=False),
    Column("seen_at", Float, nullable=False),
    Column("ended_at", Float),
    Column("leg_sid", String(64)),
    Column("direction", String(10), nullable=False, server_default="in"),
    Index("ix_call_caller_started", "caller", "started_at"),
    Index("ix_call_started", "started_at"),
)

turn = Table(
    "turn",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("turn", Integer, primary_key=True),
    Column("cause", String(100), nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Float, nullable=False),
)

note = Table(
    "note",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("agent_id", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("updated_at", Float, nullable=False),
    Column("asked_leave", Boolean, nullable=False, server_default=text("false")),
    Column("used_name", Boolean, nullable=False, server_default=text("false")),
)


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as stored. `turn` is the number of the last turn answered; `session` its JSON as a dict.

    `leg_sid` is the carrier's name of the phone connection where that is not `sid`: we called.
    """

    sid: str
    caller: str
    dialled: str
    customer_id: str | None
    flow: str
    revision: str
    status: str
    session: dict[str, Any]
    turn: int
    queued_id: str | None
    outcome: str | None
    agent_id: str | None
    disposition: str | None
    started_at: float
    seen_at: float
    ended_at: float | None
    leg_sid: str | None
    direction: str

    @property
    def leg(self) -> str:
        """Return the carrier's name of this caller's leg."""
        return self.leg_sid or self.sid


_columns = [call.c[name] for name in CallRow.__slots__]
_by_sid = select(*_columns).where(call.c.sid == bindparam("sid"))
_by_sid_locked = _by_sid.with_for_update()
_hold = select(call.c.sid).where(call.c.sid == bindparam("sid")).with_for_update()
_reserve = text("SELECT pg_advisory_xact_lock(hashtextextended(:sid, 0))")
_insert_call = insert(call)
_update_call = (
    update(call)
    .where(call.c.sid == bindparam("p_sid"), call.c.turn == bindparam("p_was"))
    .values(
        {
            name: bindparam(f"p_{name}")
            for name in (
                "status",
                "session",
                "turn",
                "queued_id",
                "outcome",
                "seen_at",
                "ended_at",
                "flow",
                "leg_sid",
            )
        }
    )
)
_insert_turn = insert(turn)
_turn_answer = select(turn.c.answer).where(
    turn.c.call_sid == bindparam("sid"), turn.c.turn == bindparam("turn")
)
_turn_cause = select(turn.c.cause, turn.c.at).where(
    turn.c.call_sid == bindparam("sid"), turn.c.turn == bindparam("turn")
)
_turn_by_cause = (
    select(turn.c.turn, turn.c.answer)
    .where(turn.c.call_sid == bindparam("sid"), turn.c.cause == bindparam("cause"))
    .order_by(turn.c.turn.desc())
    .limit(1)
)
_quiet = select(call.c.sid, call.c.seen_at).where(call.c.sid == bindparam("sid"), call.c.ended_at.is_(None))


def _row(found: Any) -> CallRow:
    values = dict(found._mapping)
    values["session"] = json.loads(values["session"])
    return CallRow(**values)


def find(connection: Connection, sid: str) -> CallRow | None:
    found = connection.execute(_by_sid, {"sid": sid}).first()
    return _row(found) if found else None


def lock(connection: Connection, sid: str) -> CallRow | None:
    """The call, held against other transactions until this one ends; a call not yet there is reserved.

    Two webhooks of a new call may come at once, and only one may write its row. SQLite has one writer.
    """
    found = connection.execute(_by_sid_locked, {"sid": sid}).first()
    if found is None and connection.dialect.name == "postgresql":
        connection.execute(_reserve, {"sid": sid})
        found = connection.execute(_by_sid_locked, {"sid": sid}).first()
    return _row(found) if found else None


def lock_row(connection: Connection, sid: str) -> None:
    """The same without reading it: taken before the rows of offers and agents, or two would wait for each
    other for ever."""
    connection.execute(_hold, {"sid": sid})


def add(connection: Connection, row: CallRow) -> None:
    values = {name: getattr(row, name) for name in CallRow.__slots__}
    values["session"] = json.dumps(row.session, separators=(",", ":"))
    connection.execute(_insert_call, values)


def save(connection: Connection, row: CallRow, was_turn: int) -> bool:
    """Write the call if its turn is still `was_turn`. False when somebody else was faster."""
    done = connection.execute(
        _update_call,
        {
            "p_sid": row.sid,
            "p_was": was_turn,
            "p_status": row.status,
            "p_session": json.dumps(row.session, separators=(",", ":")),
            "p_turn": row.turn,
            "p_queued_id": row.queued_id,
            "p_outcome": row.outcome,
            "p_seen_at": row.seen_at,
            "p_ended_at": row.ended_at,
            "p_flow": row.flow,
            "p_leg_sid": row.leg_sid,
        },
    )
    return done.rowcount == 1


def add_turn(connection: Connection, sid: str, number: int, cause: str, answer: str, at: float) -> None:
    connection.execute(
        _insert_turn, {"call_sid": sid, "turn": number, "cause": cause, "answer": answer, "at": at}
    )


def answer_of(connection: Connection, sid: str, number: int) -> str | None:
    """The document answered in that turn, byte for byte."""
    return connection.execute(_turn_answer, {"sid": sid, "turn": number}).scalar()


def cause_of(connection: Connection, sid: str, number: int) -> tuple[str, float]:
    """(what brought the turn about, when)."""
    found = connection.execute(_turn_cause, {"sid": sid, "turn": number}).first()
    return (found.cause, found.at) if found else ("", 0.0)


def turn_with_cause(connection: Connection, sid: str, cause: str) -> tuple[int, str] | None:
    """(turn, answer) of the last turn that `cause` brought about."""
    found = connection.execute(_turn_by_cause, {"sid": sid, "cause": cause}).first()
    return (found.turn, found.answer) if found else None


_set_customer = (
    update(call).where(call.c.sid == bindparam("p_sid")).values(customer_id=bindparam("p_customer"))
)
_set_agent = update(call).where(call.c.sid == bindparam("p_sid")).values(agent_id=bindparam("p_agent"))
_set_disposition = (
    update(call).where(call.c.sid == bindparam("p_sid")).values(disposition=bindparam("p_disposition"))
)


def set_customer(connection: Connection, sid: str, customer_id: str | None) -> None:
    """The customer who calls has been found out, or turned out to be somebody else."""
    connection.execute(_set_customer, {"p_sid": sid, "p_customer": customer_id})


def set_agent(connection: Connection, sid: str, agent_id: str | None) -> None:
    connection.execute(_set_agent, {"p_sid": sid, "p_agent": agent_id})


def set_disposition(connection: Connection, sid: str, disposition: str) -> None:
    connection.execute(_set_disposition, {"p_sid": sid, "p_disposition": disposition})


_find_recording = select(recording.c.status, recording.c.seconds, recording.c.queue).where(
    recording.c.sid == bindparam("sid")
)
_WORTH = {"expected": 0, "absent": 1, "stored": 2, "dropped": 3}
_insert_recording = {
    "sqlite": sqlite.insert(recording).on_conflict_do_nothing().returning(recording.c.sid),
    "postgresql": postgresql.insert(recording).on_conflict_do_nothing().returning(recording.c.sid),
}
_update_recording = (
    update(recording)
    .where(recording.c.sid == bindparam("p_sid"))
    .values(status=bindparam("p_status"), seconds=bindparam("p_seconds"), queue=bindparam("p_queue"))
)


def keep_recording(
    connection: Connection,
    sid: str,
    call_sid: str,
    kind: str,
    queue: str,
    seconds: int,
    status: str,
    at: float,
) -> bool:
    """Remember a recording; True when that was news. Reports come in any order: the better status wins."""
    known = connection.execute(_find_recording, {"sid": sid}).first()
    if known is None:
        row = {
            "sid": sid,
            "call_sid": call_sid,
            "kind": kind,
            "queue": queue,
            "seconds": seconds,
            "status": status,
            "made_at": at,
        }
        if connection.execute(_insert_recording[connection.dialect.name], row).first():
            return True
        known = connection.execute(_find_recording, {"sid": sid}).one()  # another report of this very moment
    better = _WORTH[status] > _WORTH[known.status]
    connection.execute(
        _update_recording,
        {
            "p_sid": sid,
            "p_status": status if better else known.status,
            "p_seconds": seconds if better else known.seconds,
            "p_queue": known.queue or queue,
        },
    )
    return better
