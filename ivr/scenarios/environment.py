"""One line on which scenario after scenario is played, each as if it were the first call.

Assembling a line takes longer than most calls. So it is assembled once, and between two scenarios the
database is reset to its state after its tables were made.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from ivr.engine.flow import FlowSet
from ivr.flowfiles.policy_settings import AlertSettings
from ivr.scenarios.given import Given, GivenLookup
from ivr.scenarios.opening_hours import RehearsedHours
from ivr.scenarios.participants import add_customers, add_language
from ivr.scenarios.simulated_line import SimulatedLine, scratch_database
from ivr.scenarios.stub_sources import StubSources
from ivr.settings import Settings

# In memory if the system has it: a test's database need not survive a power cut.
MEMORY = Path("/dev/shm")  # noqa: S108 a folder of our own is made in it


class ScenarioEnvironment:
    """The line with the flows of the settings, or with `flow_set` in their place. Close it after use."""

    def __init__(self, settings: Settings, flow_set: FlowSet | None = None) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="presszero-", dir=MEMORY if MEMORY.is_dir() else None
        )
        folder = Path(self._folder.name)
        self.hours = {name: RehearsedHours(calendar) for name, calendar in settings.calendars.items()}
        # A scenario sends no alerts, so it needs neither the mail server nor the secret of alerts.
        reports = settings.reports.model_copy(update={"alerts": AlertSettings()})
        self.settings = settings.model_copy(update={"calendars": self.hours, "reports": reports})
        self._file = folder / "rehearsal.db"
        self.answers = self._answers({})
        try:
            self.simulated = SimulatedLine(
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
        if flow_set is not None:
            self.simulated.line.registry.publish(flow_set)
        self._as_made = _copied(self._file)
        self._peopled: dict[str, sqlite3.Connection] = {}

    @property
    def flow_set(self) -> FlowSet:
        """Return the flows that are played."""
        return self.simulated.line.registry.live

    def begin(
        self, start: float, given: Given, customers: str = "", answers: StubSources | None = None
    ) -> SimulatedLine:
        """Start the line anew at `start`, with the customers of that list and those of the scenario. Look-ups
        are answered as `given` says, or by `answers`."""
        for calendar in self.hours.values():
            calendar.forced = None
        for name, state in given.hours.items():
            self.hours[name].forced = state == "open"
        vars(self.simulated.database).pop("read", None)
        vars(self.simulated.database).pop("write", None)
        self.answers = answers = answers or self._answers(given.lookups)
        self.simulated.start_over(start, look_ups=answers)
        self.simulated.account.disturb(delay=lambda _webhook: answers.lateness())
        self._restore(customers)
        if given.customers:
            add_customers(self.simulated, given.customers)
        if given.language:
            add_language(self.simulated, given.caller, given.caller_name, given.language)
        return self.simulated

    def _answers(self, lookups: Mapping[str, Sequence[GivenLookup]]) -> StubSources:
        return StubSources(self.settings, lookups)

    def close(self) -> None:
        for copy in (self._as_made, *self._peopled.values()):
            copy.close()
        self.simulated.close()
        self._folder.cleanup()

    def _restore(self, customers: str) -> None:
        """Restore the database. `customers` is the name of a file, or ""."""
        known = self._peopled.get(customers) if customers else self._as_made
        _copy(known or self._as_made, self._file)
        if known is None:
            add_customers(self.simulated, Path(customers))
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
