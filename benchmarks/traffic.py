"""A made-up floor: its staff, and what its days are like."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.floor import WaitingCall

POINT_S = 300.0


@dataclass
class Agent:
    id: str
    queues: dict[str, int]
    skills: dict[str, int]
    state: str = "away"
    since: float = 0.0
    queue: str | None = None


@dataclass
class Place:
    """A place in line, and who has it. `ended` says how it ended; `promise` is what was last estimated: low,
    high and point, in seconds from then."""

    call: WaitingCall
    number: str
    entered_at: float
    priority: int
    agent: str | None = None
    attempts: int = 0
    ended: str = ""
    promise: tuple[float, float, float] | None = None

    @property
    def id(self) -> str:
        return self.call.id


@dataclass
class Traffic:
    """What a day is like. Times in seconds, shares from 0 to 1."""

    agents: int = 10
    every: float = 24.0  # between two callers
    talk: float = 180.0
    wrap: float = 20.0
    patience: float = 600.0
    urgent: float = 0.1
    german: float = 0.1
    books: float = 0.3  # of those who still wait after a minute and a half
    repeats: float = 0.2  # of callers use a number that has called before
    missed: float = 0.06
    break_every: float = 3600.0
    reacts: float = 0.0  # of those told two minutes or more hang up at once
