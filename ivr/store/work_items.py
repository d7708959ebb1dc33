"""Work that is not a ringing call: open → taken → done.

`due_at` of open work is when agents see it at the latest: a message under review is theirs once the caller is
done with it, or gone. Of taken work it is when it goes back to everybody. `result` is what came of it, and as
long as it is not done, why its recording cannot be heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from ivr.store.calls import TEXT, call
from ivr.store.customer_tables import contact, customer
from ivr.store.floor.agents import agent, agent_queue
from ivr.store.recordings import recording
from ivr.store.row_access import inserted_id
from ivr.store.work_item_tables import work_item

OPEN, TAKEN, DONE = "open", "taken", "done"


@dataclass(frozen=True, slots=True)
class WorkRow:
    id: int
    kind: str
    queue: str
    call_sid: str
    recording_sid: str | None
    customer_id: str | None
    number: str
    state: str
    agent_id: str | None
    made_at: float
    since: float
    due_at: float | None
    done_at: float | None
    result: str
    callback_id: str | None


@dataclass(frozen=True, slots=True)
class ListedWork:
    """One line of the list: the work, whose it is, and how its recording stands. `outcome` is the call's,
    `words` what they wrote last in a conversation by text, `erased` that its caller was forgotten."""

    work: WorkRow
    customer: str
    agent: str
    status: str
    seconds: int
    transcript: str
    outcome: str
    words: str
    erased: bool


_columns = [work_item.c[name] for name in WorkRow.__slots__]
_by_id = select(*_columns).where(work_item.c.id == bindparam("id"))
_by_id_locked = _by_id.with_for_update()
_by_recording = select(*_columns).where(work_item.c.recording_sid == bindparam("recording"))
_by_call = (
    select(*_columns).where(work_item.c.call_sid == bindparam("sid")).order_by(work_item.c.id).limit(20)
)
_insert = insert(work_item)
_move = (
    update(work_item)
    .where(work_item.c.id == bindparam("p_id"), work_item.c.state == bindparam("p_was"))
    .values(
        state=bindparam("p_state"),
        agent_id=bindparam("p_agent"),
        since=bindparam("p_now"),
        due_at=bindparam("p_due"),
    )
)
_done = (
    update(work_item)
    .where(
        work_item.c.id == bindparam("p_id"),
        work_item.c.state == TAKEN,
        work_item.c.agent_id == bindparam("p_agent"),
    )
    .values(
        state=DONE,
        since=bindparam("p_now"),
        done_at=bindparam("p_now"),
        due_at=None,
        result=bindparam("p_result"),
    )
)
_set_callback = (
    update(work_item).where(work_item.c.id == bindparam("p_id")).values(callback_id=bindparam("p_callback"))
)
_of_callback = (
    select(*_columns).where(work_item.c.callback_id == bindparam("callback"), work_item.c.state != DONE)
).with_for_update()
_answered = (
    update(work_item)
    .where(work_item.c.id == bindparam("p_id"), work_item.c.state != DONE)
    .values(
        state=DONE,
        since=bindparam("p_now"),
        done_at=bindparam("p_now"),
        due_at=None,
        result=bindparam("p_result"),
    )
)
_show = (
    update(work_item)
    .where(work_item.c.recording_sid == bindparam("p_recording"), work_item.c.state == OPEN)
    .values(due_at=None)
)
_explain = (
    update(work_item)
    .where(work_item.c.recording_sid == bindparam("p_recording"), work_item.c.state != DONE)
    .values(result=bindparam("p_result"))
)
_drop = delete(work_item).where(
    work_item.c.recording_sid == bindparam("recording"), work_item.c.state == OPEN
)
_words = (
    select(func.substr(contact.c.summary, 1, 200))
    .where(contact.c.number == work_item.c.number, contact.c.channel == TEXT, contact.c.direction == "in")
    .order_by(contact.c.at.desc())
    .limit(1)
    .scalar_subquery()
)
_own_queues = select(agent_queue.c.queue).where(agent_queue.c.agent_id == bindparam("agent"))
_is_due = or_(
    work_item.c.due_at.is_(None), work_item.c.due_at <= bindparam("now"), call.c.ended_at.is_not(None)
)
_listed = (
    select(
        *_columns,
        customer.c.name.label("customer_name"),
        agent.c.name.label("agent_name"),
        recording.c.status.label("recording_status"),
        recording.c.seconds.label("recording_seconds"),
        recording.c.transcript,
        call.c.outcome.label("call_outcome"),
        case((work_item.c.kind == TEXT, _words), else_="").label("words"),
        and_(call.c.caller == "", call.c.session == "{}").label("erased"),
    )
    .select_from(
        work_item.outerjoin(recording, recording.c.sid == work_item.c.recording_sid)
        .outerjoin(call, call.c.sid == work_item.c.call_sid)
        .outerjoin(customer, customer.c.id == work_item.c.customer_id)
        .outerjoin(agent, agent.c.id == work_item.c.agent_id)
    )
    .where(
        or_(
            and_(work_item.c.state == OPEN, work_item.c.queue.in_(_own_queues), _is_due),
            and_(work_item.c.state == TAKEN, work_item.c.queue.in_(_own_queues)),
            and_(work_item.c.state == TAKEN, work_item.c.agent_id == bindparam("agent")),
        )
    )
    .order_by(work_item.c.made_at, work_item.c.id)
    .limit(bindparam("most"))
)


def add(connection: Connection, values: Mapping[str, Any]) -> int:
    """Write new open work; returns its id."""
    row = {"state": OPEN, "agent_id": None, "done_at": None, "result": "", **values}
    return inserted_id(connection.execute(_insert, row))


def find(connection: Connection, work_id: int, lock: bool = False) -> WorkRow | None:
    found = connection.execute(_by_id_locked if lock else _by_id, {"id": work_id}).first()
    return WorkRow(*found) if found else None


def of_recording(connection: Connection, recording_sid: str) -> WorkRow | None:
    found = connection.execute(_by_recording, {"recording": recording_sid}).first()
    return WorkRow(*found) if found else None


def of_call(connection: Connection, call_sid: str) -> list[WorkRow]:
    return [WorkRow(*row) for row in connection.execute(_by_call, {"sid": call_sid})]


def listed(connection: Connection, agent_id: str, now: float, most: int) -> list[ListedWork]:
    """Return the open work of this agent's queues and what they have taken, oldest first."""
    found = connection.execute(_listed, {"agent": agent_id, "now": now, "most": most})
    width = len(_columns)
    return [
        ListedWork(
            WorkRow(*row[:width]),
            row.customer_name or "",
            row.agent_name or "",
            row.recording_status or "",
            row.recording_seconds or 0,
            row.transcript or "",
            row.call_outcome or "",
            row.words or "",
            bool(row.erased),
        )
        for row in found
    ]


