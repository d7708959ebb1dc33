"""The names for prompts and conditions: the flow's variables and the facts of call, hours, queue and time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import ceil
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from ivr.engine.context import Calendar, CallContext, QueueStatus
from ivr.engine.step import Visit

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")


def _usable(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise PydanticCustomError(
            "variable",
            "'{name}' cannot be a variable (use a letter, then letters, digits and _)",
            {"name": name},
        )
    if name in RESERVED:
        raise PydanticCustomError(
            "variable", "'{name}' is taken by the engine (choose another name)", {"name": name}
        )
    return name


VariableName = Annotated[str, AfterValidator(_usable)]


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
"""The members of each name, or a single value. The members of a customer are the company's own."""
RESERVED = frozenset(MEMBERS)


class Queues(Mapping[str, Any]):
    """`queues.<name>.waiting`, computed only when a prompt or a condition uses it."""

    def __init__(self, context: CallContext) -> None:
        self.lines = context.lines

    def __getitem__(self, name: str) -> dict[str, Any]:
        return line_now(self.lines[name])

    def __contains__(self, name: object) -> bool:
        return name in self.lines

    def __iter__(self) -> Iterator[str]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)


def line_now(line: QueueStatus) -> dict[str, Any]:
    """Return a queue under the names that conditions use, for a caller who joins it now. `minutes` is the
    upper end of the expected wait; empty, and so never greater than anything, when no honest number is known.
    """
    minutes = None if line.high is None else ceil(line.high / MINUTE)
    return {
        "waiting": line.waiting,
        "agents": line.agents,
        "open": line.open,
        "full": line.full,
        "minutes": minutes,
    }


class Hours(Mapping[str, Any]):
    """`hours.<calendar>.open`, computed only when a prompt uses it."""

    def __init__(self, context: CallContext) -> None:
        self.context = context

    def __getitem__(self, name: str) -> dict[str, Any]:
        return hours_now(self.context.calendars[name], self.context)

    def __contains__(self, name: object) -> bool:
        return name in self.context.calendars

    def __iter__(self) -> Iterator[str]:
        return iter(self.context.calendars)

    def __len__(self) -> int:
        return len(self.context.calendars)


def hours_now(calendar: Calendar, context: CallContext) -> dict[str, Any]:
    """Return the state of a calendar now, under the names that prompts use."""
    state = calendar.at(context.now)
    return {"open": state.open, "next_open": state.next_open, "closes": state.closes, "reason": state.reason}


def values_for(visit: Visit) -> dict[str, Any]:
    """Return variables first, then the names that no flow can take."""
    session, context = visit.session, visit.context
    wait = context.wait
    return {
        **session.variables,
        "caller": {"number": session.call.caller, "name": session.call.name},
        "customer": context.customer,
        "hours": Hours(context),
        "queue": {}
        if wait is None
        else {"name": wait.queue, "position": wait.position, "waited": int(wait.waited)},
        "queues": Queues(context),
        "now": context.now.astimezone(ZoneInfo(context.zone)),
    }
