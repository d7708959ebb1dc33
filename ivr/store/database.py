"""One database, two ways in: `read()` for a consistent look, `write()` for a change and what follows from it.

SQLite: one process, one fair writer. Its own busy handler sleeps and is unfair (measured: worst wait of
seconds), so writers stand in line behind a ticket lock and begin with BEGIN IMMEDIATE, since a read that
turns into a write fails at once when somebody else wrote in between. What a caller was promised survives a
power cut: all commits that wait for the disk share one sync (commit_sync.py). PostgreSQL: rows are locked by
the statements that need it.

With a `limit_s`, every use ends within that time, whatever it waits for: the writers' line, somebody else's
lock, a connection of the pool, a statement, a network that says nothing. See deadlines.py.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from math import inf
from pathlib import Path
from typing import Any
from weakref import WeakSet

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy import Connection as Connection
from sqlalchemy.engine.interfaces import DBAPIConnection, Dialect
from sqlalchemy.exc import DatabaseError, DBAPIError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from ivr.store.commit_sync import CommitSync, SyncFailed
from ivr.store.deadlines import DatabaseUse, DeadlineWatch, TimeIsUp, in_time, present_use
from ivr.store.sqlite_file import folder_is_there

LOG_WAIT_MS = 100
BUSY_MS = 3000
LOCK_WAIT_MS = 3000  # PostgreSQL's rows; a caller must not wait in silence for somebody else's transaction
WRITER_WAIT_S = 5.0  # where no limit was set
POOL_WAIT_S = 5.0
NETWORK = {
    "connect_timeout": 3,
    "tcp_user_timeout": 4000,
    "keepalives": 1,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
}  # what the system finds out by itself; it does not find out a proxy that stays open and says nothing
PING_S = 1.0  # a connection that says nothing for so long is replaced by a new one, within the same use
REFUSED_VALUES = ("21", "22", "23", "42")  # classes of SQLSTATE: data, constraints, statements
UNHURRIED_SHARE = 0.75  # of the connections: what reads much must not leave none to callers


class DatabaseUnavailable(Exception):
    """The database is locked, full or gone. The caller of the line hears "one moment" and we try again."""


class FairLock:
    """First come, first served. `threading.Lock` may let one thread starve."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def acquire(self, timeout: float) -> bool:
        with self._guard:
            if not self._held and not self._waiting:
                self._held = True
                return True
            turn = threading.Event()
            self._waiting.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # our turn came in the instant we gave up
                return True
            self._waiting.remove(turn)
            return False

    def release(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().set()  # handed over: stays held
            else:
                self._held = False


@dataclass
class UnitOfWork:
    """One transaction that writes. `after_commit` functions run once it is safe on disk, never before."""

    connection: Connection
    after: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, do: Callable[[], None]) -> None:
        self.after.append(do)


