"""The loop that runs events in time order: timers of the simulator, and companions beside it."""

from __future__ import annotations

from collections.abc import Callable

from simulator.clock import Clock, MovableClock

RunDue = Callable[[], float | None]

RESTLESS = 2000
"""So many companion runs at one instant mean that it asks for the same moment again and again."""


class _SecondaryClock:
    def __init__(self, run_due: RunDue) -> None:
        self.run_due = run_due
        self.due: float | None = None


class EventLoop:
    """Runs due timers, and after each of them every companion (for example the product's timer worker)."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._companions: list[_SecondaryClock] = []
        self._stirred = True
        self._instant = (0.0, 0)

    def add_companion(self, run_due: RunDue) -> None:
        """`run_due()` does its due work and returns the epoch time of its next due work, or None."""
        self._companions.append(_SecondaryClock(run_due))
        self._stirred = True

    def run(self, end: float, done: Callable[[], bool] = lambda: False) -> bool:
        """Virtual time only: process events up to `end`, or until `done()`; True when `done()` holds."""
        clock = self._clock
        if not isinstance(clock, MovableClock):
            raise TypeError("only a MovableClock can be run; a RealClock runs by itself")
        self._stirred = True
        while True:
            self._run_companions()
            if done():
                return True
            when = self.next_time()
            if when is None or when > end:
                break
            clock.advance_to(when)
            self._run_timer()
        clock.advance_to(end)
        return done()

    def step(self) -> float | None:
        """Real time: do one due thing; returns when the next is due."""
        self._run_timer()
        self._run_companions()
        return self.next_time()

    def next_time(self) -> float | None:
        times = [c.due for c in self._companions]
        times.append(self._clock.next_time())
        return min((t for t in times if t is not None), default=None)

    def _run_timer(self) -> None:
        timer = self._clock.pop_due()
        if timer:
            self._stirred = True
            timer.callback()

    def _run_companions(self) -> None:
        now = self._clock.time()
        stirred, self._stirred = self._stirred, False
        for companion in self._companions:
            if stirred or (companion.due is not None and companion.due <= now):
                self._count(now)
                companion.due = companion.run_due()

    def _count(self, now: float) -> None:
        instant, runs = self._instant
        runs = runs + 1 if instant == now else 0
        self._instant = (now, runs)
        if runs > RESTLESS and isinstance(self._clock, MovableClock):
            raise RuntimeError(
                f"time stands still at {now}: events or companions keep asking for this moment"
            )
