"""Callbacks: bookings, and what became of them. Every change of state names the state it expects."""

from __future__ import annotations

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
    bindparam,
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.acd import states
from ivr.acd.states import CALLBACK, CALLBACK_STATES
from ivr.flowfiles.equivalents import equivalents
from ivr.store.calls import call
from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

# A callback is a call of ours (`call_sid`) that has its place in line and its story before it has a leg.
# `origin_sid` is the call in which it was booked; `due_at` is when it may be dialled (again). Of its
# `attempts`, `given_back` were stopped by a call from this number. `busy_looks` counts how often in a row its
# customer was on the phone with us. `keyed`: it was booked in a call from another number, or a withheld one.
LIVE_CALLBACK = "state IN ('booked', 'dialling', 'answered')"

callback = Table(
    "callback",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("call_sid", String(64), nullable=False, unique=True),
    Column("origin_sid", String(64), nullable=False),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False),
    Column("shown", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("language", String(20), nullable=False, server_default=""),
    Column("state", String(20), nullable=False),
    Column("since", Float, nullable=False),
    Column("due_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("leg_sid", String(64)),
    Column("leg_asked_at", Float),
    Column("booked_at", Float, nullable=False),
    Column("chosen_at", Float),
    Column("token", String(64), nullable=False, unique=True),
    Column("ended_at", Float),
    Column("end_reason", String(60)),
    Column("keyed", Boolean, nullable=False, server_default=text("false")),
    Column("given_back", Integer, nullable=False, server_default="0"),
    Column("busy_looks", Integer, nullable=False, server_default="0"),
    Index("ix_callback_state_due", "state", "due_at"),
    Index("ix_callback_number", "number", "booked_at"),
    Index("ix_callback_origin", "origin_sid"),
    Index("ix_callback_customer", "customer_id", "state"),
    Index(
        "uq_callback_live",
        "number",
        "queue",
        unique=True,
        sqlite_where=text(LIVE_CALLBACK),
        postgresql_where=text(LIVE_CALLBACK),
    ),
)


BOOKED, DIALLING, ANSWERED = "booked", "dialling", "answered"
LIVE_STATES = tuple(sorted(set(CALLBACK_STATES) - states.terminal(CALLBACK)))
CONNECTED, CANCELLED, MERGED, EXPIRED = "connected", "cancelled", "merged", "expired"
if not all(f"'{state}'" in LIVE_CALLBACK for state in LIVE_STATES):
    raise AssertionError("the unique index of callback must know the same live states")


@dataclass(frozen=True, slots=True)
class CallbackRow:
    """A booking. `call_sid` is the call of ours that has the place; `shown` the number the customer sees when
    we ring; `attempts` how often we have; `chosen_at` the time they chose, None for when their turn comes.
    `end_reason` is, while it lives, what the carrier takes the voice of this attempt for, if not for a human.
    `keyed`: the number was keyed in a call from elsewhere. So many attempts were `given_back`, and so often
    in a row (`busy_looks`) its customer was on the phone with us when its turn had come.
    """

    id: str
    call_sid: str
    origin_sid: str
    customer_id: str | None
    number: str
    shown: str
    queue: str
    language: str
    state: str
    since: float
    due_at: float
    attempts: int
    leg_sid: str | None
    leg_asked_at: float | None
    booked_at: float
    chosen_at: float | None
    token: str
    ended_at: float | None
    end_reason: str | None
    keyed: bool = False
    given_back: int = 0
    busy_looks: int = 0

    @property
    def tries(self) -> int:
        """How often we rang without being stopped by a call from this number."""
        return self.attempts - self.given_back

    @property
    def live(self) -> bool:
        """Still to be connected."""
        return self.state in LIVE_STATES


_insert = {
    name: insert(callback)
    .on_conflict_do_nothing(
        index_elements=[callback.c.number, callback.c.queue], index_where=text(LIVE_CALLBACK)
    )
    .returning(callback.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_all = select_rows(callback, CallbackRow)
_by_id = _all.where(callback.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()
_by_call = _all.where(callback.c.call_sid == bindparam("sid"))
_by_call_locked = _by_call.with_for_update()
_by_token = _all.where(callback.c.token == bindparam("token"))
_by_leg = _all.where(callback.c.leg_sid == bindparam("leg"))
_newest = _all.order_by(callback.c.booked_at.desc(), callback.c.id).limit(1)
_live_of_number = _all.where(
    callback.c.number.in_(bindparam("numbers", expanding=True)), callback.c.state.in_(LIVE_STATES)
).order_by(callback.c.booked_at, callback.c.id)
_live_in_queue = _live_of_number.where(callback.c.queue == bindparam("queue"))
_move = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == bindparam("p_was"))
    .values(state=bindparam("p_state"), since=bindparam("p_now"))
)
_attempt = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == BOOKED)
    .values(
        state=DIALLING,
        since=bindparam("p_now"),
        attempts=callback.c.attempts + 1,
        leg_sid=None,
        leg_asked_at=None,
        busy_looks=0,
    )
)
_again = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == bindparam("p_was"))
    .values(state=BOOKED, since=bindparam("p_now"), due_at=bindparam("p_due"), end_reason=None)
)
_give_back = _again.where(callback.c.given_back < bindparam("p_most")).values(
    given_back=callback.c.given_back + 1
)
_take_back = _again.where(callback.c.leg_sid.is_(None)).values(
    attempts=callback.c.attempts - 1, leg_asked_at=None
)
_taken_for = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == ANSWERED)
    .values(end_reason=bindparam("p_what"))
)
_put_off = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == BOOKED)
    .values(due_at=bindparam("p_due"), busy_looks=bindparam("p_busy"))
)
_end = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state.in_(LIVE_STATES))
    .values(
        state=bindparam("p_state"),
        since=bindparam("p_now"),
        ended_at=bindparam("p_now"),
        end_reason=bindparam("p_reason"),
    )
)
_asked = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == DIALLING, callback.c.leg_sid.is_(None))
    .values(leg_asked_at=bindparam("p_now"))
)
_leg = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.leg_sid.is_(None))
    .values(leg_sid=bindparam("p_sid"))
)
_for_number = (
    select(func.count())
    .select_from(callback)
    .where(
        callback.c.number == bindparam("number"),
        callback.c.booked_at >= bindparam("since"),
        callback.c.keyed.is_(False),
    )
)
_on_the_phone = (
    select(call.c.sid)
    .where(
        call.c.caller.in_(bindparam("numbers", expanding=True)),
        call.c.started_at >= bindparam("since"),
        call.c.ended_at.is_(None),
        call.c.direction == "in",
    )
    .limit(1)
)
_still_booking = select(call.c.sid).where(
    call.c.sid == bindparam("sid"), call.c.started_at >= bindparam("since"), call.c.ended_at.is_(None)
)


