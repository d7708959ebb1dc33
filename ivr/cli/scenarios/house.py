"""One line on which scenario after scenario is played, each as if it were the first call of its life.

Putting a line together takes longer than most calls. So it is put together once, and between two scenarios
the database becomes again what it was after its tables were made.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ivr.cli.rehearsal import Rehearsal, scratch_database
from ivr.cli.scenarios.given import Given, Lookup
from ivr.cli.scenarios.opening import Hours
from ivr.cli.scenarios.people import add_customers, add_language
from ivr.cli.scenarios.sources import Answers
from ivr.engine.flow import FlowBook
from ivr.flowfiles.reporting import Alerts
from ivr.settings import Settings

# In memory where the system offers it: a test's database need not survive a power cut.
MEMORY = Path("/dev/shm")  # noqa: S108 a folder of our own is made in it


class House:
    """The line with the flows of the settings, or with `book` in their place. Close it after use."""

    def __init__(self, settings: Settings, book: FlowBook | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="presszero-", dir=MEMORY if MEMORY.is_dir() else None
        )
        folder = Path(self._folder.name)
        self.hours = {name: Hours(calendar) for name, calendar in settings.calendars.items()}
        # What is rehearsed alerts nobody, so it needs neither the mail server nor the secret of alerts.
        reports = settings.reports.model_copy(update={"alerts": Alerts()})
        self.settings = settings.model_copy(update={"calendars": self.hours, "reports": reports})
        self._file = folder / "rehearsal.db"
        self.answers = self._answers({})
        try:
            self.rehearsal = Rehearsal(
                self.settings,
                scratch_database(folder),
                alone=True,
                folder=folder,
                look_ups=self.answers,
                pages=False,
            )
        except Exception:
            self._folder.cleanup()
            raise
        if book is not None:
            self.rehearsal.line.shelf.publish(book)
        self._as_made = _copied(self._file)
        self._peopled: dict[str, sqlite3.Connection] = {}

    @property
    def book(self) -> FlowBook:
        """The flows that are played."""
        return self.rehearsal.line.shelf.live

    def begin(
        self, start: float, given: Given, customers: str = "", answers: Answers | None = None
    ) -> Rehearsal:
        """The line as new at `start`, with the customers of that list and those of the scenario. Look-ups are
        answered as `given` says, or by `answers`."""
        for calendar in self.hours.values():
            calendar.forced = None
        for name, state in given.hours.items():
            self.hours[name].forced = state == "open"
        vars(self.rehearsal.database).pop("read", None)
        vars(self.rehearsal.database).pop("write", None)
        self.answers = answers = answers or self._answers(given.lookups)
        self.rehearsal.start_over(start, look_ups=answers)
        self.rehearsal.exchange.disturb(delay=lambda _webhook: answers.lateness())
        self._restore(customers)
        if given.customers:
            add_customers(self.rehearsal, given.customers)
        if given.language:
            add_language(self.rehearsal, given.caller, given.caller_name, given.language)
        return self.rehearsal

    def _answers(self, lookups: Mapping[str, Sequence[Lookup]]) -> Answers:
        return Answers(self.settings, lookups)

    def close(self) -> None:
        for copy in (self._as_made, *self._peopled.values()):
            copy.close()
        self.rehearsal.close()
        self._folder.cleanup()

    def _restore(self, customers: str) -> None:
        """`customers` is the name of a file, or ""."""
        known = self._peopled.get(customers) if customers else self._as_made
        _copy(known or self._as_made, self._file)
        if known is None:
            add_customers(self.rehearsal, Path(customers))
            self._peopled[customers] = _copied(self._file)


def _copied(file: Path) -> sqlite3.Connection:
    """The database in memory."""
    copy = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(file)) as source:
        source.backup(copy)
    return copy


def _copy(source: sqlite3.Connection, file: Path) -> None:
    with closing(sqlite3.connect(file)) as target:
        source.backup(target)
