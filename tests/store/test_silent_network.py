"""The network stays open and says nothing, or another holds what we need: every use of the database ends in
its time. Tests set that time short; what they await would come never without it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import event, make_url
from sqlalchemy.exc import OperationalError

from ivr.store import database as store
from ivr.store import deadlines
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.deadlines import within
from ivr.store.process_notifications import Wakeup
from tests.silent_proxy import SilentProxy

LIMIT_S, PATIENCE_S = 0.6, 30  # of one use; of this test, for what would last for ever
ENDLESS = "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"


@pytest.fixture
def proxy(postgres_cluster_running) -> Iterator[SilentProxy]:
    proxy = SilentProxy(("127.0.0.1", postgres_cluster_running.port))
    yield proxy
    proxy.stop()


@pytest.fixture
def through(proxy, postgres_database) -> str:
    """The address of the database through the proxy."""
    return make_url(postgres_database).set(port=proxy.port).render_as_string(hide_password=False)


@pytest.fixture
def database(through) -> Iterator[Database]:
    database = Database.open(through, limit_s=LIMIT_S)
    yield database
    database.close()


def asked(database: Database, statement: str = "select 1", within_s: float | None = None) -> object:
    with database.read(within_s) as connection:
        return connection.exec_driver_sql(statement).scalar()


def in_thread(work: Callable[[], object]) -> object:
    """What it returns or raises; fails when it does neither."""
    with ThreadPoolExecutor(1) as pool:
        try:
            return pool.submit(work).result(PATIENCE_S)
        except DatabaseUnavailable as error:
            return error


@pytest.mark.postgres
@pytest.mark.parametrize("statement", ["select 1", "select pg_sleep(600)"], ids=["ping", "statement"])
def test_a_connection_that_falls_silent_is_given_up(proxy, database, statement):
    assert asked(database) == 1
    if statement == "select 1":
        proxy.be_silent()
    assert isinstance(in_thread(lambda: asked(database, statement)), DatabaseUnavailable)


@pytest.mark.postgres
def test_silence_in_the_middle_of_a_transaction_and_at_its_end(proxy, database):
    def cut_off() -> None:
        with database.write() as unit:
            unit.connection.exec_driver_sql("create table t (n int)")
            proxy.be_silent()

    assert isinstance(in_thread(cut_off), DatabaseUnavailable)


@pytest.mark.postgres
def test_a_first_connection_into_silence_is_given_up(proxy, database):
    proxy.be_silent()
    assert isinstance(in_thread(lambda: asked(database)), DatabaseUnavailable)
    proxy.pass_new()
    assert asked(database) == 1


@pytest.mark.postgres
def test_when_new_connections_work_not_even_one_use_fails(proxy, database, monkeypatch):
    """A router forgot us: what lies in the pool is found to be dead and replaced within the same use."""
    monkeypatch.setattr(store, "PING_S", 0.1)
    database.limit_s = PATIENCE_S
    for _ in range(3):
        assert asked(database) == 1
    proxy.be_silent()
    proxy.pass_new()
    assert in_thread(lambda: asked(database)) == 1


@pytest.mark.postgres
def test_many_at_once_are_all_answered_and_the_pool_is_whole_afterwards(proxy, through):
    database = Database.open(through, pool_size=2, limit_s=LIMIT_S)
    ready = threading.Barrier(4)

    def use() -> None:
        with database.read() as connection:
            ready.wait(PATIENCE_S)
            connection.exec_driver_sql("select 1")

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda _: use(), range(4)))
        proxy.be_silent()
        answers = list(pool.map(lambda _: in_thread(lambda: asked(database)), range(12)))
        assert all(isinstance(answer, DatabaseUnavailable) for answer in answers)
        proxy.pass_new()
        list(pool.map(lambda _: use(), range(4)))
    database.close()


@pytest.mark.postgres
def test_what_was_cut_off_does_not_hold_its_rows(proxy, through, postgres_database):
    """The server hears nothing of our leaving: its own limits free the row for the caller's next try."""
    plain = Database.open(postgres_database)
    with plain.write() as unit:
        unit.connection.exec_driver_sql("create table t (n int)")
        unit.connection.exec_driver_sql("insert into t values (0)")
    database = Database.open(through, limit_s=LIMIT_S)
    touch = "update t set n = n + 1"

    def cut_off() -> None:
        with database.write() as unit:
            unit.connection.exec_driver_sql(touch)
            proxy.be_silent()
            unit.connection.exec_driver_sql(touch)

    assert isinstance(in_thread(cut_off), DatabaseUnavailable)
    with plain.write() as unit:
        assert unit.connection.exec_driver_sql(touch).rowcount == 1
    with plain.read() as connection:
        assert connection.exec_driver_sql("select n from t").scalar() == 1
    for one in (plain, database):
        one.close()


@pytest.mark.postgres
def test_reports_may_take_longer_than_a_turn_and_leave_connections_to_others(postgres_database):
    database = Database.open(postgres_database, pool_size=2, limit_s=LIMIT_S)
    assert asked(database, f"select 1 from pg_sleep({2 * LIMIT_S})", within_s=PATIENCE_S) == 1
    with ThreadPoolExecutor(8) as pool:
        long = [pool.submit(asked, database, "select pg_sleep(0.7)", PATIENCE_S) for _ in range(8)]
        assert [asked(database) for _ in range(5)] == [1] * 5
        assert not all(one.done() for one in long), "the reports were over before"
    database.close()


@pytest.mark.postgres
def test_a_turn_shares_one_time_among_its_uses(database):
    with within(LIMIT_S):
        answers = [in_this_thread(lambda: asked(database, "select pg_sleep(0.25)")) for _ in range(12)]
    assert any(isinstance(answer, DatabaseUnavailable) for answer in answers[:4])
    assert all(isinstance(answer, DatabaseUnavailable) for answer in answers[4:])