class Database:
    """A SQLite file or a PostgreSQL server behind the same two methods. `limit_s`: how long one use of it may
    take, unless deadlines.within says otherwise; None: as long as it needs."""

    def __init__(self, engine: Engine, size: int, limit_s: float | None = None) -> None:
        self.engine, self.limit_s = engine, limit_s
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writer, self._watch = FairLock(), DeadlineWatch()
        self._commits = CommitSync(Path(f"{engine.url.database}-wal")) if self.is_sqlite else None
        self._writing = engine.execution_options(writes=True)
        self._free = threading.Semaphore(size)
        self._free_for_long = threading.Semaphore(max(1, int(size * UNHURRIED_SHARE)))

    @classmethod
    def open(cls, url: str, pool_size: int = 20, limit_s: float | None = None) -> Database:
        """Connect to `url` (SQLAlchemy form). Raises DatabaseUnavailable when that cannot be tried."""
        parsed = make_url(url)
        size = 2 * pool_size
        pool = {"pool_size": pool_size, "max_overflow": pool_size, "pool_timeout": POOL_WAIT_S}
        if parsed.get_backend_name() == "sqlite":
            return cls(_sqlite(parsed, pool), size, limit_s)
        return cls(_postgres(parsed, pool, limit_s), size, limit_s)

    def close(self) -> None:
        self.engine.dispose()
        self._watch.close()
        if self._commits:
            self._commits.close()

    @contextmanager
    def read(self, within_s: float | None = None) -> Iterator[Connection]:
        """A look at one instant, which may take `within_s` where the limit is shorter. What it has seen is on
        the disk when it ends. Raises DatabaseUnavailable."""
        with _plain_errors(), self._use(within_s) as use:
            self._settle()
            with self._connection_free(use), self.engine.begin() as connection:
                self._let_take(connection, use)
                yield connection
            if self._commits:
                self._commits.wait(self._commits.committed, partial(use.left_s, WRITER_WAIT_S))

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """All or nothing. Raises DatabaseUnavailable; then nothing has happened, or (PostgreSQL: connection
        lost during COMMIT; SQLite: the disk did not confirm it) it is unknown and must be looked up."""
        with _plain_errors(), self._use() as use:
            self._settle()
            with self._turn_to_write(use):
                with self._connection_free(use), self._writing.begin() as connection:
                    self._let_take(connection, use)
                    unit = UnitOfWork(connection)
                    yield unit
                number = self._commits.count() if self._commits else 0
            if self._commits:
                self._commits.wait(number, partial(use.left_s, WRITER_WAIT_S))
        for do in unit.after:
            do()

    def empty_log(self) -> bool:
        """Bring everything into SQLite's file and cut its log, where erased rows can be read until then.
        False while somebody reads or writes: try again. Raises DatabaseUnavailable."""
        if not self._commits:
            return True
        with _plain_errors(), self._use() as use, self._turn_to_write(use), self._connection_free(use):
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(f"PRAGMA busy_timeout={LOG_WAIT_MS}")  # other writers wait for us meanwhile
                try:
                    busy, _, _ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                finally:
                    cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
                    cursor.close()
            finally:
                connection.close()
            if not busy:
                self._commits.trust()
        return not busy

    def _settle(self) -> None:
        """Nothing goes on while it is unknown whether what was committed is on the disk."""
        if self._commits and self._commits.is_doubtful and not self.empty_log():
            raise DatabaseUnavailable("the disk did not confirm what was written, and others hold the file")

    def _use(self, within_s: float | None = None) -> DatabaseUse:
        limit_s = self.limit_s if within_s is None or self.limit_s is None else max(self.limit_s, within_s)
        return DatabaseUse(self._watch, limit_s)

    @contextmanager
    def _turn_to_write(self, use: DatabaseUse) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(use.left_s(WRITER_WAIT_S)):
            raise DatabaseUnavailable("no turn to write: others wrote all the time")
        try:
            yield
        finally:
            self._writer.release()

    @contextmanager
    def _connection_free(self, use: DatabaseUse) -> Iterator[None]:
        """One of the pool's connections, for which no more wait than there are."""
        lines = (self._free_for_long, self._free) if self._is_long(use) else (self._free,)
        held = []
        try:
            for line in lines:
                if not line.acquire(timeout=use.left_s(POOL_WAIT_S)):
                    raise DatabaseUnavailable("no free connection: all are in use")
                held.append(line)
            yield
        finally:
            for line in held:
                line.release()

    def _is_long(self, use: DatabaseUse) -> bool:
        return self.limit_s is not None and (use.limit_s is None or use.limit_s > self.limit_s)

    def _let_take(self, connection: Connection, use: DatabaseUse) -> None:
        """The server's own limits are set for ordinary uses."""
        if self._is_long(use) and not self.is_sqlite:
            most = 0 if use.limit_s is None else int(use.limit_s * 1000)
            for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.exec_driver_sql(f"SET LOCAL {limit} = {most}")


def _sqlite(url: URL, pool: dict[str, float]) -> Engine:
    if not url.database or url.database == ":memory:":
        raise ValueError("DATABASE_URL: SQLite needs a file, such as sqlite:///var/presszero.db")
    folder = Path(url.database).parent
    if not folder_is_there(folder):
        raise DatabaseUnavailable(f"DATABASE_URL: there is no folder {folder}")
    how = {"check_same_thread": False, "timeout": BUSY_MS / 1000, "factory": _SqliteConnection}
    engine = create_engine(url, connect_args=how, hide_parameters=True, **pool)
    event.listen(engine, "do_connect", _make_private)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "checkout", _guard_sqlite)
    event.listen(engine, "checkin", _let_go)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _postgres(url: URL, pool: dict[str, float], limit_s: float | None) -> Engine:
    if find_spec("psycopg") is None:
        remedy = "pip install 'presszero[postgres]'"
        raise DatabaseUnavailable(f"DATABASE_URL: PostgreSQL needs psycopg ({remedy})")
    settings = {"lock_timeout": LOCK_WAIT_MS}
    if limit_s is not None:
        # Also for a server that hears no more of us: what we left must not keep its locks.
        settings["statement_timeout"] = settings["idle_in_transaction_session_timeout"] = int(limit_s * 1000)
    options = " ".join(f"-c {name}={value}" for name, value in settings.items())
    engine = create_engine(url, connect_args={**NETWORK, "options": options}, hide_parameters=True, **pool)
    event.listen(engine, "handle_error", _without_values)
    event.listen(engine, "do_connect", _connect_in_time)
    event.listen(engine, "connect", _know_socket, insert=True)
    event.listen(engine, "checkout", _guard_postgres(engine))
    event.listen(engine, "checkin", _let_go)
    for closed in ("close", "close_detached"):
        event.listen(engine, closed, _forget_socket)
    return engine


