"""Whom a caller who joins a line wants: the skills needed, and the agent they know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ivr.flowfiles.queues import Queue
from ivr.service.change import Change
from ivr.store import floor, history
from ivr.store.calls import CallRow

DAY_S = 86_400.0


class Choice(NamedTuple):
    """`skills` (name → least level) are what the agent must have; `prefer_agent` alone may have the call
    until `prefer_until`."""

    skills: dict[str, int] | None
    prefer_agent: str | None
    prefer_until: float | None


def choose(
    change: Change, row: CallRow, name: str, queue: Queue, wanted: Mapping[str, int], entered_at: float
) -> Choice:
    """What this caller wants in the queue `name`. `wanted` are the skills its step adds to the queue's own.

    The preferred agent is whoever last talked to the customer, if that is not too long ago and they serve
    this queue with the skills needed. Time counts from the first entry, so nobody waits for it twice.
    """
    skills = both(queue.skills, wanted)
    until = entered_at + queue.same_agent_wait_seconds
    if queue.same_agent_days == 0 or until <= change.now:
        return Choice(skills or None, None, None)
    since = change.now - queue.same_agent_days * DAY_S
    agent_id = history.last_agent(change.connection, row.customer_id, row.caller, since)
    if agent_id is None or not floor.may_serve(change.connection, agent_id, name, skills):
        return Choice(skills or None, None, None)
    return Choice(skills or None, agent_id, until)


def both(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Every skill of either, at the higher level."""
    return {name: max(one.get(name, 0), other.get(name, 0)) for name in sorted({*one, *other})}
