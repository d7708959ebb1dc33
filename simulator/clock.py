"""Two clocks with one interface: one that waits, and one that jumps from event to event.

Everything that happens later in the simulator is a callback on one of these clocks. Times are epoch seconds
(float).
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable
from typing import Protocol

log = logging.getLogger(__name__)


class Timer:
    """One callback that is to run at `when`; `cancel()` makes it never run."""

    __slots__ = ("callback", "cancelled", "when")

    def __init__(self, when: float, callback: Callable[[], None]) -> None:
        self.when = when
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock(Protocol):
    """The interface of a clock."""

    def time(self) -> float: ...

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer: ...

    def next_time(self) -> float | None: ...

    def pop_due(self) -> Timer | None: ...


class _Agenda:
    """A heap of timers; equal times keep the order in which they were asked for."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()

    def add(self, timer: Timer) -> None:
        heapq.heappush(self._heap, (timer.when, next(self._order), timer))

    def next_time(self) -> float | None:
        while self._heap and self._heap[0][2].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def pop_due(self, now: float) -> Timer | None:
        when = self.next_time()
        if when is None or when > now:
            return None
        return heapq.heappop(self._heap)[2]


class MovableClock:
    """Virtual time: stands still until somebody moves it, so an hour of waiting takes no time."""

    def __init__(self, start: float = 1772445600.0) -> None:
        self._now = start
        self._agenda = _Agenda()

    def time(self) -> float:
        return self._now

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(max(when, self._now), callback)
        self._agenda.add(timer)
        return timer

    def next_time(self) -> float | None:
        return self._agenda.next_time()

    def pop_due(self) -> Timer | None:
        return self._agenda.pop_due(self._now)

    def advance_to(self, when: float) -> None:
        """Move forward to `when`; a time in the past leaves the clock where it is."""
        self._now = max(self._now, when)


class RealClock:
    """Wall time. `start(step)` runs a thread that calls `step()` whenever something is due.

    `step` does the due work and returns the epoch time of the next work (None = nothing planned).
    """

    def __init__(self) -> None:
        self._agenda = _Agenda()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def time(self) -> float:
        return time.time()

    def call_at(self, when: float, callback: Callable[[], None]) -> Timer:
        timer = Timer(when, callback)
        with self._changed:
            self._agenda.add(timer)
            self._changed.notify_all()
        return timer

    def next_time(self) -> float | None:
        with self._changed:
            return self._agenda.next_time()

    def pop_due(self) -> Timer | None:
        with self._changed:
            return self._agenda.pop_due(self.time())

    def start(self, step: Callable[[], float | None]) -> None:
        self._thread = threading.Thread(target=self._run, args=(step,), name="exchange clock", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; work that is planned but not due is forgotten."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(timeout=5)

    def _run(self, step: Callable[[], float | None]) -> None:
        while not self._stopped:
            try:
                due = step()
            except Exception:
                # One broken call must not stop the time of all others.
                log.exception("an event of the exchange failed")
                due = self.time()
            with self._changed:
                planned = self._agenda.next_time()
                wake = min((t for t in (due, planned) if t is not None), default=None)
                if not self._stopped and (wake is None or wake > self.time()):
                    self._changed.wait(None if wake is None else wake - self.time())
