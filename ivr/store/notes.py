"""Agents' notes on calls: one text for each agent and call, saved as typed, and what they ticked."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, case, func, insert, select, update

from ivr.store.calls import call, note
from ivr.store.customer_tables import customer
from ivr.store.floor.offers import offer
from ivr.store.row_access import AnyRow

_version = select(note.c.version).where(
    note.c.call_sid == bindparam("sid"), note.c.agent_id == bindparam("agent")
)
_typed_at = select(note.c.updated_at).where(
    note.c.call_sid == bindparam("sid"), note.c.agent_id == bindparam("agent"), note.c.version > 0
)
_insert = insert(note)
COURTESIES = ("asked_leave", "used_name")
"""What an agent ticks of a talk: leave asked before a hold or transfer, and the caller's name used."""
_tick = {
    (name, done): update(note)
    .where(
        note.c.call_sid == bindparam("p_sid"),
        note.c.agent_id == bindparam("p_agent"),
        note.c[name] == (not done),
    )
    .values({name: done})
    for name in COURTESIES
    for done in (True, False)
}
_ticked = select(*(func.max(case((note.c[name], 1), else_=0)) for name in COURTESIES)).where(
    note.c.call_sid == bindparam("sid")
)
_update = (
    update(note)
    .where(
        note.c.call_sid == bindparam("p_sid"),
        note.c.agent_id == bindparam("p_agent"),
        note.c.version == bindparam("p_was"),
    )
    .values(text=bindparam("p_text"), version=bindparam("p_version"), updated_at=bindparam("p_at"))
)
_of_call = (
    select(note.c.agent_id, note.c.text, note.c.version, note.c.updated_at)
    .where(note.c.call_sid == bindparam("sid"))
    .order_by(note.c.updated_at)
)


_ended = func.max(offer.c.ended_at)
_last_talks = (
    select(
        offer.c.call_sid,
        func.max(offer.c.queue).label("queue"),
        _ended.label("ended_at"),
        func.max(call.c.caller).label("caller"),
        func.max(call.c.disposition).label("disposition"),
        func.max(customer.c.name).label("name"),
        func.max(note.c.text).label("text"),
        func.max(note.c.version).label("version"),
    )
    .select_from(
        offer.join(call, call.c.sid == offer.c.call_sid)
        .outerjoin(customer, customer.c.id == call.c.customer_id)
        .outerjoin(note, and_(note.c.call_sid == offer.c.call_sid, note.c.agent_id == offer.c.agent_id))
    )
    .where(
        offer.c.agent_id == bindparam("agent"),
        offer.c.created_at >= bindparam("since"),
        offer.c.connected_at.is_not(None),
        offer.c.ended_at.is_not(None),
        call.c.session != "{}",  # of a caller who was erased
    )
    .group_by(offer.c.call_sid)
    .order_by(_ended.desc())
    .limit(bindparam("most"))
)


def save(connection: Connection, sid: str, agent_id: str, text: str, version: int, at: float) -> int:
    """Write the note if `version` (counted by the page, growing) is newer; returns the version now kept."""
    kept: int | None = connection.execute(_version, {"sid": sid, "agent": agent_id}).scalar()
    if kept is None:
        connection.execute(
            _insert,
            {"call_sid": sid, "agent_id": agent_id, "text": text, "version": version, "updated_at": at},
        )
        return version
    if version <= kept:
        return kept
    connection.execute(
        _update,
        {
            "p_sid": sid,
            "p_agent": agent_id,
            "p_was": kept,
            "p_text": text,
            "p_version": version,
            "p_at": at,
        },
    )
    return version


def tick(connection: Connection, sid: str, agent_id: str, courtesy: str, done: bool, at: float) -> bool:
    """Set or clear one of `COURTESIES`. False when it was so already. A row that holds only ticks has version
    0, so that the first text is newer."""
    if connection.execute(_version, {"sid": sid, "agent": agent_id}).first() is None:
        row = {"call_sid": sid, "agent_id": agent_id, "text": "", "version": 0, "updated_at": at}
        connection.execute(_insert, row)
    asked = {"p_sid": sid, "p_agent": agent_id}
    return connection.execute(_tick[courtesy, done], asked).rowcount == 1


def ticked(connection: Connection, sid: str) -> dict[str, bool]:
    """Each of `COURTESIES`: true when any agent has ticked it of this call."""
    found = connection.execute(_ticked, {"sid": sid}).one()
    return {name: bool(value) for name, value in zip(COURTESIES, found, strict=True)}


def typed_at(connection: Connection, sid: str, agent_id: str) -> float | None:
    """When this agent last changed their note of the call; None when there is none."""
    return connection.execute(_typed_at, {"sid": sid, "agent": agent_id}).scalar()


def last_talks(connection: Connection, agent_id: str, since: float, most: int) -> list[AnyRow]:
    """Rows of the calls that this agent talked on and that are over, the latest first: call_sid, queue,
    ended_at, caller, disposition, name of the customer, text and version of their own note."""
    values = {"agent": agent_id, "since": since, "most": most}
    return list(connection.execute(_last_talks, values))


def of_call(connection: Connection, sid: str) -> list[AnyRow]:
    """Rows (agent_id, text, version, updated_at), the oldest change first."""
    return list(connection.execute(_of_call, {"sid": sid}))
