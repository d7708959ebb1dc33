"""Reports of the carrier that came while the database was away, written when it is back, in the same order.

The carrier reports an end once and does not care for our answer. Without this a watch would find out after a
minute; meanwhile an agent would be rung for a caller who is gone, and a caller be brought to an agent who is.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from ivr.store.database import DatabaseUnavailable

log = logging.getLogger(__name__)

MOST = 10_000
AGAIN_S = 1.0


class LateReports:
    """In memory only: what dies with the process is found by the watches."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._waiting: deque[tuple[str, Callable[[], object]]] = deque(maxlen=MOST)
        self._some, self._stopping = threading.Event(), threading.Event()
        self._one_at_a_time = threading.Lock()

    def write(self, what: str, work: Callable[[], object]) -> bool:
        """Do it now, or as soon as the database is back; then False. Other faults are raised."""
        try:
            work()
        except DatabaseUnavailable as error:
            log.warning("%s is written down later: %s", what, error)
            self._waiting.append((what, work))
            self._some.set()
            return False
        return True

    def run_due(self) -> float | None:
        """Write what waits; returns when (epoch seconds) to try again, or None."""
        with self._one_at_a_time:
            while self._waiting:
                what, work = self._waiting[0]
                try:
                    work()
                except DatabaseUnavailable:
                    return self._clock() + AGAIN_S
                except Exception:  # one that cannot be written must not keep back the others
                    log.exception("%s could not be written down", what)
                self._waiting.popleft()
        return None

    def start(self) -> None:
        """Try again in the background."""
        threading.Thread(target=self._loop, name="late-reports", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()
        self._some.set()

    def _loop(self) -> None:
        while not self._stopping.is_set():
            self._some.wait()
            self._some.clear()
            while self.run_due() is not None and not self._stopping.wait(AGAIN_S):
                pass