class _SqliteConnection(sqlite3.Connection):
    """A connection whose rollback is never interrupted. SQLite remembers that it was told to stop until no
    statement is under way: with a result that was read in half, it would stop the rollback as well, and the
    transaction would keep its lock for as long as that result lives."""

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self._cursors: WeakSet[sqlite3.Cursor] = WeakSet()

    def cursor(self, *args: Any) -> Any:
        cursor = super().cursor(*args)
        self._cursors.add(cursor)
        return cursor

    def rollback(self) -> None:
        if use := present_use():
            use.guard(None)
        for cursor in list(self._cursors):
            cursor.close()
        super().rollback()


def _make_private(
    _dialect: Dialect, _record: ConnectionPoolEntry, args: list[str], _more: dict[str, Any]
) -> None:
    """A new file is nobody else's on this machine, and so are those that SQLite makes beside it. One that is
    there is not opened: to close it would drop the locks which SQLite holds for this process."""
    if args[0].startswith("file:"):
        return
    try:
        os.close(os.open(args[0], os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return  # it is there; what else is wrong with it SQLite says itself


def _prepare_sqlite(dbapi_connection: sqlite3.Connection, _record: ConnectionPoolEntry) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",  # the wait for the disk is in commit_sync.py
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "secure_delete=ON",  # what was erased is overwritten, also where SQLite was not built that way
        "cache_size=-4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin a transaction. SQLite's own wait for other processes may not take the time again that the
    writers' line took."""
    if not connection.get_execution_options().get("writes"):
        connection.exec_driver_sql("BEGIN")
        return
    use = present_use()
    left_ms = int(use.left_s(BUSY_MS / 1000) * 1000) if use else BUSY_MS
    if left_ms >= BUSY_MS:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        return
    connection.exec_driver_sql(f"PRAGMA busy_timeout={max(1, left_ms)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MS}")


def _guard_sqlite(
    dbapi_connection: sqlite3.Connection, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
) -> None:
    if use := present_use():
        use.guard(dbapi_connection.interrupt)


def _let_go(_dbapi_connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    """Back in the pool, a connection may be another's at once."""
    if use := present_use():
        use.guard(None)


def _without_values(context: Any) -> None:
    """PostgreSQL quotes the values of a row that it refuses, which are callers' words and numbers: an error
    names the rule that was broken and where, and nothing else."""
    told = getattr(context.original_exception, "diag", None)
    if told is None or not told.sqlstate or told.sqlstate[:2] not in REFUSED_VALUES:
        return
    where = (told.table_name, told.column_name, told.constraint_name)
    words = f"{type(context.original_exception).__name__} {told.sqlstate} {' '.join(filter(None, where))}"
    context.original_exception.args = (words.strip(),)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (words.strip(),)


def _connect_in_time(
    dialect: Dialect, _record: ConnectionPoolEntry, arguments: list[Any], parameters: dict[str, Any]
) -> DBAPIConnection:
    """A connection, made in a thread of its own: nothing ends the look-up of a host's name."""
    use = present_use()
    left_s = use.left_s() if use else inf
    connect = partial(dialect.connect, *arguments, **parameters)
    return connect() if left_s == inf else in_time(connect, left_s, lambda late: late.close())


def socket_of(connection: Any) -> socket.socket:
    """Our own name of a connection's socket: it means this one as long as we hold it, while the number of a
    file means another as soon as this is closed."""
    return socket.socket(fileno=os.dup(connection.fileno()))


def stopping(wire: socket.socket) -> Callable[[], object]:
    """Ends whatever waits for an answer at this socket."""
    return partial(wire.shutdown, socket.SHUT_RDWR)


def _know_socket(dbapi_connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    record.info["socket"] = wire = socket_of(dbapi_connection)
    record.info["new"] = True
    if use := present_use():
        use.guard(stopping(wire))


def _forget_socket(_dbapi_connection: DBAPIConnection, record: ConnectionPoolEntry | None = None) -> None:
    if record is not None and (wire := record.info.pop("socket", None)):
        wire.close()


def _guard_postgres(engine: Engine) -> Callable[..., None]:
    """Before a connection of the pool is used it must have said something: a server that was restarted, or a
    network that forgot us, is found out here, and a new connection is made instead."""

    def guard(
        dbapi_connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        use = present_use()
        stop = stopping(record.info["socket"])
        if not record.info.pop("new", False):
            if use:
                use.guard(stop, PING_S)
            try:
                engine.dialect.do_ping(dbapi_connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError() from error
        if use:
            use.guard(stop)

    return guard


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnavailable(str(error.orig)) from error
    except (TimeIsUp, SyncFailed) as error:
        raise DatabaseUnavailable(str(error)) from error
    except PoolTimeout as error:
        raise DatabaseUnavailable("no free connection: all are in use") from error
    except DBAPIError as error:
        # A file that is damaged or no database is told as no more than DatabaseError.
        if error.connection_invalidated or type(error) is DatabaseError:
            raise DatabaseUnavailable(str(error.orig)) from error
        raise