def add(connection: Connection, row: CallbackRow) -> bool:
    """False, and nothing, where a live one for this number and queue is on record already."""
    values = {name: getattr(row, name) for name in CallbackRow.__slots__}
    return connection.execute(_insert[connection.dialect.name], values).first() is not None


def find(connection: Connection, callback_id: str, lock: bool = False) -> CallbackRow | None:
    return _one(connection, _by_id_locked if lock else _by_id, id=callback_id)


def of_call(connection: Connection, sid: str, lock: bool = False) -> CallbackRow | None:
    """The callback whose call of ours this is."""
    return _one(connection, _by_call_locked if lock else _by_call, sid=sid)


def with_token(connection: Connection, token: str) -> CallbackRow | None:
    return _one(connection, _by_token, token=token)


def with_leg(connection: Connection, leg_sid: str) -> CallbackRow | None:
    """The callback whose last attempt made this leg. Looks through all of them: for rehearsals."""
    return _one(connection, _by_leg, leg=leg_sid)


def newest(connection: Connection) -> CallbackRow | None:
    """The one booked last. For rehearsals, as above."""
    return _one(connection, _newest)


def live_of_number(connection: Connection, number: str) -> list[CallbackRow]:
    """Return the callbacks still to be connected with this number, the oldest booking first."""
    rows = connection.execute(_live_of_number, {"numbers": equivalents(number)})
    return [CallbackRow(*row) for row in rows]


def live_in_queue(connection: Connection, number: str, queue: str) -> CallbackRow | None:
    return _one(connection, _live_in_queue, numbers=equivalents(number), queue=queue)


def _one(connection: Connection, statement: Any, **values: Any) -> CallbackRow | None:
    found = connection.execute(statement, values).first()
    return CallbackRow(*found) if found else None


# Changes of state: True for exactly one of those who try ---------------------------------------------------


