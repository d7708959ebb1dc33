"""What is kept no longer than it is of use, taken away by the clock in small batches."""

from __future__ import annotations

from ivr.service.attempts import WINDOW_S
from ivr.service.change import Changes
from ivr.service.worker import Again
from ivr.store import accounts, expenses
from ivr.store.jobs import Job

RETENTION = "retention"
EVERY_S = 3600.0
SESSIONS_S = 86400.0  # after their end


class Retention:
    """The job `retention`."""

    def __init__(self, changes: Changes) -> None:
        self._changes = changes

    def job(self, _job: Job) -> Again:
        with self._changes.begin() as change:
            accounts.forget_attempts(change.connection, change.now - WINDOW_S)
            expenses.forget(change.connection, change.now - expenses.KEPT_S)
            accounts.forget_sessions(change.connection, change.now - SESSIONS_S)
        return Again(EVERY_S, timer=True)


def ask_for_retention(changes: Changes) -> None:
    """It comes again by itself; to be asked again does no harm."""
    with changes.begin() as change:
        change.job(RETENTION, RETENTION)
