"""What a prompt or condition may mention: the flow's variables and what is known of call, hours, queue and
time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ivr.engine.facts import Calendar, Facts
from ivr.engine.step import Visit

RESERVED = frozenset({"caller", "customer", "hours", "queue", "now"})


class Hours(Mapping[str, Any]):
    """`hours.<calendar>.open`, worked out only when a prompt mentions it."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    def __getitem__(self, name: str) -> dict[str, Any]:
        return hours_now(self.facts.calendars[name], self.facts)

    def __contains__(self, name: object) -> bool:
        return name in self.facts.calendars

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts.calendars)

    def __len__(self) -> int:
        return len(self.facts.calendars)


def hours_now(calendar: Calendar, facts: Facts) -> dict[str, Any]:
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
        "now": facts.now.astimezone(ZoneInfo(facts.zone)),
    }
