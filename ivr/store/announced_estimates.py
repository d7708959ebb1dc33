"""Announced waits and their outcomes, queues that keep silent, and what was learnt.

All of it follows from the journal: whoever reads it to the end remembers how far, so that nothing here costs
more after a year than on the first day.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    func,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.journal import journal
from ivr.store.metadata import metadata

# Each announced number and what came of it; `line_id` is the journal line that tells of it. With `spoken`
# false it would have been said, had the queue not kept silent. `withdrawn_due` is the promised moment, where
# the caller was told later that it takes longer; of one caller's numbers the last that was said carries it.
wait_promise = Table(
    "wait_promise",
    metadata,
    Column("line_id", Integer, primary_key=True, autoincrement=False),
    Column("call_sid", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("said_at", Float, nullable=False),
    Column("waited_s", Float),
    Column("position", Integer),
    Column("low_s", Float, nullable=False),
    Column("high_s", Float),
    Column("point_s", Float),
    Column("spoken", Boolean, nullable=False, server_default=text("true")),
    Column("outcome", String(20)),
    Column("ended_at", Float),
    Column("withdrawn_due", Float),
    Index("ix_wait_promise_call", "call_sid"),
    Index("ix_wait_promise_queue_said", "queue", "said_at"),
    Index("ix_wait_promise_queue_ended", "queue", "ended_at"),
)

wait_cursor = Table(
    "wait_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("journal_id", Integer, nullable=False),
)

wait_silence = Table(
    "wait_silence",
    metadata,
    Column("queue", String(64), primary_key=True),
    Column("silent", Boolean, nullable=False),
    Column("since", Float, nullable=False),
    Column("why", String(300), nullable=False, server_default=""),
)

# What the estimator has learnt from the journal up to `journal_id`, as JSON text of the given form.
wait_learnt = Table(
    "wait_learnt",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("form", Integer, nullable=False),
    Column("journal_id", Integer, nullable=False),
    Column("saved_at", Float, nullable=False),
    Column("state", Text, nullable=False),
)


INSERTS = (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
SETTLED_S = 10.0
"""PostgreSQL numbers lines before they are committed. A line so old has none missing before it: no
transaction waits for a row longer than four seconds. One that takes longer still is not learnt from."""


# The journal, by kind -------------------------------------------------------------------------------------

_line = (journal.c.id, journal.c.at, journal.c.kind, journal.c.call_sid, journal.c.agent_id, journal.c.queue)
_lines = (
    select(*_line, journal.c.body)
    .where(
        journal.c.id > bindparam("after"),
        journal.c.id <= bindparam("upto"),
        journal.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(journal.c.id)
    .limit(bindparam("most"))
)
_top = select(func.max(journal.c.id))
_settled_top = _top.where(journal.c.id > bindparam("after"), journal.c.at <= bindparam("until"))
_before = (
    select(*_line, journal.c.body)
    .where(
        journal.c.call_sid == bindparam("sid"),
        journal.c.id < bindparam("id"),
        journal.c.kind.in_(bindparam("kinds", expanding=True)),
    )
    .order_by(journal.c.id.desc())
    .limit(1)
)


def settled(connection: Connection, after: int, now: float) -> int:
    """The last line before which nothing can still appear; `after` when there is no newer one."""
    if connection.dialect.name == "sqlite":  # one writer: lines come in the order of their numbers
        return max(after, connection.execute(_top).scalar() or 0)
    return connection.execute(_settled_top, {"after": after, "until": now - SETTLED_S}).scalar() or after


def lines(connection: Connection, after: int, upto: int, kinds: Iterable[str], most: int) -> list[Any]:
    """Lines of these kinds, oldest first."""
    asked = {"after": after, "upto": upto, "kinds": list(kinds), "most": most}
    return list(connection.execute(_lines, asked))


def line_before(connection: Connection, sid: str, line_id: int, kinds: Iterable[str]) -> Any:
    """The call's last line of these kinds before that one, or None."""
    return connection.execute(_before, {"sid": sid, "id": line_id, "kinds": list(kinds)}).first()


