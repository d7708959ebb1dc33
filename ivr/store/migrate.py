"""Bring the tables up to date. Safe when several processes start at once: one migrates, the others wait."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.deadlines import within

_ADVISORY_LOCK = 7_200_000_001  # any fixed number: it only has to be ours
_SCRIPTS = Path(__file__).parent / "migrations"


class OtherVersion(DatabaseUnavailable):
    """The tables are not those of this program; the message names both versions and says what to do."""


def migrate(database: Database) -> None:
    """Run every migration that this database has not seen, in one transaction. Raises OtherVersion when a
    newer program made the tables."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    known = _versions()
    with within(None), database.write() as unit:
        if not database.is_sqlite:
            unit.connection.execute(text("SET LOCAL lock_timeout = 0"))  # another process may be migrating
            unit.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        if _version(unit.connection, known) == known[0]:
            return
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "head")


def opened(url: str, limit_s: float | None = None) -> Database:
    """The database at `url`, each use of which may take `limit_s`. A SQLite file gets its tables by itself.
    Raises DatabaseUnavailable."""
    database = Database.open(url, limit_s=limit_s)
    if database.is_sqlite:
        migrate(database)
    return database


def must_fit(database: Database) -> None:
    """Raises OtherVersion when this program cannot work with the tables as they are, nor bring a SQLite file
    up to date by itself; DatabaseUnavailable when the database does not answer."""
    known = _versions()
    with database.read() as connection:
        have = _version(connection, known)
    if not database.is_sqlite and have != known[0]:
        were = f"the tables are of version {have}" if have else "there are no tables yet"
        raise OtherVersion(f"In the database {were}, and this program needs {known[0]}: run ivr migrate.")


@cache
def _versions() -> tuple[str, ...]:
    """Return those that this program knows, the newest first."""
    return tuple(script.revision for script in ScriptDirectory(str(_SCRIPTS)).walk_revisions())


def _version(connection: Connection, known: tuple[str, ...]) -> str | None:
    """The version of the tables; None before there are any. Raises OtherVersion when it is not `known`."""
    have = MigrationContext.configure(connection).get_current_revision()
    if have is not None and have not in known:
        raise OtherVersion(
            f"The tables in the database are of version {have}, newer than this program, which knows them up"
            f" to {known[0]}: run the newer program, or put back a backup from before it."
        )
    return have
