"""What has been learnt about one queue, and about the whole floor's breaks and missed rings."""

from __future__ import annotations

from math import exp

from ivr.acd.waits.calibration import Calibration
from ivr.acd.waits.durations import Durations
from ivr.acd.waits.patience import Patience

_RATE_MEMORY = 1800.0  # seconds over which arrivals of higher priority are averaged
_FADE = 0.998  # per offer: shares of missed rings and reached callbacks are those of the last 500


class QueueRecord:
    """One queue's durations, patience, missed rings, callbacks, arrivals by priority and calibration."""

    def __init__(self) -> None:
        self.talk = Durations(240.0, 1.0)
        self.wrap = Durations(20.0, 1.0)
        self.ring = Durations(5.0, 0.5, memory=200, prior=4.0)
        self.patience = Patience()
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

    def dump(self) -> dict:
        kept: dict = {name: getattr(self, name) for name in _NUMBERS}
        kept["arrivals"] = sorted(self.arrivals.items())
        return kept | {part: getattr(self, part).dump() for part in _PARTS}

    def load(self, kept: dict) -> None:
        for name in _NUMBERS:
            setattr(self, name, float(kept[name]))
        self.arrivals = {float(level): float(count) for level, count in kept["arrivals"]}
        for part in _PARTS:
            getattr(self, part).load(kept[part])


_NUMBERS = ("offers", "missed", "dialled", "reached", "arrivals_at")
_PARTS = ("talk", "wrap", "ring", "patience", "first", "repeat")


class Breaks:
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
        """Return the chance that an agent takes a break after a call."""
        return min(self.breaks / (self.calls + 40.0), 0.5)

    def dump(self) -> dict:
        return {
            "taken": self.taken.dump(),
            "imposed": self.imposed.dump(),
            "calls": self.calls,
            "breaks": self.breaks,
        }

    def load(self, kept: dict) -> None:
        self.taken.load(kept["taken"])
        self.imposed.load(kept["imposed"])
        self.calls, self.breaks = float(kept["calls"]), float(kept["breaks"])