def move(
    connection: Connection,
    work_id: int,
    was: str,
    state: str,
    agent_id: str | None,
    now: float,
    due: float | None,
) -> bool:
    """True when it was in the state `was`, and now is in `state`."""
    values = {
        "p_id": work_id,
        "p_was": was,
        "p_state": state,
        "p_agent": agent_id,
        "p_now": now,
        "p_due": due,
    }
    return connection.execute(_move, values).rowcount == 1


def finish(connection: Connection, work_id: int, agent_id: str, result: str, now: float) -> bool:
    """True when this agent had it, and now it is done."""
    values = {"p_id": work_id, "p_agent": agent_id, "p_result": result, "p_now": now}
    return connection.execute(_done, values).rowcount == 1


def set_callback(connection: Connection, work_id: int, callback_id: str) -> None:
    """Its number is called back by this callback."""
    connection.execute(_set_callback, {"p_id": work_id, "p_callback": callback_id})


def of_callback(connection: Connection, callback_id: str) -> WorkRow | None:
    """The work that is not done and answered by this callback."""
    found = connection.execute(_of_callback, {"callback": callback_id}).first()
    return WorkRow(*found) if found else None


def answer(connection: Connection, work_id: int, result: str, now: float) -> bool:
    """Done by a call, whoever has it."""
    values = {"p_id": work_id, "p_result": result, "p_now": now}
    return connection.execute(_answered, values).rowcount == 1


def show(connection: Connection, recording_sid: str) -> bool:
    """The caller is done with this message."""
    return connection.execute(_show, {"p_recording": recording_sid}).rowcount == 1


def explain(connection: Connection, recording_sid: str, why: str) -> None:
    """Why the recording cannot be heard."""
    connection.execute(_explain, {"p_recording": recording_sid, "p_result": why[:200]})


def drop(connection: Connection, recording_sid: str) -> bool:
    """Forget open work: its recording was replaced."""
    return connection.execute(_drop, {"recording": recording_sid}).rowcount == 1


def serves(connection: Connection, agent_id: str, queue: str) -> bool:
    found = connection.execute(_own_queues.where(agent_queue.c.queue == bindparam("queue")), {
        "agent": agent_id, "queue": queue,
    })  # fmt: skip
    return found.first() is not None
