"""One look at everything on the floor, for supervisors and wallboards: every statement reads only what is
open now, however long the history."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select, text

from ivr.store.callbacks import LIVE_CALLBACK, callback
from ivr.store.calls import call
from ivr.store.customer_tables import customer
from ivr.store.floor.agents import agent, agent_queue, agent_skill
from ivr.store.floor.offers import LIVE_OFFER, offer
from ivr.store.floor.queued_calls import LIVE_QUEUED, queued_call
from ivr.store.journal import journal
from ivr.store.work_item_tables import work_item


@dataclass(frozen=True, slots=True)
class AgentStatusRow:
    """An agent who is signed in: queue → level, skill → level. `desk_seen_at` is when the desk at which they
    went available was last open; None for who needs none."""

    id: str
    name: str
    role: str
    state: str
    reason: str
    wish: str
    since: float
    queues: dict[str, int]
    skills: dict[str, int]
    desk_seen_at: float | None = None


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A live offer and its caller. `customer` is None for who is not known."""

    offer_id: str
    agent_id: str
    call_sid: str
    queue: str
    state: str
    since: float
    caller: str
    customer: str | None
    customer_id: str | None
    turn: int


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place in line. `promise` is what was announced last."""

    id: str
    call_sid: str
    queue: str
    kind: str
    state: str
    entered_at: float
    not_before: float | None
    priority: int
    promise: dict[str, Any] | None
    caller: str
    customer: str | None
    customer_id: str | None
    turn: int


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Work of one kind in one queue: how many, and the oldest; for callbacks when it is due."""

    kind: str
    queue: str
    number: int
    oldest: float


_at_work = select(
    agent.c.id,
    agent.c.name,
    agent.c.role,
    agent.c.state,
    agent.c.reason,
    agent.c.wish,
    agent.c.since,
    agent.c.desk_seen_at,
).where(agent.c.state != "signed_out", agent.c.disabled.is_(False))
_queues = (
    select(agent_queue.c.agent_id, agent_queue.c.queue, agent_queue.c.level)
    .join(agent, agent.c.id == agent_queue.c.agent_id)
    .where(agent.c.state != "signed_out", agent.c.disabled.is_(False))
)
_skills = (
    select(agent_skill.c.agent_id, agent_skill.c.skill, agent_skill.c.level)
    .join(agent, agent.c.id == agent_skill.c.agent_id)
    .where(agent.c.state != "signed_out", agent.c.disabled.is_(False))
)
_caller = (call.c.caller, customer.c.name.label("customer"), call.c.customer_id, call.c.turn)
# In the words of the partial indexes, which bound values would not find.
_offers: Select[*tuple[Any, ...]] = (
    select(
        offer.c.id,
        offer.c.agent_id,
        offer.c.call_sid,
        offer.c.queue,
        offer.c.state,
        func.coalesce(offer.c.connected_at, offer.c.accepted_at, offer.c.created_at),
        *_caller,
    )
    .select_from(
        offer.join(call, call.c.sid == offer.c.call_sid).outerjoin(
            customer, customer.c.id == call.c.customer_id
        )
    )
    .where(text("offer." + LIVE_OFFER))
)
_places: Select[*tuple[Any, ...]] = (
    select(
        queued_call.c.id,
        queued_call.c.call_sid,
        queued_call.c.queue,
        queued_call.c.kind,
        queued_call.c.state,
        queued_call.c.entered_at,
        queued_call.c.not_before,
        queued_call.c.priority,
        queued_call.c.promise,
        *_caller,
    )
    .select_from(
        queued_call.join(call, call.c.sid == queued_call.c.call_sid).outerjoin(
            customer, customer.c.id == call.c.customer_id
        )
    )
    .where(text("queued_call." + LIVE_QUEUED), queued_call.c.state != "talking")
    .order_by(queued_call.c.rank_at, queued_call.c.id)
)
_messages = (
    select(work_item.c.kind, work_item.c.queue, func.count(), func.min(work_item.c.made_at))
    .where(
        work_item.c.queue.in_(bindparam("queues", expanding=True)), work_item.c.state.in_(("open", "taken"))
    )
    .group_by(work_item.c.kind, work_item.c.queue)
)
_callbacks = (
    select(callback.c.queue, func.count(), func.min(callback.c.due_at))
    .where(text(LIVE_CALLBACK))
    .group_by(callback.c.queue)
)
_asked = (
    select(journal.c.call_sid, func.count())
    .where(journal.c.call_sid.in_(bindparam("sids", expanding=True)), journal.c.kind == "asked_for_person")
    .group_by(journal.c.call_sid)
)
_called = (
    select(call.c.caller, func.count())
    .where(
        call.c.caller.in_(bindparam("numbers", expanding=True)),
        call.c.started_at > bindparam("since"),
        call.c.direction == "in",
    )
    .group_by(call.c.caller)
)


def everybody_at_work(connection: Connection) -> list[AgentStatusRow]:
    """Everybody who is signed in, with levels and skills."""
    found = {
        row.id: AgentStatusRow(*row[:-1], {}, {}, row.desk_seen_at) for row in connection.execute(_at_work)
    }
    for row in connection.execute(_queues):
        if row.agent_id in found:
            found[row.agent_id].queues[row.queue] = row.level
    for row in connection.execute(_skills):
        if row.agent_id in found:
            found[row.agent_id].skills[row.skill] = row.level
    return list(found.values())


def open_offers(connection: Connection) -> list[ConversationRow]:
    """Return the open offers: the agents being rung, and those who talk."""
    return [ConversationRow(*row) for row in connection.execute(_offers)]


def places_in_line(connection: Connection) -> list[PlaceRow]:
    """Everybody who waits in any queue, in service order."""
    return [PlaceRow(*row) for row in connection.execute(_places)]


def open_work(connection: Connection, queues: Collection[str]) -> list[OpenWork]:
    """Voicemails and other work nobody has finished, and callbacks that are to come."""
    found = [OpenWork(*row) for row in connection.execute(_messages, {"queues": sorted(queues)})]
    return found + [OpenWork("callback", *row) for row in connection.execute(_callbacks)]


def times_asked(connection: Connection, sids: Collection[str]) -> dict[str, int]:
    """How often the caller of each of these calls asked for a person."""
    return dict(connection.execute(_asked, {"sids": sorted(sids)}).all()) if sids else {}


def times_called(connection: Connection, numbers: Collection[str], since: float) -> dict[str, int]:
    """How often each of these numbers has called since then."""
    asked = {"numbers": sorted(numbers), "since": since}
    return dict(connection.execute(_called, asked).all()) if numbers else {}
