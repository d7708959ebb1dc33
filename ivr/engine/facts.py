"""What a step may know of the world: the time, opening hours, the queue it waits in. Values, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class OpenState:
    """A calendar at one instant. `next_open` and `closes` are aware local times, None when unknown
    (never)."""

    open: bool
    next_open: datetime | None = None
    closes: datetime | None = None
    reason: str = ""


class Calendar(Protocol):
    """Opening hours. `at` takes an aware instant."""

    def at(self, instant: datetime) -> OpenState: ...


@dataclass(frozen=True, slots=True)
class WaitFacts:
    """Where one caller stands. Times in seconds.

    `position` 1 is next. `low` and `high` bound the remaining wait (10 % and 90 %), both None when no number
    can honestly be said. `staffed`: somebody serves this queue now (available, ringing, talking, wrapping
    up).
    """

    queue: str
    position: int
    waited: float
    staffed: bool
    open: bool
    max_wait: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class QueueFacts:
    """The settings of a queue that a caller hears about. Lengths in seconds."""

    name: str
    title: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    music: str = "music/waiting"
    music_seconds: int = 144
    announce_every: int = 30
    voicemail: bool = True


@dataclass(frozen=True, slots=True)
class Facts:
    """`now` is aware UTC. `zone` is the company's time zone name. `customer` is what we know of the caller.

    `phrases` is language → name → the company's own wording. `targets` is name → E.164 number of a transfer.
    `last_survey_at` is when this number last answered a survey.
    """

    now: datetime
    zone: str = "UTC"
    currency: str = "USD"
    calendars: Mapping[str, Calendar] = field(default_factory=lambda: NOTHING)
    queues: Mapping[str, QueueFacts] = field(default_factory=lambda: NOTHING)
    customer: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    wait: WaitFacts | None = None
    last_survey_at: datetime | None = None
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=lambda: NOTHING)
