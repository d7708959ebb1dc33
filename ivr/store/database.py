"""One database, two ways in: `read()` for a consistent look, `write()` for a change and what follows from it.

SQLite: one process, one fair writer. Its own busy handler sleeps and is unfair (measured: worst wait of
seconds), so writers stand in line behind a ticket lock and begin with BEGIN IMMEDIATE, since a read that
turns into a write fails at once when somebody else wrote in between. `synchronous=FULL`: what a caller was
promised survives a power cut. PostgreSQL: rows are locked by the statements that need it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ivr.store.sqlite_file import folder_is_there

BUSY_MS = 3000
LOCK_WAIT_MS = 4000  # PostgreSQL's rows; a caller must not wait in silence for somebody else's transaction
WRITER_WAIT_S = 5.0


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
class Unit:
    """One transaction that writes. `after_commit` functions run once it is safe on disk, never before."""

    connection: Connection
    after: list[Callable[[], None]] = field(default_factory=list)

    def after_commit(self, do: Callable[[], None]) -> None:
        self.after.append(do)


class Database:
    """A SQLite file or a PostgreSQL server behind the same two methods."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writer = FairLock()
        self._writing = engine.execution_options(writes=True)

    @classmethod
    def open(cls, url: str, pool_size: int = 20) -> Database:
        """Connect to `url` (SQLAlchemy form). Raises DatabaseUnavailable when that cannot be tried."""
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            if not parsed.database or parsed.database == ":memory:":
                raise ValueError("DATABASE_URL: SQLite needs a file, such as sqlite:///var/presszero.db")
            folder = Path(parsed.database).parent
            if not folder_is_there(folder):
                raise DatabaseUnavailable(f"DATABASE_URL: there is no folder {folder}")
            engine = create_engine(
                parsed,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_timeout=3,
                connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000},
            )
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            if find_spec("psycopg") is None:
                remedy = "pip install 'presszero[postgres]'"
                raise DatabaseUnavailable(f"DATABASE_URL: PostgreSQL needs psycopg ({remedy})")
            engine = create_engine(
                parsed,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_timeout=3,
                pool_pre_ping=True,
                connect_args={"connect_timeout": 3, "options": f"-c lock_timeout={LOCK_WAIT_MS}"},
            )
        return cls(engine)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A look at one instant. Raises DatabaseUnavailable."""
        with _plain_errors(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """All or nothing. Raises DatabaseUnavailable; then nothing has happened, or (PostgreSQL, connection
        lost during COMMIT) it is unknown and must be looked up."""
        with _plain_errors(), self._turn_to_write(), self._writing.begin() as connection:
            unit = Unit(connection)
            yield unit
        for do in unit.after:
            do()

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        if not self._writer.acquire(WRITER_WAIT_S):
            raise DatabaseUnavailable("no turn to write within 5 seconds")
        try:
            yield
        finally:
            self._writer.release()


def _prepare_sqlite(dbapi_connection, _record) -> None:
    dbapi_connection.isolation_level = None  # we say BEGIN ourselves
    cursor = dbapi_connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"busy_timeout={BUSY_MS}",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _plain_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise DatabaseUnavailable(str(error.orig)) from error
    except PoolTimeout as error:
        raise DatabaseUnavailable("no free connection within 3 seconds") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable(str(error.orig)) from error
        raise
