"""In whose hands a call is, or once was."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, or_, select

from ivr.store import floor
from ivr.store.floor.offers import offer
from ivr.store.work_item_tables import work_item

_had_call = (
    select(offer.c.id)
    .where(offer.c.call_sid == bindparam("sid"), offer.c.agent_id == bindparam("agent"))
    .limit(1)
)
_had_offer = select(offer.c.id).where(offer.c.id == bindparam("id"), offer.c.agent_id == bindparam("agent"))

_had_lately = _had_call.where(or_(offer.c.ended_at.is_(None), offer.c.ended_at >= bindparam("since")))

_has_work = (
    select(work_item.c.id)
    .where(
        work_item.c.call_sid == bindparam("sid"),
        work_item.c.state == "taken",
        work_item.c.agent_id == bindparam("agent"),
    )
    .limit(1)
)


def had_call(connection: Connection, agent_id: str, call_sid: str) -> bool:
    """Was this call ever offered to this agent?"""
    return connection.execute(_had_call, {"sid": call_sid, "agent": agent_id}).first() is not None


def had_call_since(connection: Connection, agent_id: str, call_sid: str, since: float) -> bool:
    """Has this agent this call, or had it after `since`?"""
    values = {"sid": call_sid, "agent": agent_id, "since": since}
    return connection.execute(_had_lately, values).first() is not None


def had_offer(connection: Connection, agent_id: str, offer_id: str) -> bool:
    """Was this offer made to this agent?"""
    return connection.execute(_had_offer, {"id": offer_id, "agent": agent_id}).first() is not None


def has_call(connection: Connection, agent_id: str, call_sid: str) -> bool:
    """Has this agent a live offer of this call, or is writing up their talk with its caller?"""
    agent = floor.find_agent(connection, agent_id)
    if agent is None or agent.disabled:
        return False
    live = floor.live_offer_of_agent(connection, agent_id)
    if live is not None:
        return live.call_sid == call_sid
    if agent.state != "wrapping_up":
        return False
    last = floor.last_talk_of_agent(connection, agent_id)
    return last is not None and last.call_sid == call_sid


def has_work(connection: Connection, agent_id: str, call_sid: str) -> bool:
    """Has this agent taken work that came from this call?"""
    return connection.execute(_has_work, {"sid": call_sid, "agent": agent_id}).first() is not None
