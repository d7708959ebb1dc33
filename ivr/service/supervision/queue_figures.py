"""Today's figures of every queue, for wallboards: the sums that reports read, looked up every few seconds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.acd import measures
from ivr.settings import Settings
from ivr.store import report_figures
from ivr.store.database import Database

FRESH_S = 1.0


@dataclass(frozen=True, slots=True)
class QueueToday:
    """`level` is None while nobody counts; shares are between 0 and 1, times in seconds."""

    level: float | None
    goal: float
    goal_s: float
    answered: int
    abandoned: int

    @property
    def met(self) -> bool | None:
        return None if self.level is None else self.level >= self.goal


class QueueFigures:
    """One look serves everybody for a second."""

    def __init__(self, database: Database, clock: Callable[[], float], settings: Settings) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._zone = ZoneInfo(settings.timezone)
        self._guard = threading.Lock()
        self._seen: tuple[float, Mapping[str, QueueToday]] = (float("-inf"), {})

    def figures(self) -> Mapping[str, QueueToday]:
        """By queue of the settings."""
        with self._guard:
            now = self._clock()
            if not 0 <= now - self._seen[0] < FRESH_S:
                self._seen = now, self._looked(now)
            return self._seen[1]

    def _looked(self, now: float) -> Mapping[str, QueueToday]:
        day = datetime.fromtimestamp(now, self._zone).date().isoformat()
        with self._database.read() as connection:
            sums = report_figures.by_queue(connection, day, day)
        found = {}
        for name, queue in self._settings.queues.items():
            of, goal = sums.get(name), queue.goal
            level = measures.service_level(of) if of else None
            answered, abandoned = (round(of.answered), round(of.abandoned)) if of else (0, 0)
            found[name] = QueueToday(level, goal.share, goal.answered_within, answered, abandoned)
        return found
