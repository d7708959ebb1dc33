"""The figures counted for a queue and an agent, and the tally of a stretch of the journal."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, fields
from typing import TypeVar

LINE = ""
"""The queue that stands for the line as a whole: calls are counted there, before they are in any queue."""

WAIT_BOUNDS = (10, 20, 30, 45, 60, 90, 120, 180, 240, 300, 450, 600, 900, 1200, 1800, 3600)
"""Upper ends of the lengths by which waits are sorted, in seconds."""


@dataclass(frozen=True, slots=True)
class QueueSums:
    """One queue (or the line as a whole) over some time. Names ending in `_s` are sums of seconds.

    `entered + moved_in = answered + abandoned + left_… + moved_out`: every stay in line ends in one way.
    """

    calls: float = 0.0
    """Calls that came in, in the line as a whole, as are the next four."""
    served: float = 0.0
    """Calls that the flow itself ended: never in line, nobody asked for."""
    hung_up: float = 0.0
    """Calls whose caller hung up in the flow, never in line."""
    zeroed: float = 0.0
    """Calls in which a person was asked for outside a line, by 0 or by word."""
    in_line: float = 0.0
    """Calls that stood in a line at least once."""
    entered: float = 0.0
    moved_in: float = 0.0
    moved_out: float = 0.0
    answered: float = 0.0
    in_goal: float = 0.0
    """Answered within the goal's seconds."""
    abandoned: float = 0.0
    """Hung up while waiting, short ones included."""
    abandoned_short: float = 0.0
    abandoned_late: float = 0.0
    """Hung up after the goal's seconds."""
    left_callback: float = 0.0
    left_voicemail: float = 0.0
    left_otherwise: float = 0.0
    wait_answered_s: float = 0.0
    wait_gone_s: float = 0.0
    talks: float = 0.0
    talk_s: float = 0.0
    """Holds included."""
    hold_s: float = 0.0
    wrap_s: float = 0.0
    known_talks: float = 0.0
    """Calls with a talk whose number is known, so that a repeat could be seen."""
    repeats: float = 0.0
    """Those of them that were followed by another call within the repeat days."""
    promises: float = 0.0
    promises_judged: float = 0.0
    promises_kept: float = 0.0
    promises_late: float = 0.0
    callbacks_booked: float = 0.0
    callbacks_kept: float = 0.0
    callbacks_broken: float = 0.0
    callbacks_withdrawn: float = 0.0
    voicemails: float = 0.0
    longest_wait_s: float = 0.0
    """The longest wait that ended, by an answer or not: a maximum where all else is a sum."""


@dataclass(frozen=True, slots=True)
class AgentSums:
    """One agent, or several, over some time. `offered` are offers; `missed` rang out."""

    offered: float = 0.0
    accepted: float = 0.0
    missed: float = 0.0
    declined: float = 0.0
    talks: float = 0.0
    talk_s: float = 0.0
    hold_s: float = 0.0
    wrap_s: float = 0.0
    on_call_s: float = 0.0
    ringing_s: float = 0.0
    available_s: float = 0.0
    away_s: float = 0.0
    leave_asked: float = 0.0
    """Talks of which they ticked that leave was asked before a hold or transfer."""
    names_used: float = 0.0
    """Talks of which they ticked that the caller's name was used."""


MAXIMA = frozenset({"longest_wait_s"})
Sums = TypeVar("Sums", QueueSums, AgentSums)


def added(one: Sums, other: Sums) -> Sums:
    """Both together."""
    pairs = {
        each.name: (max if each.name in MAXIMA else _plus)(getattr(one, each.name), getattr(other, each.name))
        for each in fields(one)
    }
    return type(one)(**pairs)


def _plus(one: float, other: float) -> float:
    return one + other


DayKey = tuple[str, str]
"""(local day, queue or agent)"""
DetailKey = tuple[str, str, str, str]
"""(kind, local day, queue, name)"""


@dataclass
class Tally:
    """The sums of some lines."""

    queues: dict[DayKey, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    agents: dict[DayKey, dict[str, float]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(float))
    )
    details: dict[DetailKey, list[float]] = field(default_factory=lambda: defaultdict(lambda: [0.0, 0.0]))
    minutes: dict[tuple[int, str], list[float]] = field(
        default_factory=lambda: defaultdict(lambda: [0.0, 0.0])
    )

    def queue(self, day: str, queue: str, **counts: float) -> None:
        found = self.queues[day, queue[:64]]
        for name, count in counts.items():
            found[name] = max(found[name], count) if name in MAXIMA else found[name] + count

    def agent(self, day: str, agent: str, **counts: float) -> None:
        found = self.agents[day, agent[:64]]
        for name, count in counts.items():
            found[name] += count

    def detail(self, kind: str, day: str, queue: str, name: str, number: float, total: float = 0.0) -> None:
        found = self.details[kind, day, queue[:64], name[:200]]
        found[0] += number
        found[1] += total

    def minute(self, at: float, queue: str, in_goal: bool, count: float = 1.0) -> None:
        self.minutes[int(at // 60), queue[:64]][0 if in_goal else 1] += count

    def add_difference(self, was: Tally, now: Tally) -> None:
        """Add what `now` counts of one call and take back what `was` had counted of it. A maximum stays: the
        caller did wait for so long."""
        for sign, tally in ((-1.0, was), (1.0, now)):
            for (day, queue), counts in tally.queues.items():
                self.queue(day, queue, **{name: sign * n for name, n in counts.items() if name not in MAXIMA})
            for (kind, day, queue, name), (count, total) in tally.details.items():
                self.detail(kind, day, queue, name, sign * count, sign * total)