# Promises -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AnnouncedEstimateRow:
    """One number, said or kept back. Seconds; `high_s` is None for "more than"."""

    line_id: int
    call_sid: str
    queue: str
    said_at: float
    waited_s: float | None
    position: int | None
    low_s: float
    high_s: float | None
    point_s: float | None
    spoken: bool = True
    outcome: str | None = None
    ended_at: float | None = None
    withdrawn_due: float | None = None


_columns = [wait_promise.c[name] for name in AnnouncedEstimateRow.__slots__]
_add = {
    name: insert_(wait_promise).on_conflict_do_nothing(index_elements=[wait_promise.c.line_id])
    for name, insert_ in INSERTS
}
_finish = (
    update(wait_promise)
    .where(
        wait_promise.c.call_sid == bindparam("p_sid"),
        wait_promise.c.line_id < bindparam("p_id"),
        wait_promise.c.outcome.is_(None),
    )
    .values(outcome=bindparam("p_outcome"), ended_at=bindparam("p_at"))
)
_hand_on = (
    update(wait_promise)
    .where(
        wait_promise.c.call_sid == bindparam("p_sid"),
        wait_promise.c.line_id < bindparam("p_id"),
        wait_promise.c.outcome.is_(None),
    )
    .values(call_sid=bindparam("p_to"))
)
_reopen = (
    update(wait_promise)
    .where(wait_promise.c.call_sid == bindparam("p_sid"), wait_promise.c.ended_at == bindparam("p_at"))
    .values(outcome=None, ended_at=None)
)
_last_promised = (
    select(func.max(wait_promise.c.line_id))
    .where(
        wait_promise.c.call_sid == bindparam("p_sid"),
        wait_promise.c.line_id < bindparam("p_id"),
        wait_promise.c.spoken,
        wait_promise.c.high_s.is_not(None),
    )
    .scalar_subquery()
)
_withdraw = (
    update(wait_promise)
    .where(wait_promise.c.line_id == _last_promised)
    .values(withdrawn_due=bindparam("p_due"))
)
_since = (
    select(*_columns)
    .where(
        wait_promise.c.queue == bindparam("queue"),
        wait_promise.c.said_at >= bindparam("since"),
        wait_promise.c.said_at < bindparam("until"),
    )
    .order_by(wait_promise.c.said_at.desc())
    .limit(bindparam("most"))
)
_ended_since = (
    select(*_columns)
    .where(wait_promise.c.queue == bindparam("queue"), wait_promise.c.ended_at >= bindparam("since"))
    .order_by(wait_promise.c.ended_at.desc())
    .limit(bindparam("most"))
)


def add(connection: Connection, row: AnnouncedEstimateRow) -> None:
    """One promise; the same line twice is one."""
    connection.execute(
        _add[connection.dialect.name], {name: getattr(row, name) for name in AnnouncedEstimateRow.__slots__}
    )


def finish(connection: Connection, sid: str, line_id: int, outcome: str, at: float) -> None:
    """Write the outcome of every wait that was announced to this call before that line and is still open."""
    connection.execute(_finish, {"p_sid": sid, "p_id": line_id, "p_outcome": outcome, "p_at": at})


def hand_on(connection: Connection, sid: str, line_id: int, to: str) -> None:
    """Hand the announced waits of this call that are still open to the call `to`."""
    connection.execute(_hand_on, {"p_sid": sid, "p_id": line_id, "p_to": to})


def reopen(connection: Connection, sid: str, at: float) -> None:
    """The outcome written for that moment was none: the call still waits."""
    connection.execute(_reopen, {"p_sid": sid, "p_at": at})


def withdraw(connection: Connection, sid: str, line_id: int, due: float) -> None:
    """Mark the wait last announced to this call before that line, for the moment `due`, as withdrawn."""
    connection.execute(_withdraw, {"p_sid": sid, "p_id": line_id, "p_due": due})


def promises(
    connection: Connection, queue: str, since: float, until: float, most: int
) -> list[AnnouncedEstimateRow]:
    """Those said from `since` until before `until`, the newest first."""
    asked = {"queue": queue, "since": since, "until": until, "most": most}
    rows = connection.execute(_since, asked)
    return [AnnouncedEstimateRow(*row) for row in rows]


def outcomes(connection: Connection, queue: str, since: float, most: int) -> list[AnnouncedEstimateRow]:
    """Those whose outcome became known since then, the newest outcome first."""
    rows = connection.execute(_ended_since, {"queue": queue, "since": since, "most": most})
    return [AnnouncedEstimateRow(*row) for row in rows]


