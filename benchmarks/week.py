"""A simulated week of announced waits, and what `ivr report waits` says of it.

    python -m benchmarks.week              a week of nine-hour days
    python -m benchmarks.week --days 2 --reacts 0.3     callers who hang up when told two minutes or more

Callers, agents and callbacks are those of `benchmarks.day`; journal, record, judgement and report are the
product's own, on a database of its own. Nothing is rung.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.day import Day
from benchmarks.routing import EstimatedDay
from benchmarks.traffic import Place, Traffic
from ivr.acd.waits.journal_events import ESTIMATED
from ivr.cli.report.waits import sentences
from ivr.engine.announcement_policy import LATE, NONE, announce
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.jobs.announced_estimates import AnnouncementRecords
from ivr.store import journal
from ivr.store.database import Database
from ivr.store.migrate import migrate

FIRST_LINE = "A simulated week of announced waits, and the report on them."
ZONE = "America/New_York"
EVER = 1e12  # later than any day of the simulation
OPENS = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo(ZONE)).timestamp()
HOURS = 9
DAY_S = 86_400.0
FIRST_TOLD_S, AGAIN_S = 6.0, 60.0
TOO_LONG_S = 120.0


class AnnouncedDay(EstimatedDay):
    """Everybody in line is told a range soon after joining, and again each minute, as `announce` has it."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.standing: dict[str, dict[str, Any]] = {}

    def joined(self, place: Place) -> None:
        self._at(FIRST_TOLD_S, self._tells, place.id)

    def _tells(self, name: str) -> None:
        place = self.places[name]
        if place.ended or place.agent is not None:
            return
        super().joined(place)
        if place.promise is not None:
            self._promise(place, *place.promise)
        if not place.ended:
            self._at(AGAIN_S, self._tells, name)

    def _promise(self, place: Place, low: float, high: float, point: float) -> None:
        waited, queue = self.now - place.entered_at, place.call.queue
        said = {"waited_s": waited, "position": 1, "low_s": low, "high_s": high, "point_s": point}
        self._note(ESTIMATED, place.id, queue=queue, **said)
        before = self.standing.get(place.id, {})
        spoken, self.standing[place.id] = announce(before, self.now, low, high, point)
        if spoken.kind == NONE:
            return
        told = {"position": 1, "low_s": spoken.low, "high_s": spoken.high}
        if spoken.kind == LATE:
            told["withdrawn_due"] = before["due"]
        self._note("promised", place.id, queue=queue, **told)
        if spoken.low is None:
            return
        if spoken.low >= TOO_LONG_S and self.chance.random() < self.traffic.reacts:
            self._hangs_up(place.id)


def week(database: Database, days: int, traffic: Traffic, seed0: int = 1) -> AnnouncementRecords:
    """Play so many days, one learning from the other, and write down what came of each promise."""
    now = [OPENS]
    record = AnnouncementRecords(
        Transactions(database, lambda: now[0], NotificationBus()), ["billing", "support"]
    )
    before: AnnouncedDay | None = None
    for number in range(days):
        day = AnnouncedDay(number + seed0, traffic, OPENS + number * DAY_S)
        if before is not None:
            day.estimator, day.reader = before.estimator, before.reader
        before = _played(day)
        with database.write() as unit:
            journal.write(unit.connection, before.journal)
        now[0] = OPENS + number * DAY_S + (HOURS + 2) * 3600.0
        record.sum_up()
        record.judge()
    return record


def _played(day: Day) -> AnnouncedDay:
    day.run(HOURS * 3600.0)
    assert isinstance(day, AnnouncedDay)
    return day


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.week", description=FIRST_LINE)
    parser.add_argument("--days", type=int, default=7)
    parser.add_argument("--agents", type=int, default=Traffic.agents)
    parser.add_argument("--every", type=float, default=Traffic.every, help="seconds between two callers")
    parser.add_argument("--reacts", type=float, default=0.0, help="share who hang up at a long wait")
    parser.add_argument("--seed0", type=int, default=1, help="seed of the first day; each day has the next")
    options = parser.parse_args(arguments)
    traffic = Traffic(agents=options.agents, every=options.every, reacts=options.reacts)
    with tempfile.TemporaryDirectory(prefix="presszero-week-") as folder:
        database = Database.open(f"sqlite:///{Path(folder) / 'week.db'}")
        migrate(database)
        record = week(database, options.days, traffic, options.seed0)
        print("\n".join(sentences(record.report(ZONE, 0.0, EVER))))
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
