"""What a prompt or condition may mention: the flow's variables and what is known of call, hours, queue and
time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from ivr.engine.context import Calendar, CallContext, QueueStatus
from ivr.engine.step import Visit

MINUTE = 60.0
VALUE, MOMENT, ANYTHING = "value", "moment", "anything"
ANY_NAME = "*"
LINE = {"waiting": VALUE, "agents": VALUE, "open": VALUE, "full": VALUE, "minutes": VALUE}
STATE = {"open": VALUE, "next_open": MOMENT, "closes": MOMENT, "reason": VALUE}
MEMBERS: Mapping[str, Any] = {
    "caller": {"number": VALUE, "name": VALUE},
    "customer": ANYTHING,
    "hours": {ANY_NAME: STATE},
    "queue": {"name": VALUE, "position": VALUE, "waited": VALUE},
    "queues": {ANY_NAME: LINE},
    "now": MOMENT,
}
"""What each name has: members by name, or a value by itself. What a customer has is the company's affair."""
RESERVED = frozenset(MEMBERS)


class Queues(Mapping[str, Any]):
    """`queues.<name>.waiting`, looked at only when a prompt or a condition mentions it."""

    def __init__(self, facts: CallContext) -> None:
        self.lines = facts.lines

    def __getitem__(self, name: str) -> dict[str, Any]:
        return line_now(self.lines[name])

    def __contains__(self, name: object) -> bool:
        return name in self.lines

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


def line_now(line: QueueStatus) -> dict[str, Any]:
    """A queue under the names that conditions use: for somebody who joins it now. `minutes` is the upper end
    of the wait to expect; empty, and so never more than anything, where no number is honest."""
    minutes = None if line.high is None else ceil(line.high / MINUTE)
    return {
        "waiting": line.waiting,
        "agents": line.agents,
        "open": line.open,
        "full": line.full,
        "minutes": minutes,
    }


class Hours(Mapping[str, Any]):
    """`hours.<calendar>.open`, worked out only when a prompt mentions it."""

    def __init__(self, facts: CallContext) -> None:
        self.facts = facts

    def __getitem__(self, name: str) -> dict[str, Any]:
        return hours_now(self.facts.calendars[name], self.facts)

    def __contains__(self, name: object) -> bool:
        return name in self.facts.calendars

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts.calendars)

    def __len__(self) -> int:
        return len(self.facts.calendars)


def hours_now(calendar: Calendar, facts: CallContext) -> dict[str, Any]:
    """The state of a calendar now, under the names that prompts use."""
    state = calendar.at(facts.now)
    return {"open": state.open, "next_open": state.next_open, "closes": state.closes, "reason": state.reason}


def values_for(visit: Visit) -> dict[str, Any]:
    """Variables first, then the names no flow can take."""
    session, facts = visit.session, visit.facts
    wait = facts.wait
    return {
        **session.variables,
        "caller": {"number": session.call.caller, "name": session.call.name},
        "customer": facts.customer,
        "hours": Hours(facts),
        "queue": {}
        if wait is None
        else {"name": wait.queue, "position": wait.position, "waited": int(wait.waited)},
        "queues": Queues(facts),
        "now": facts.now.astimezone(ZoneInfo(facts.zone)),
    }