# How far the journal was read -----------------------------------------------------------------------------

_first_cursor = {
    name: insert_(wait_cursor).on_conflict_do_nothing(index_elements=[wait_cursor.c.id])
    for name, insert_ in INSERTS
}
_cursor = select(wait_cursor.c.journal_id).where(wait_cursor.c.id == 1)
_cursor_locked = _cursor.with_for_update()
_move_cursor = wait_cursor.update().where(wait_cursor.c.id == 1).values(journal_id=bindparam("p_id"))


def peek(connection: Connection) -> int:
    return connection.execute(_cursor).scalar() or 0


def cursor(connection: Connection) -> int:
    """The last line that was recorded, held until the transaction ends."""
    connection.execute(_first_cursor[connection.dialect.name], {"id": 1, "journal_id": 0})
    return int(connection.execute(_cursor_locked).scalar_one())


def move_cursor(connection: Connection, journal_id: int) -> None:
    connection.execute(_move_cursor, {"p_id": journal_id})


# Queues that keep silent ----------------------------------------------------------------------------------


EVERYWHERE = ""
"""Stands for all queues at once."""


@dataclass(frozen=True, slots=True)
class SilencedQueue:
    """Whether numbers are kept back in a queue (or EVERYWHERE), since when, and why in words."""

    queue: str
    silent: bool
    since: float
    why: str


_silences = select(*(wait_silence.c[name] for name in SilencedQueue.__slots__))
_silent = select(wait_silence.c.queue).where(wait_silence.c.silent)


def _saying(insert_: Any) -> Any:
    statement = insert_(wait_silence)
    values = {name: statement.excluded[name] for name in ("silent", "since", "why")}
    return statement.on_conflict_do_update(index_elements=[wait_silence.c.queue], set_=values)


_set_silence = {name: _saying(insert_) for name, insert_ in INSERTS}


def silent(connection: Connection) -> set[str]:
    """The queues in which no number is said; EVERYWHERE among them means all."""
    return set(connection.execute(_silent).scalars())


def silences(connection: Connection) -> dict[str, SilencedQueue]:
    return {row.queue: SilencedQueue(*row) for row in connection.execute(_silences)}


def set_silence(connection: Connection, row: SilencedQueue) -> None:
    values = {name: getattr(row, name) for name in SilencedQueue.__slots__}
    connection.execute(_set_silence[connection.dialect.name], values)


# What was learnt ------------------------------------------------------------------------------------------

_learnt = select(wait_learnt.c.form, wait_learnt.c.journal_id, wait_learnt.c.state).where(
    wait_learnt.c.id == 1
)
_learnt_upto = select(wait_learnt.c.form, wait_learnt.c.journal_id).where(wait_learnt.c.id == 1)


def _keeping(insert_: Any) -> Any:
    """Of two workers the one that has read further stays; another form is always replaced."""
    statement = insert_(wait_learnt)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[wait_learnt.c.id],
        set_={name: new[name] for name in ("form", "journal_id", "saved_at", "state")},
        where=(wait_learnt.c.journal_id <= new.journal_id) | (wait_learnt.c.form != new.form),
    )


_keep = {name: _keeping(insert_) for name, insert_ in INSERTS}


def learnt_upto(connection: Connection, form: int) -> int | None:
    """How far what is kept in this form was read; None when there is none."""
    found = connection.execute(_learnt_upto).first()
    return found.journal_id if found and found.form == form else None


def learnt(connection: Connection, form: int) -> tuple[int, Mapping[str, Any]] | None:
    """(last line read, state) as kept, if it is of this form and can be read."""
    found = connection.execute(_learnt).first()
    if found is None or found.form != form:
        return None
    try:
        return found.journal_id, json.loads(found.state)
    except ValueError:
        return None


def keep_learnt(
    connection: Connection, form: int, journal_id: int, now: float, state: Mapping[str, Any]
) -> None:
    text = json.dumps(state, separators=(",", ":"))
    row = {"id": 1, "form": form, "journal_id": journal_id, "saved_at": now, "state": text}
    connection.execute(_keep[connection.dialect.name], row)
