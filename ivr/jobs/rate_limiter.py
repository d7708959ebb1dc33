"""Paces requests that the carrier counts: Twilio starts one call a second and queues the rest for hours."""

from __future__ import annotations

import threading


class RateLimiter:
    """At most `per_second` calls placed a second, after a first burst of the same number."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._guard = threading.Lock()

    def pause(self, now: float) -> float:
        """Seconds to wait before the next call may be placed; 0.0 means now, and the slot is taken."""
        with self._guard:
            if now >= self._next:
                self._next = max(self._next, now - self._gap) + self._gap
                return 0.0
            if self._next - now > self._gap:  # the clock was set back: nobody waits for an hour gone by
                self._next = now + self._gap
                return 0.0
            return self._next - now
