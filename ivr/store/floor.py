"""The floor: who waits, who is free, which offers are open. Every change names the state it expects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ivr.store.tables import LIVE_OFFER, LIVE_QUEUED, agent, agent_queue, offer, queued_call

LIVE_QUEUED_STATES = ("waiting", "offered", "talking")
LIVE_OFFER_STATES = ("pending", "accepted", "connected")
assert all(f"'{state}'" in LIVE_QUEUED for state in LIVE_QUEUED_STATES)  # the index must know the same states
assert all(f"'{state}'" in LIVE_OFFER for state in LIVE_OFFER_STATES)


@dataclass(frozen=True, slots=True)
class QueuedRow:
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


@dataclass(frozen=True, slots=True)
class OfferRow:
    id: str
    queued_id: str
    call_sid: str
    queue: str
    agent_id: str
    state: str
    created_at: float
    due_at: float
    leg_sid: str | None
    leg_state: str
    leg_asked_at: float | None
    accepted_at: float | None
    connected_at: float | None


@dataclass(frozen=True, slots=True)
class AgentRow:
    id: str
    name: str
    phone: str
    role: str
    state: str
    reason: str
    wish: str
    since: float
    due_at: float | None
    disabled: bool


def _select(table: Any, row: type) -> Any:
    return select(*(table.c[name] for name in row.__slots__))


# Queued calls ------------------------------------------------------------------------------

_insert_queued = insert(queued_call)
_queued = _select(queued_call, QueuedRow).where(queued_call.c.id == bindparam("id"))
_queued_locked = _queued.with_for_update()
_line = (
    _select(queued_call, QueuedRow)
    .where(queued_call.c.queue == bindparam("queue"), queued_call.c.state.in_(("waiting", "offered")))
    .order_by(queued_call.c.priority.desc(), queued_call.c.entered_at, queued_call.c.id)
)
_waiting = (
    _select(queued_call, QueuedRow)
    .where(queued_call.c.state == "waiting", queued_call.c.queue.in_(bindparam("queues", expanding=True)))
    .order_by(queued_call.c.priority.desc(), queued_call.c.entered_at, queued_call.c.id)
    .limit(bindparam("most"))
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
    .values(queue=bindparam("p_queue"), priority=bindparam("p_priority"))
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


def waiting(connection: Connection, queues: list[str], most: int) -> list[QueuedRow]:
    """Callers nobody is being rung for, in the order they should be served."""
    return [QueuedRow(*row) for row in connection.execute(_waiting, {"queues": queues, "most": most})]


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


def end_queued(connection: Connection, queued_id: str, was: str, state: str, now: float, reason: str) -> bool:
    done = connection.execute(
        _end_queued,
        {"p_id": queued_id, "p_was": was, "p_state": state, "p_now": now, "p_reason": reason},
    )
    return done.rowcount == 1


def change_queue(connection: Connection, queued_id: str, queue: str, priority: int) -> None:
    connection.execute(_requeue, {"p_id": queued_id, "p_queue": queue, "p_priority": priority})


def note_promise(connection: Connection, queued_id: str, promise: dict[str, Any]) -> None:
    connection.execute(_promise, {"p_id": queued_id, "p_promise": promise})


# Offers ------------------------------------------------------------------------------------

_insert_offer = insert(offer)
_offer = _select(offer, OfferRow).where(offer.c.id == bindparam("id"))
_offer_locked = _offer.with_for_update()
_offers_of_call = _select(offer, OfferRow).where(
    offer.c.call_sid == bindparam("sid"), offer.c.state.in_(LIVE_OFFER_STATES)
)
_offer_of_agent = _select(offer, OfferRow).where(
    offer.c.agent_id == bindparam("agent"), offer.c.state.in_(LIVE_OFFER_STATES)
)
_last_offer_of_agent = (
    _select(offer, OfferRow)
    .where(offer.c.agent_id == bindparam("agent"), offer.c.connected_at.is_not(None))
    .order_by(offer.c.created_at.desc())
    .limit(1)
)
_move_offer = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"), offer.c.state == bindparam("p_was"))
    .values(state=bindparam("p_state"))
)
_STAMPS = {
    "accepted": {"accepted_at": bindparam("p_now")},
    "connected": {"connected_at": bindparam("p_now")},
}
_stamp_offer = {
    state: update(offer).where(offer.c.id == bindparam("p_id")).values(stamp)
    for state, stamp in _STAMPS.items()
}
_end_stamp = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"))
    .values(ended_at=bindparam("p_now"), end_reason=bindparam("p_reason"))
)
_leg = (
    update(offer)
    .where(offer.c.id == bindparam("p_id"))
    .values(leg_sid=func.coalesce(bindparam("p_sid"), offer.c.leg_sid), leg_state=bindparam("p_leg"))
)
_leg_asked = update(offer).where(offer.c.id == bindparam("p_id")).values(leg_asked_at=bindparam("p_now"))


def add_offer(connection: Connection, row: OfferRow, candidates: list[str]) -> None:
    values = {name: getattr(row, name) for name in OfferRow.__slots__}
    connection.execute(_insert_offer, {**values, "candidates": candidates})


def find_offer(connection: Connection, offer_id: str, lock: bool = False) -> OfferRow | None:
    found = connection.execute(_offer_locked if lock else _offer, {"id": offer_id}).first()
    return OfferRow(*found) if found else None


def live_offer_of_call(connection: Connection, call_sid: str) -> OfferRow | None:
    found = connection.execute(_offers_of_call, {"sid": call_sid}).first()
    return OfferRow(*found) if found else None


def live_offer_of_agent(connection: Connection, agent_id: str) -> OfferRow | None:
    found = connection.execute(_offer_of_agent, {"agent": agent_id}).first()
    return OfferRow(*found) if found else None


def last_talk_of_agent(connection: Connection, agent_id: str) -> OfferRow | None:
    """The newest offer of theirs that became a conversation."""
    found = connection.execute(_last_offer_of_agent, {"agent": agent_id}).first()
    return OfferRow(*found) if found else None


def move_offer(
    connection: Connection, offer_id: str, was: str, state: str, now: float, reason: str = ""
) -> bool:
    """True for exactly one of those who try. Ends and milestones are stamped with their time."""
    done = connection.execute(_move_offer, {"p_id": offer_id, "p_was": was, "p_state": state})
    if done.rowcount != 1:
        return False
    if state in _stamp_offer:
        connection.execute(_stamp_offer[state], {"p_id": offer_id, "p_now": now})
    elif state not in LIVE_OFFER_STATES:
        connection.execute(_end_stamp, {"p_id": offer_id, "p_now": now, "p_reason": reason})
    return True


def set_leg(connection: Connection, offer_id: str, leg_sid: str | None, leg_state: str) -> None:
    connection.execute(_leg, {"p_id": offer_id, "p_sid": leg_sid, "p_leg": leg_state})


def mark_leg_asked(connection: Connection, offer_id: str, now: float) -> None:
    connection.execute(_leg_asked, {"p_id": offer_id, "p_now": now})


# Agents ------------------------------------------------------------------------------------

_agent = _select(agent, AgentRow).where(agent.c.id == bindparam("id"))
_agent_locked = _agent.with_for_update()
_available = (
    select(agent.c.id, agent.c.since, agent_queue.c.queue)
    .join(agent_queue, agent_queue.c.agent_id == agent.c.id)
    .where(agent.c.state == "available", agent.c.disabled.is_(False))
)
_any_available = select(agent.c.id).where(agent.c.state == "available", agent.c.disabled.is_(False)).limit(1)
_serving = (
    select(agent.c.id, agent.c.state, agent.c.since, agent_queue.c.queue)
    .join(agent_queue, agent_queue.c.agent_id == agent.c.id)
    .where(agent.c.state != "signed_out", agent.c.disabled.is_(False))
)
_move_agent = (
    update(agent)
    .where(agent.c.id == bindparam("p_id"), agent.c.state == bindparam("p_was"))
    .values(
        state=bindparam("p_state"),
        reason=bindparam("p_reason"),
        since=bindparam("p_now"),
        due_at=bindparam("p_due"),
        wish=bindparam("p_wish"),
    )
)
_set_wish = update(agent).where(agent.c.id == bindparam("p_id")).values(wish=bindparam("p_wish"))
_set_due = update(agent).where(agent.c.id == bindparam("p_id")).values(due_at=bindparam("p_due"))


def find_agent(connection: Connection, agent_id: str, lock: bool = False) -> AgentRow | None:
    found = connection.execute(_agent_locked if lock else _agent, {"id": agent_id}).first()
    return AgentRow(*found) if found else None


def anybody_available(connection: Connection) -> bool:
    return connection.execute(_any_available).first() is not None


def available_agents(connection: Connection) -> list[tuple[str, float, tuple[str, ...]]]:
    """(id, idle since, queues served) of everybody who is free."""
    return _by_agent(connection.execute(_available))


def _by_agent(rows: Any) -> list[tuple[str, float, tuple[str, ...]]]:
    found: dict[str, tuple[float, list[str]]] = {}
    for row in rows:
        found.setdefault(row.id, (row.since, []))[1].append(row.queue)
    return [(agent_id, since, tuple(sorted(queues))) for agent_id, (since, queues) in found.items()]


def signed_in_agents(connection: Connection) -> list[Any]:
    """Rows (id, state, since, queue), one for each queue an agent who is signed in serves."""
    return list(connection.execute(_serving))


def move_agent(
    connection: Connection,
    agent_id: str,
    was: str,
    state: str,
    now: float,
    *,
    reason: str = "",
    due_at: float | None = None,
    wish: str = "",
) -> bool:
    done = connection.execute(
        _move_agent,
        {
            "p_id": agent_id,
            "p_was": was,
            "p_state": state,
            "p_reason": reason,
            "p_now": now,
            "p_due": due_at,
            "p_wish": wish,
        },
    )
    return done.rowcount == 1


def set_wish(connection: Connection, agent_id: str, wish: str) -> None:
    connection.execute(_set_wish, {"p_id": agent_id, "p_wish": wish})


def set_agent_due(connection: Connection, agent_id: str, due_at: float | None) -> None:
    connection.execute(_set_due, {"p_id": agent_id, "p_due": due_at})


_busy = select(offer.c.agent_id, offer.c.queue).where(offer.c.state.in_(LIVE_OFFER_STATES))


def queues_of_live_offers(connection: Connection) -> dict[str, str]:
    """Agent → queue of the call being offered to them or talked on."""
    return {row.agent_id: row.queue for row in connection.execute(_busy)}


_queues_of = (
    select(agent_queue.c.queue)
    .where(agent_queue.c.agent_id == bindparam("agent"))
    .order_by(agent_queue.c.queue)
)
_lengths = (
    select(queued_call.c.queue, func.count(), func.min(queued_call.c.entered_at))
    .where(
        queued_call.c.queue.in_(bindparam("queues", expanding=True)),
        queued_call.c.state.in_(("waiting", "offered")),
    )
    .group_by(queued_call.c.queue)
)


def queues_of(connection: Connection, agent_id: str) -> list[str]:
    return [queue for (queue,) in connection.execute(_queues_of, {"agent": agent_id})]


def lengths(connection: Connection, queues: list[str]) -> list[tuple[str, int, float]]:
    """(queue, callers in line, entry of the longest waiting) for each queue, also empty ones."""
    found = {row[0]: (row[1], row[2]) for row in connection.execute(_lengths, {"queues": queues})}
    return [(queue, *found.get(queue, (0, 0.0))) for queue in queues]
