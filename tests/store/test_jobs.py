"""Jobs: claimed by one, fenced, taken over from the dead, asked for again while they run, parked."""

from __future__ import annotations

import pytest

from ivr.store import jobs, tables
from ivr.store.database import Database
from ivr.store.jobs import LEASE_S
from ivr.store.migrate import migrate
from tests.service.driving import all_at_once

NOW = 1000.0


@pytest.fixture
def database(database_url):
    database = Database.open(database_url)
    migrate(database)
    yield database
    database.close()


def ask(database, key: str = "a", due: float = NOW, body=None) -> None:
    with database.write() as unit:
        jobs.enqueue(unit.connection, "kind", key, due, body, NOW)


def claim(database, now: float = NOW, most: int = 20) -> list:
    with database.write() as unit:
        return jobs.claim(unit.connection, now, most)


def do(database, function, *args) -> None:
    with database.write() as unit:
        function(unit.connection, *args)


def left(database) -> list:
    with database.read() as connection:
        return list(connection.execute(tables.job.select()))


def test_every_job_is_claimed_by_exactly_one(database):
    for number in range(40):
        ask(database, f"job-{number}")
    taken = all_at_once(*[lambda: [job.key for _ in range(4) for job in claim(database, most=3)]] * 8)
    keys = [key for part in taken for key in part]
    assert len(keys) == len(set(keys)) == 40


def test_a_job_is_not_due_before_its_time_and_done_is_done(database):
    ask(database, due=NOW + 5)
    assert claim(database, NOW + 4.9) == []
    [job] = claim(database, NOW + 5)
    do(database, jobs.done, job)
    assert left(database) == []


def test_a_dead_workers_job_comes_due_again_and_the_dead_can_do_no_harm(database):
    ask(database)
    [dead] = claim(database)
    assert claim(database, NOW + LEASE_S - 1) == []
    [job] = claim(database, NOW + LEASE_S)
    assert job.attempts == 2
    do(database, jobs.done, dead)
    do(database, jobs.postpone, dead, NOW + 999)
    do(database, jobs.park, dead, "late")
    [row] = left(database)
    assert row.due == NOW + LEASE_S * 2 and row.error is None


def test_asked_for_again_while_it_runs_it_runs_again(database):
    ask(database, body={"n": 1})
    [first] = claim(database)
    ask(database, body={"n": 2})
    do(database, jobs.done, first)
    [second] = claim(database)
    assert second.body == {"n": 2} and second.attempts == 1


def test_postponed_keeps_count_unless_it_is_a_timer(database):
    ask(database)
    [job] = claim(database)
    do(database, jobs.postpone, job, NOW + 1)
    [job] = claim(database, NOW + 1)
    assert job.attempts == 2
    with database.write() as unit:
        jobs.postpone(unit.connection, job, NOW + 2, None, True)
    [job] = claim(database, NOW + 2)
    assert job.attempts == 1


def test_parked_stays_to_be_seen_and_is_not_run(database):
    ask(database)
    [job] = claim(database)
    do(database, jobs.park, job, "no such thing")
    assert claim(database, NOW + 9999) == [] and left(database)[0].error == "no such thing"
    with database.read() as connection:
        assert jobs.next_due(connection) is None
    ask(database)  # asked for anew it gets another chance
    assert len(claim(database)) == 1


def test_a_rolled_back_change_leaves_no_job(database):
    with pytest.raises(ZeroDivisionError), database.write() as unit:
        jobs.enqueue(unit.connection, "kind", "a", NOW, None, NOW)
        unit.after_commit(lambda: pytest.fail("ran before the commit"))
        raise ZeroDivisionError
    assert left(database) == []
