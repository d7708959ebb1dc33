"""Jobs that fail: effects are given up in the end, timers never (I-09)."""

from __future__ import annotations

import pytest

from ivr.floor.notifications import NotificationBus
from ivr.floor.transaction import Transactions
from ivr.jobs.worker import MOST_ATTEMPTS, Worker
from ivr.store import jobs
from ivr.store.database import Database


@pytest.fixture
def failing(database_url):
    """Runs a job that always fails, often; returns how often it was tried and whether it is still due."""
    database = Database.open(database_url)
    now = [1000.0]
    transactions = Transactions(database, lambda: now[0], NotificationBus())
    tried = []

    def fail(job):
        tried.append(job.kind)
        raise RuntimeError("broken")

    def run(kind: str) -> tuple[int, bool]:
        worker = Worker(transactions, {kind: fail}, timers=frozenset({"timer"}), jitter=lambda: 1.0)
        with transactions.begin() as tx:
            tx.job(kind, f"{kind}:1")
        for _ in range(3 * MOST_ATTEMPTS):
            worker.run_due()
            now[0] += 40.0
        with database.read() as connection:
            return len(tried), jobs.next_due(connection) is not None

    yield run
    database.close()


def test_an_effect_that_always_fails_is_parked(failing):
    assert failing("effect") == (MOST_ATTEMPTS, False)


def test_a_timer_that_always_fails_is_tried_for_ever(failing):
    tries, still_due = failing("timer")
    assert tries > MOST_ATTEMPTS and still_due
