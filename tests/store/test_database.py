"""The database: fair writers, plain errors, migrations from several processes, growth."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import func, select

from ivr.store import tables
from ivr.store.database import Database, DatabaseUnavailable, FairLock
from tests.service.conftest import line, rehearse  # noqa: F401 the same fixtures
from tests.service.driving import ON_SQLITE, asks_for_person

MIGRATE = """
import sys
from ivr.store.database import Database
from ivr.store.migrate import migrate
migrate(Database.open(sys.argv[1]))
"""


def test_first_come_first_served():
    lock, order, threads = FairLock(), [], []
    assert lock.acquire(1)

    def wait(number: int) -> None:
        assert lock.acquire(5)
        order.append(number)
        lock.release()

    for number in range(8):
        threads.append(threading.Thread(target=wait, args=(number,)))
        threads[-1].start()
        while len(lock._waiting) <= number:
            time.sleep(0.001)
    lock.release()
    for thread in threads:
        thread.join(5)
    assert order == list(range(8))


def test_who_gives_up_leaves_the_line():
    lock = FairLock()
    assert lock.acquire(1) and not lock.acquire(0.01)
    lock.release()
    assert lock.acquire(0.01)


def test_four_processes_migrate_at_once(empty_database_url):
    runs = [
        subprocess.Popen([sys.executable, "-c", MIGRATE, empty_database_url], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [(run.communicate()[1][-500:], run.returncode) for run in runs] == [(b"", 0)] * 4
    database = Database.open(empty_database_url)
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(tables.call)).scalar() == 0
    database.close()


@pytest.mark.postgres
def test_F_DB_05_no_server_is_said_plainly():
    database = Database.open("postgresql+psycopg://postgres@127.0.0.1:9/none")
    with pytest.raises(DatabaseUnavailable), database.write():
        pass


@ON_SQLITE
def test_an_hour_in_line_grows_by_a_turn_for_each_announcement(line):  # noqa: F811
    line.add_agent("desk-1", ["support"], available=False)
    line.add_agent("desk-2", ["support"], available=False)
    line.line.agents.go_available("desk-1")
    asks_for_person(line)
    caller = asks_for_person(line, "+14155550124")
    line.run(20)
    with line.database.read() as connection:
        count = lambda table: connection.execute(select(func.count()).select_from(table)).scalar()  # noqa: E731
        turns, lines = count(tables.turn), count(tables.journal)
        jobs = count(tables.job)
    assert turns < 10 and lines < 60 and jobs < 15
    caller.hang_up()
