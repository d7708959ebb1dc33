"""The facts that a step may use: the time, opening hours, the queue it waits in. Values, no I/O."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from ivr.engine.instructions import Say


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice. `queue` is "" for one that every new caller hears. `words` by language, at least one."""

    id: int
    queue: str
    words: Mapping[str, str]

    def said(self, language: str) -> Say:
        """Return the words in the caller's language, or as first written."""
        family = [tag for tag in self.words if tag.split("-")[0] == language.split("-")[0]]
        tag = next((tag for tag in (language, *family) if tag in self.words), next(iter(self.words)))
        return Say(self.words[tag], tag)


def for_everybody(notices: Iterable[Notice], language: str) -> tuple[Say, ...]:
    """Return what a new caller hears before anything else."""
    return tuple(notice.said(language) for notice in notices if not notice.queue)


def translated(notices: Iterable[Notice], told: Mapping[str, str], language: str) -> tuple[Say, ...]:
    """Return what a caller hears after choosing a language; `told` is id → language in which they heard
    it."""
    family = language.split("-")[0]
    missed = [one for one in notices if told.get(str(one.id), family).split("-")[0] != family]
    said = (notice.said(language) for notice in missed)
    return tuple(words for words in said if words.language.split("-")[0] == family)


def of_queue(notices: Iterable[Notice], queue: str, but: Collection[int]) -> list[Notice]:
    """Return the notices that a caller in this queue has not heard yet; `but` are the ids of those heard."""
    return [notice for notice in notices if notice.queue == queue and notice.id not in but]


NOTHING: Mapping[str, Any] = MappingProxyType({})
FINISH, MESSAGE = "finish", "message"
"""Treatment of callers in line at closing time: they are still served, or asked for a message."""


@dataclass(frozen=True, slots=True)
class OpeningState:
    """A calendar at one instant. `next_open` and `closes` are aware local times, None when unknown
    (never)."""

    open: bool
    next_open: datetime | None = None
    closes: datetime | None = None
    reason: str = ""


class Calendar(Protocol):
    """Opening hours. `at` takes an aware instant."""

    def at(self, instant: datetime) -> OpeningState: ...


@dataclass(frozen=True, slots=True)
class WaitContext:
    """The position of one caller in line. Times are in seconds.

    `position` 1 is next. `low` and `high` bound the remaining wait (10 % and 90 %), both None when no number
    can honestly be said; `point` is the wait to expect. `staffed`: somebody serves this queue now (available,
    ringing, talking, wrapping up), `agents` of them. `firm`: nobody who comes later is served before, so the
    position never grows. `ringing`: an agent's phone rings for this caller.
    """

    queue: str
    position: int
    waited: float
    staffed: bool
    open: bool
    max_wait: float
    low: float | None = None
    high: float | None = None
    point: float | None = None
    agents: int = 0
    firm: bool = True
    ringing: bool = False

    def later(self, seconds: float) -> WaitContext:
        """Return the context so many seconds later, assuming that all goes as expected and nobody ahead is
        served."""
        ends = (self.low, self.high, self.point)
        low, high, point = (None if end is None else max(0.0, end - seconds) for end in ends)
        return replace(self, waited=self.waited + seconds, low=low, high=high, point=point)


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """A queue as seen by a caller who is not in line: callers `waiting`, `agents` who serve it, and the wait
    of a caller who joins now, as in `WaitContext`. `full`: no more callers are let in."""

    waiting: int = 0
    agents: int = 0
    staffed: bool = True
    open: bool = True
    full: bool = False
    low: float | None = None
    high: float | None = None
    point: float | None = None


@dataclass(frozen=True, slots=True)
class MusicPiece:
    """A piece of music: the path of a WAV file below /audio/, without its suffix, and its whole seconds."""

    path: str
    seconds: int


@dataclass(frozen=True, slots=True)
class OverflowRule:
    """An overflow rule: when all given conditions hold, the one given action is taken."""

    after_s: float | None = None
    line_over: int | None = None
    estimate_over_s: float | None = None
    queue: str | None = None
    transfer: str | None = None
    voicemail: bool = False


@dataclass(frozen=True, slots=True)
class QueueContext:
    """The settings of a queue that concern its callers. Lengths are in seconds.

    Waits are announced `announce_in` these languages, None for all. `messages` are texts by language.
    `offered_after` is the expected wait from which a callback is offered, None where nobody is called back.
    """

    name: str
    title: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    pieces: tuple[MusicPiece, ...] = (MusicPiece("music/waiting", 144),)
    announce_every: int = 30
    announce_in: frozenset[str] | None = None
    announce_positions: bool = True
    messages: tuple[Mapping[str, str], ...] = ()
    voicemail: bool = True
    offered_after: float | None = None
    overflow: tuple[OverflowRule, ...] = ()
    most_waiting: int | None = None
    calendar: str = ""
    at_closing: str = FINISH


@dataclass(frozen=True, slots=True)
class CallContext:
    """The facts of a call for one event. `now` is aware UTC. `zone` is the company's time zone name,
    `country` its two letters. `customer` is the caller's record.

    `phrases` is language → name → the company's own wording; `person_words` and `supervisor_words` are its
    own words for a person, by language. `targets` is name → E.164 number of a transfer. `last_survey_at`
    is when this number last answered a survey. `lines` has every queue as it stands now.
    """

    now: datetime
    zone: str = "UTC"
    currency: str = "USD"
    country: str = "US"
    calendars: Mapping[str, Calendar] = field(default_factory=lambda: NOTHING)
    queues: Mapping[str, QueueContext] = field(default_factory=lambda: NOTHING)
    customer: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    wait: WaitContext | None = None
    last_survey_at: datetime | None = None
    phrases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    person_words: Mapping[str, Sequence[str]] = field(default_factory=lambda: NOTHING)
    supervisor_words: Mapping[str, Sequence[str]] = field(default_factory=lambda: NOTHING)
    targets: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    notices: tuple[Notice, ...] = ()
    lines: Mapping[str, QueueStatus] = field(default_factory=lambda: NOTHING)
