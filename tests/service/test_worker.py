"""Jobs that fail: effects are given up in the end, timers never (I-09)."""

from __future__ import annotations

import pytest

from ivr.floor.transaction import NotificationBus, Transactions
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


@pytest.fixture
def woken(database_url):
    """Writes a job that is due in so many seconds; returns whether the worker of this process was roused, and
    what the other processes were told."""
    database = Database.open(database_url)
    transactions = Transactions(database, lambda: 1000.0, NotificationBus())
    worker = Worker(transactions, {})
    told: list[set[str]] = []
    transactions.tell_others = told.append

    def run(after: float) -> tuple[bool, list[set[str]]]:
        with transactions.begin() as tx:
            tx.job("effect", "effect:1", after)
        return worker.is_roused, told

    yield run
    database.close()


@pytest.mark.parametrize("after", [-1.0, 0.0, 0.4])
def test_a_job_that_is_due_rouses_every_worker(woken, after):
    assert woken(after) == (True, [{"jobs"}])


@pytest.mark.parametrize("after", [0.6, 60.0])
def test_a_job_that_is_due_later_rouses_nobody(woken, after):
    assert woken(after) == (False, [])
