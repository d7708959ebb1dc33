"""Bring the tables up to date. Safe when several processes start at once: one migrates, the others wait."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ivr.store.database import Database

_ADVISORY_LOCK = 7_200_000_001  # any fixed number: it only has to be ours


def migrate(database: Database) -> None:
    """Run every migration that this database has not seen, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with database.write() as unit:
        if not database.is_sqlite:
            unit.connection.execute(text("SET LOCAL lock_timeout = 0"))  # another process may be migrating
            unit.connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "head")


def opened(url: str) -> Database:
    """The database at `url`. A SQLite file gets its tables by itself. Raises DatabaseUnavailable."""
    database = Database.open(url)
    if database.is_sqlite:
        migrate(database)
    return database
