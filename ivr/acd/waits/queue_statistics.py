"""The learnt statistics of one queue, and of the whole floor's breaks and missed rings."""

from __future__ import annotations

from math import exp
from typing import TypedDict

from ivr.acd.waits.calibration import Calibration, KeptCalibration
from ivr.acd.waits.durations import AbandonmentModel, Durations, KeptDurations, KeptPatience

_RATE_MEMORY = 1800.0  # seconds over which arrivals of higher priority are averaged
_FADE = 0.998  # per offer: shares of missed rings and reached callbacks are those of the last 500


class KeptQueue(TypedDict):
    """The record of a queue as plain JSON values."""

    offers: float
    missed: float
    dialled: float
    reached: float
    arrivals_at: float
    arrivals: list[tuple[float, float]]
    talk: KeptDurations
    wrap: KeptDurations
    ring: KeptDurations
    patience: KeptPatience
    first: KeptCalibration
    repeat: KeptCalibration


class QueueStatistics:
    """One queue's durations, patience, missed rings, callbacks, arrivals by priority and calibration."""

    def __init__(self) -> None:
        self.talk = Durations(240.0, 1.0)
        self.wrap = Durations(20.0, 1.0)
        self.ring = Durations(5.0, 0.5, memory=200, prior=4.0)
        self.patience = AbandonmentModel()
        self.offers = self.missed = 0.0
        self.dialled, self.reached = 5.0, 4.0
        self.arrivals: dict[float, float] = {}
        self.arrivals_at = 0.0
        self.first, self.repeat = Calibration(), Calibration()

    def arrived(self, t: float, priority: float) -> None:
        self._fade_arrivals(t)
        if priority in self.arrivals or len(self.arrivals) < 32:
            self.arrivals[priority] = self.arrivals.get(priority, 0.0) + 1.0

    def rate_above(self, t: float, priority: float) -> float:
        """Return callers a second who would join the line ahead of this priority."""
        self._fade_arrivals(t)
        return sum(count for level, count in self.arrivals.items() if level > priority) / _RATE_MEMORY

    def _fade_arrivals(self, t: float) -> None:
        if t > self.arrivals_at:
            fade = exp(-(t - self.arrivals_at) / _RATE_MEMORY)
            for level in self.arrivals:
                self.arrivals[level] *= fade
        self.arrivals_at = t

    def rang(self, seconds: float) -> None:
        self.ring.add(seconds)
        self.offers, self.missed = self.offers * _FADE + 1.0, self.missed * _FADE

    def rang_out(self) -> None:
        self.offers, self.missed = self.offers * _FADE + 1.0, self.missed * _FADE + 1.0

    def called_back(self, reached: bool) -> None:
        self.dialled, self.reached = self.dialled * _FADE + 1.0, self.reached * _FADE + reached

    def dump(self) -> KeptQueue:
        return {
            "offers": self.offers,
            "missed": self.missed,
            "dialled": self.dialled,
            "reached": self.reached,
            "arrivals_at": self.arrivals_at,
            "arrivals": sorted(self.arrivals.items()),
            "talk": self.talk.dump(),
            "wrap": self.wrap.dump(),
            "ring": self.ring.dump(),
            "patience": self.patience.dump(),
            "first": self.first.dump(),
            "repeat": self.repeat.dump(),
        }

    def load(self, kept: KeptQueue) -> None:
        self.offers, self.missed = float(kept["offers"]), float(kept["missed"])
        self.dialled, self.reached = float(kept["dialled"]), float(kept["reached"])
        self.arrivals_at = float(kept["arrivals_at"])
        self.arrivals = {float(level): float(count) for level, count in kept["arrivals"]}
        self.talk.load(kept["talk"])
        self.wrap.load(kept["wrap"])
        self.ring.load(kept["ring"])
        self.patience.load(kept["patience"])
        self.first.load(kept["first"])
        self.repeat.load(kept["repeat"])


class KeptBreaks(TypedDict):
    """The pauses as plain JSON values."""

    taken: KeptDurations
    imposed: KeptDurations
    calls: float
    breaks: float


class BreakStatistics:
    """Pauses of all agents: those taken after a call, and those imposed after a ring no answer."""

    def __init__(self) -> None:
        self.taken = Durations(420.0, 1.0, memory=200, prior=4.0)
        self.imposed = Durations(120.0, 0.5, memory=100, prior=3.0)
        self.calls = self.breaks = 0.0

    def wrapped_up(self) -> None:
        self.calls += 1.0
        if self.calls > 2000.0:
            self.calls, self.breaks = self.calls / 2.0, self.breaks / 2.0

    def chance(self) -> float:
        """Return the probability that an agent takes a break after a call."""
        return min(self.breaks / (self.calls + 40.0), 0.5)

    def dump(self) -> KeptBreaks:
        return {
            "taken": self.taken.dump(),
            "imposed": self.imposed.dump(),
            "calls": self.calls,
            "breaks": self.breaks,
        }

    def load(self, kept: KeptBreaks) -> None:
        self.taken.load(kept["taken"])
        self.imposed.load(kept["imposed"])
        self.calls, self.breaks = float(kept["calls"]), float(kept["breaks"])
