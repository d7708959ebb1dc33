"""The reads of dispatch: lines as far as needed, free agents with levels and skills, recent declines.

None of it grows with history, and a long line is read a stretch at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, and_, bindparam, func, or_, select, text

from ivr.store.calls import call
from ivr.store.floor.agents import agent, agent_queue, agent_skill
from ivr.store.floor.offers import LIVE_OFFER, offer
from ivr.store.floor.queued_calls import queued_call

FIRST_STRETCH, STRETCH = 50, 1000
AT_WORK = ("available", "offered", "on_call", "wrapping_up")
LONGEST_OFFER_S = 300.0  # no offer rings for so long, so none declined since was made before


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A place nobody is being rung for. `prefer_agent` is None unless that agent is at work."""

    id: str
    call_sid: str
    queue: str
    kind: str
    rank_at: float
    not_before: float | None
    skills: dict[str, int] | None
    prefer_agent: str | None
    prefer_until: float | None
    caller: str = ""


@dataclass(frozen=True, slots=True)
class FreeRow:
    """An agent who is available: queue → level, skill → level."""

    id: str
    since: float
    queues: dict[str, int]
    skills: dict[str, int]
    phone: str = ""


_preferred = and_(
    agent.c.id == queued_call.c.prefer_agent, agent.c.state.in_(AT_WORK), agent.c.disabled.is_(False)
)
_slim: Select[*tuple[Any, ...]] = (
    select(
        queued_call.c.id,
        queued_call.c.call_sid,
        queued_call.c.queue,
        queued_call.c.kind,
        queued_call.c.rank_at,
        queued_call.c.not_before,
        queued_call.c.skills,
        agent.c.id.label("prefer_agent"),
        queued_call.c.prefer_until,
        func.coalesce(call.c.caller, "").label("caller"),
    )
    .select_from(
        queued_call.outerjoin(agent, _preferred).outerjoin(call, call.c.sid == queued_call.c.call_sid)
    )
    .where(queued_call.c.queue == bindparam("queue"), queued_call.c.state == "waiting")
    .order_by(queued_call.c.rank_at, queued_call.c.id)
)
_last_rank: BindParameter[float] = bindparam("rank_at")
_waiting = _slim.where(
    queued_call.c.kind != "dialling",
    queued_call.c.rank_at >= _last_rank,
    or_(queued_call.c.rank_at > _last_rank, queued_call.c.id > bindparam("last_id")),
).limit(bindparam("most"))
_dialling = _slim.where(queued_call.c.kind == "dialling")
_free = (
    select(agent.c.id, agent.c.since, agent_queue.c.queue, agent_queue.c.level, agent.c.phone)
    .join(agent_queue, agent_queue.c.agent_id == agent.c.id)
    .where(agent.c.state == "available", agent.c.disabled.is_(False))
)
_free_skills = (
    select(agent_skill.c.agent_id, agent_skill.c.skill, agent_skill.c.level)
    .join(agent, agent_skill.c.agent_id == agent.c.id)
    .where(agent.c.state == "available", agent.c.disabled.is_(False))
)
_declined = select(offer.c.queued_id, offer.c.agent_id, offer.c.ended_at).where(
    offer.c.agent_id.in_(bindparam("agents", expanding=True)),
    offer.c.created_at > bindparam("made_since"),
    offer.c.state == "declined",
    offer.c.kind == "call",
    offer.c.ended_at > bindparam("since"),
)


def waiting_line(connection: Connection, queue: str) -> Iterator[WaitingRow]:
    """The queue's callers in service order, read as the caller of this asks for them."""
    last = {"rank_at": -1e308, "last_id": ""}
    most = FIRST_STRETCH
    while True:
        rows = connection.execute(_waiting, {"queue": queue, "most": most, **last}).all()
        for row in rows:
            yield WaitingRow(*row)
        if len(rows) < most:
            return
        last = {"rank_at": rows[-1].rank_at, "last_id": rows[-1].id}
        most = STRETCH


def dialling(connection: Connection, queue: str) -> list[WaitingRow]:
    """Places whose customer is being dialled, in service order."""
    return [WaitingRow(*row) for row in connection.execute(_dialling, {"queue": queue})]


def free_agents(connection: Connection) -> list[FreeRow]:
    """Everybody who is available and serves a queue."""
    found: dict[str, FreeRow] = {}
    for row in connection.execute(_free):
        made = FreeRow(row.id, row.since, {}, {}, row.phone or "")
        free = found.get(row.id) or found.setdefault(row.id, made)
        free.queues[row.queue] = row.level
    for skilled in connection.execute(_free_skills):
        if skilled.agent_id in found:
            found[skilled.agent_id].skills[skilled.skill] = skilled.level
    return list(found.values())


def declined_since(
    connection: Connection, agents: Collection[str], since: float
) -> dict[str, dict[str, float]]:
    """Place in line → which of these agents have declined it since then, and when."""
    values = {"agents": sorted(agents), "since": since, "made_since": since - LONGEST_OFFER_S}
    found: dict[str, dict[str, float]] = {}
    for row in connection.execute(_declined, values):
        found.setdefault(row.queued_id, {})[row.agent_id] = row.ended_at
    return found


_serves = (
    select(agent_queue.c.agent_id)
    .join(agent, agent.c.id == agent_queue.c.agent_id)
    .where(
        agent_queue.c.agent_id == bindparam("agent"),
        agent_queue.c.queue == bindparam("queue"),
        agent.c.disabled.is_(False),
    )
)
_skills_of = select(agent_skill.c.skill, agent_skill.c.level).where(
    agent_skill.c.agent_id == bindparam("agent")
)


def may_serve(connection: Connection, agent_id: str, queue: str, wanted: Mapping[str, int]) -> bool:
    """Does this agent serve the queue, with these skills?"""
    if connection.execute(_serves, {"agent": agent_id, "queue": queue}).first() is None:
        return False
    has = {row.skill: row.level for row in connection.execute(_skills_of, {"agent": agent_id})}
    return all(has.get(skill, 0) >= level for skill, level in wanted.items())


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
