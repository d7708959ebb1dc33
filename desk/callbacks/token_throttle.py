"""Counts wrong addresses, so that guessing is stopped."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

MOST, WITHIN_S = 60, 60.0


class TokenThrottle:
    """Allows at most MOST wrong addresses in WITHIN_S seconds, in this process. An address has 128 random
    bits, which protect it; a right one always works."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._at: deque[float] = deque(maxlen=MOST)

    def count(self) -> None:
        with self._guard:
            self._at.append(self._clock())

    def too_many(self) -> bool:
        with self._guard:
            return len(self._at) == MOST and 0 <= self._clock() - self._at[0] < WITHIN_S