def begin_attempt(connection: Connection, callback_id: str, now: float) -> bool:
    """Booked → dialling, one attempt more, no leg yet."""
    return _changed(connection, _attempt, p_id=callback_id, p_now=now)


def mark_asked(connection: Connection, callback_id: str, now: float) -> bool:
    """On record before the carrier is asked to ring."""
    return _changed(connection, _asked, p_id=callback_id, p_now=now)


def set_leg(connection: Connection, callback_id: str, leg_sid: str) -> bool:
    """The carrier's name of the leg; the first one told is the leg."""
    return _changed(connection, _leg, p_id=callback_id, p_sid=leg_sid)


def move(connection: Connection, callback_id: str, was: str, state: str, now: float) -> bool:
    return _changed(connection, _move, p_id=callback_id, p_was=was, p_state=state, p_now=now)


def book_again(connection: Connection, callback_id: str, was: str, due_at: float, now: float) -> bool:
    """The attempt failed: dial again at `due_at`."""
    return _changed(connection, _again, p_id=callback_id, p_was=was, p_due=due_at, p_now=now)


def take_back_attempt(connection: Connection, callback_id: str, due_at: float, now: float) -> bool:
    """No phone was rung in this attempt, and surely none will be for it."""
    values = {"p_id": callback_id, "p_was": DIALLING, "p_due": due_at, "p_now": now}
    return _changed(connection, _take_back, **values)


def give_back(connection: Connection, callback_id: str, due_at: float, now: float, most: int) -> bool:
    """The attempt was stopped by a call from this number, and does not count; so at most `most` times."""
    values = {"p_id": callback_id, "p_was": DIALLING, "p_due": due_at, "p_now": now, "p_most": most}
    return _changed(connection, _give_back, **values)


def take_for(connection: Connection, callback_id: str, what: str) -> bool:
    """The voice that answered is no human's, as the carrier has it."""
    return _changed(connection, _taken_for, p_id=callback_id, p_what=what)


def put_off(connection: Connection, callback_id: str, due_at: float, busy_looks: int) -> bool:
    """Not dialled before `due_at`; so often in a row its customer was on the phone with us."""
    return _changed(connection, _put_off, p_id=callback_id, p_due=due_at, p_busy=busy_looks)


def end(connection: Connection, callback_id: str, state: str, now: float, reason: str) -> bool:
    """Connected, cancelled, merged or expired: once."""
    return _changed(connection, _end, p_id=callback_id, p_state=state, p_now=now, p_reason=reason[:60])


def _changed(connection: Connection, statement: Any, **values: Any) -> bool:
    return connection.execute(statement, values).rowcount == 1


# Looks ------------------------------------------------------------------------------------------------------


def booked_for(connection: Connection, number: str, since: float) -> int:
    """How often a callback to this number was booked by who called from it."""
    return connection.execute(_for_number, {"number": number, "since": since}).scalar() or 0


def is_on_the_phone(connection: Connection, number: str, since: float) -> bool:
    """Is there a live call from this number?"""
    asked = {"numbers": equivalents(number), "since": since}
    return connection.execute(_on_the_phone, asked).first() is not None


def is_still_booking(connection: Connection, row: CallbackRow, since: float) -> bool:
    """Does the call go on in which it was booked? Who withholds their number is on the phone there."""
    return connection.execute(_still_booking, {"sid": row.origin_sid, "since": since}).first() is not None


GONE_ON = "booked again"

_into = (
    select_rows(callback, CallbackRow)
    .where(
        callback.c.number.in_(bindparam("numbers", expanding=True)),
        callback.c.state == MERGED,
        callback.c.end_reason == bindparam("sid"),
    )
    .order_by(callback.c.ended_at.desc())
    .limit(1)
)
_gone_on = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == MERGED)
    .values(token=bindparam("p_token"), end_reason=GONE_ON)
)


def merged_into(connection: Connection, number: str, sid: str) -> CallbackRow | None:
    """The booking for this number whose place the call `sid` took, the last one if there were several."""
    found = connection.execute(_into, {"numbers": equivalents(number), "sid": sid}).first()
    return CallbackRow(*found) if found else None


def mark_gone_on(connection: Connection, callback_id: str, token: str) -> None:
    """Another booking comes after it, once. That one has its address, and it has the new `token`."""
    connection.execute(_gone_on, {"p_id": callback_id, "p_token": token})
