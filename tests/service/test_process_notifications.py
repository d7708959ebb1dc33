"""Two processes on one PostgreSQL: what one commits wakes the other, without waiting for a slow look."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from ivr.store.process_notifications import EVERYTHING, LONGEST_PAYLOAD, Wakeup

pytestmark = pytest.mark.postgres
LIMIT_S = 30.0  # a bound for a busy machine
LISTENERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query LIKE 'LISTEN %' AND state = 'idle'
"""


class Ear:
    def __init__(self) -> None:
        self.topics: set[str] = set()
        self._came = threading.Condition()

    def __call__(self, topics: set[str]) -> None:
        with self._came:
            self.topics |= topics
            self._came.notify_all()

    def until(self, topic: str) -> bool:
        with self._came:
            return self._came.wait_for(lambda: topic in self.topics, LIMIT_S)


def both_listen(database: str) -> None:
    """Wait until they do: what is sent before is not sent again."""
    end = time.monotonic() + LIMIT_S
    with psycopg.connect(
        database.replace("postgresql+psycopg://", "postgresql://", 1), autocommit=True
    ) as look:
        while look.execute(LISTENERS).fetchone() != (2,):
            assert time.monotonic() < end, "they never listened"
            time.sleep(0.01)


@pytest.fixture
def two(postgres_database):
    ears = Ear(), Ear()
    wakeups = [Wakeup(postgres_database, ear) for ear in ears]
    for wakeup in wakeups:
        wakeup.start()
    both_listen(postgres_database)
    yield wakeups, ears
    for wakeup in wakeups:
        wakeup.stop()


def test_what_one_process_tells_the_other_hears(two):
    (one, _), (_, other) = two
    one.tell({"jobs", "agent:desk-1"})
    assert other.until("jobs") and other.until("agent:desk-1")


def test_too_many_topics_become_everything(two):
    (one, _), (_, other) = two
    one.tell({f"agent:{number:05d}" for number in range(LONGEST_PAYLOAD // 10)})
    assert other.until(EVERYTHING)


def test_a_lost_connection_is_made_again(two, postgres_database):
    (one, _), (_, other) = two
    url = postgres_database.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(url, autocommit=True) as killer:
        killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    end = time.monotonic() + 10
    while "again" not in other.topics and time.monotonic() < end:
        one.tell({"again"})
        time.sleep(0.2)
    assert "again" in other.topics