def in_this_thread(work: Callable[[], object]) -> object:
    try:
        return work()
    except DatabaseUnavailable as error:
        return error


@pytest.mark.postgres
def test_what_processes_tell_each_other_comes_through_again_after_silence(proxy, through, monkeypatch):
    monkeypatch.setattr("ivr.store.process_notifications.QUIET_S", 0.2)
    monkeypatch.setattr("ivr.store.process_notifications.TURN_S", LIMIT_S)
    monkeypatch.setattr("ivr.store.process_notifications.RETRY_S", 0.1)
    heard, came = set(), threading.Condition()

    def hear(topics: set[str]) -> None:
        with came:
            heard.update(topics)
            came.notify_all()

    def comes(topic: str) -> bool:
        with came:
            for _ in range(10 * PATIENCE_S):
                wakeup.tell({topic})
                if came.wait_for(lambda: topic in heard, 0.1):
                    return True
        return False

    wakeup = Wakeup(through, hear)
    wakeup.start()
    assert comes("before")
    proxy.be_silent()
    proxy.pass_new()
    assert comes("after")
    wakeup.stop()


# SQLite -----------------------------------------------------------------------------------------------------


def test_both_waits_of_sqlite_share_one_time(tmp_path):
    """The writers' line first, then what another process holds: the second gets what the first left."""
    path = tmp_path / "presszero.db"
    database = Database.open(f"sqlite:///{path}", limit_s=deadlines.TURN_S)
    said: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    with database.write():
        pass
    assert said == ["BEGIN IMMEDIATE"], "an ordinary write says no more than this"
    database.limit_s = LIMIT_S
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    said.clear()
    for _ in range(2):
        assert isinstance(in_this_thread(lambda: written(database)), DatabaseUnavailable)
    waits = [int(statement.split("=")[1]) for statement in said if "busy_timeout" in statement]
    assert waits and max(waits[::2]) <= LIMIT_S * 1000 and set(waits[1::2]) == {store.BUSY_MS}
    other.execute("ROLLBACK")
    other.close()
    assert in_this_thread(lambda: written(database)) is None
    database.close()


def test_who_waited_in_the_writers_line_for_too_long_does_not_begin(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path / 'presszero.db'}", limit_s=LIMIT_S)
    with ThreadPoolExecutor(1) as pool, within(None), database.write():
        late = pool.submit(in_this_thread, lambda: written(database))
        assert isinstance(late.result(PATIENCE_S), DatabaseUnavailable)
    database.close()


def test_a_statement_that_does_not_end_is_interrupted(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path / 'presszero.db'}", limit_s=LIMIT_S)
    assert isinstance(in_thread(lambda: asked(database, ENDLESS)), DatabaseUnavailable)
    assert asked(database) == 1
    database.close()


def test_two_statements_that_do_not_end_are_one_use(tmp_path):
    """What follows the first one has no time either, whoever catches its interruption."""
    database = Database.open(f"sqlite:///{tmp_path / 'presszero.db'}", limit_s=LIMIT_S)

    def twice() -> None:
        with database.read() as connection:
            with suppress(OperationalError):
                connection.exec_driver_sql(ENDLESS)
            connection.exec_driver_sql(ENDLESS)

    assert isinstance(in_thread(twice), DatabaseUnavailable)
    assert asked(database) == 1
    database.close()


def test_what_was_read_in_half_does_not_keep_the_rollback_from_being_done(tmp_path):
    """The writer was stopped with another result still open, which its error keeps alive."""
    database = Database.open(f"sqlite:///{tmp_path / 'presszero.db'}", limit_s=LIMIT_S)
    with database.write() as unit:
        unit.connection.exec_driver_sql("create table t (n int)")
        unit.connection.exec_driver_sql("insert into t values (1), (2), (3)")
    given_up = []
    event.listen(database.engine, "invalidate", lambda *args: given_up.append(args))

    def stopped() -> None:
        with database.write() as unit:
            unit.connection.exec_driver_sql("insert into t values (4)")
            half = unit.connection.exec_driver_sql("select n from t")
            assert half.fetchone()
            unit.connection.exec_driver_sql(ENDLESS)

    error = in_thread(stopped)
    assert isinstance(error, DatabaseUnavailable) and not given_up
    assert in_this_thread(lambda: written(database)) is None
    assert asked(database, "select count(*) from t") == 3
    database.close()


def test_a_rollback_is_not_stopped_however_late_it_is(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path / 'presszero.db'}", limit_s=LIMIT_S)
    guarded: dict[str, bool] = {}

    def late() -> None:
        with database.write() as unit:
            sqlite = unit.connection.connection.dbapi_connection
            sqlite.set_trace_callback(lambda said: guarded.update({said: bool(database._watch._guarded)}))
            unit.connection.exec_driver_sql(ENDLESS)

    assert isinstance(in_thread(late), DatabaseUnavailable)
    assert guarded == {ENDLESS: True, "ROLLBACK": False}
    database.close()


def written(database: Database) -> None:
    with database.write():
        pass


def test_a_connection_given_back_is_not_stopped_for_who_had_it(tmp_path, monkeypatch):
    """The watch looks again and again; what it stops is only ever the use that is too late."""
    monkeypatch.setattr(deadlines, "TICK_S", 0.001)
    database = Database.open(f"sqlite:///{tmp_path / 'presszero.db'}", pool_size=1, limit_s=0.05)
    slow = (
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select max(i) from n"
    )
    for _ in range(60):
        in_this_thread(lambda: asked(database, slow))
        assert asked(database, "select 2", within_s=PATIENCE_S) == 2
    database.close()
