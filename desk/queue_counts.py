"""The numbers of waiting callers, for all desks at once: counted after a notification, rendered once for all
who serve the same queues. A call that comes and goes costs the same however many desks are open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from ivr.floor.transaction import NotificationBus

Waiting = Sequence[tuple[str, int, float]]
"""(queue, callers waiting, longest wait in seconds) of each queue."""


class QueueCounts:
    """`count()` is (epoch seconds, every queue's figures); `draw(figures, at)` makes HTML of some of them."""

    def __init__(
        self,
        bus: NotificationBus,
        count: Callable[[], tuple[float, Waiting]],
        draw: Callable[[Waiting, float], str],
    ) -> None:
        self._knocks = bus.subscribe("line")
        self._count, self._draw = count, draw
        self._guard = threading.Lock()
        self._at = 0.0
        self._waiting: dict[str, tuple[str, int, float]] | None = None
        self._drawn: dict[tuple[str, ...], str] = {}

    def html(self, queues: tuple[str, ...]) -> tuple[float, str]:
        """Return when it was counted, and the figures of these queues as HTML."""
        with self._guard:
            if self._knocks.wait(0) or self._waiting is None:
                self._at, counted = self._count()
                self._waiting = {one[0]: one for one in counted}
                self._drawn.clear()
            if queues not in self._drawn:
                known = [self._waiting[queue] for queue in queues if queue in self._waiting]
                self._drawn[queues] = self._draw(known, self._at)
            return self._at, self._drawn[queues]
