"""What a caller who joins a line wants: the skills needed, and the agent they know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ivr.floor import blind_transfer_state
from ivr.floor.transaction import Transaction
from ivr.flowfiles.queue_settings import QueueSettings
from ivr.store import floor, history
from ivr.store.calls import CallRow

DAY_S = 86_400.0


class RoutingRequirements(NamedTuple):
    """`skills` (name → least level) are what the agent must have; `prefer_agent` alone may have the call
    until `prefer_until`."""

    skills: dict[str, int] | None
    prefer_agent: str | None
    prefer_until: float | None


def routing_requirements(
    tx: Transaction,
    row: CallRow,
    name: str,
    queue: QueueSettings,
    wanted: Mapping[str, int],
    entered_at: float,
) -> RoutingRequirements:
    """What this caller wants in the queue `name`. `wanted` are the skills its step adds to the queue's own.

    The preferred agent is the one to whom they are being given, or else whoever last talked to the customer,
    if that is not too long ago and they serve this queue with the skills needed. Time counts from the first
    entry, so nobody waits for it twice.
    """
    skills = both(queue.skills, wanted)
    if given := _given_to(tx, row, name, skills):
        return given
    until = entered_at + queue.same_agent_wait_seconds
    if queue.same_agent_days == 0 or until <= tx.now:
        return RoutingRequirements(skills or None, None, None)
    since = tx.now - queue.same_agent_days * DAY_S
    agent_id = history.last_agent(tx.connection, row.customer_id, row.caller, since)
    gave_on = agent_id is not None and agent_id == (row.session.get(blind_transfer_state.KEY) or {}).get(
        "from"
    )
    if agent_id is None or gave_on or not floor.may_serve(tx.connection, agent_id, name, skills):
        return RoutingRequirements(skills or None, None, None)
    return RoutingRequirements(skills or None, agent_id, until)


def _given_to(tx: Transaction, row: CallRow, name: str, skills: dict[str, int]) -> RoutingRequirements | None:
    """For a caller whom an agent gives to another one of the queue, blind."""
    given = row.session.get(blind_transfer_state.KEY) or {}
    agent_id, until = given.get("agent"), given.get("until", 0.0)
    if not agent_id or given.get("queue") != name or until <= tx.now:
        return None
    if not floor.may_serve(tx.connection, agent_id, name, skills):
        return None
    return RoutingRequirements(skills or None, agent_id, until)


def both(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Every skill of either, at the higher level."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in sorted({*one, *other})}
