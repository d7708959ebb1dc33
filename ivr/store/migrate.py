"""Bring the tables up to date. Safe when several processes start at once: one migrates, the others wait."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from ivr.store.database import Database, DatabaseUnavailable

_ADVISORY_LOCK = 7_200_000_001  # any fixed number: it only has to be ours
_SCRIPTS = Path(__file__).parent / "migrations"


class OtherVersion(DatabaseUnavailable):
    """The tables are not those of this program; the message names both versions and says what to do."""


def migrate(database: Database) -> None:
    """Run every migration that this database has not seen, in one transaction. Raises OtherVersion when a
    newer program made the tables."""
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    with database.write() as unit:
        if not database.is_sqlite:
            unit.connection.execute(text("SET LOCAL lock_timeout = 0"))  # another process may be migrating
            unit.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        _must_not_be_newer(unit.connection)
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "head")


def opened(url: str) -> Database:
    """The database at `url`. A SQLite file gets its tables by itself. Raises DatabaseUnavailable."""
    database = Database.open(url)
    if database.is_sqlite:
        migrate(database)
    return database


def must_fit(database: Database) -> None:
    """Raises OtherVersion when this program cannot work with the tables as they are, nor bring a SQLite file
    up to date by itself; DatabaseUnavailable when the database does not answer."""
    with database.read() as connection:
        have = _must_not_be_newer(connection)
    newest = ScriptDirectory(str(_SCRIPTS)).get_current_head()
    if not database.is_sqlite and have != newest:
        were = f"the tables are of version {have}" if have else "there are no tables yet"
        raise OtherVersion(f"In the database {were}, and this program needs {newest}: run ivr migrate.")


def _must_not_be_newer(connection: Connection) -> str | None:
    """The version of the tables; None before there are any."""
    have = MigrationContext.configure(connection).get_current_revision()
    if have is None:
        return None
    scripts = ScriptDirectory(str(_SCRIPTS))
    if have not in {script.revision for script in scripts.walk_revisions()}:
        raise OtherVersion(
            f"The tables in the database are of version {have}, newer than this program, which knows them up"
            f" to {scripts.get_current_head()}: run the newer program, or put back a backup from before it."
        )
    return have
