"""What explanations read: everybody who serves a queue, and the offers a call or an agent had."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from ivr.store.floor.agents import agent, agent_queue, agent_skill
from ivr.store.floor.offers import LIVE_OFFER, offer

MOST_OFFERS = 50


@dataclass(frozen=True, slots=True)
class ColleagueRow:
    id: str
    name: str
    state: str
    reason: str
    since: float
    queues: dict[str, int] = field(default_factory=dict)
    skills: dict[str, int] = field(default_factory=dict)
    desk_seen_at: float | None = None
    phone: str = ""


_colleagues = select(
    *(agent.c.id, agent.c.name, agent.c.state, agent.c.reason, agent.c.since),
    *(agent.c.desk_seen_at, agent.c.phone),
).where(agent.c.disabled.is_(False))
_queues = select(agent_queue.c.agent_id, agent_queue.c.queue, agent_queue.c.level)
_skills = select(agent_skill.c.agent_id, agent_skill.c.skill, agent_skill.c.level)
_offer = select(
    offer.c.call_sid,
    offer.c.agent_id,
    offer.c.queue,
    offer.c.state,
    offer.c.created_at,
    offer.c.ended_at,
    offer.c.end_reason,
    offer.c.candidates,
).where(offer.c.kind == "call")
_of_call = _offer.where(offer.c.call_sid == bindparam("sid")).order_by(offer.c.created_at)
_of_agents = (
    _offer.where(
        offer.c.agent_id.in_(bindparam("agents", expanding=True)), offer.c.created_at > bindparam("since")
    )
    .order_by(offer.c.created_at.desc())
    .limit(MOST_OFFERS)
)

_live = select(offer.c.agent_id, offer.c.call_sid).where(text(LIVE_OFFER))


def colleagues(connection: Connection) -> list[ColleagueRow]:
    """Every agent who is not disabled, with levels and skills."""
    found = {
        row.id: ColleagueRow(*row[:5], desk_seen_at=row.desk_seen_at, phone=row.phone or "")
        for row in connection.execute(_colleagues)
    }
    for row in connection.execute(_queues):
        if row.agent_id in found:
            found[row.agent_id].queues[row.queue] = row.level
    for row in connection.execute(_skills):
        if row.agent_id in found:
            found[row.agent_id].skills[row.skill] = row.level
    return list(found.values())


def offers_of_call(connection: Connection, call_sid: str) -> list[Any]:
    """Rows (call_sid, agent_id, queue, state, created_at, ended_at, end_reason, candidates), oldest first."""
    return list(connection.execute(_of_call, {"sid": call_sid}))


def offers_of_agents(connection: Connection, agents: Collection[str], since: float) -> list[Any]:
    """The newest offers made to any of these agents since then, newest first."""
    return list(connection.execute(_of_agents, {"agents": sorted(agents), "since": since}))


def live_calls_by_agent(connection: Connection) -> dict[str, str]:
    """Agent → the call that rings at their phone, or that they talk on."""
    return {row.agent_id: row.call_sid for row in connection.execute(_live)}
