"""Promises of before the column for withdrawals are still on record, as not withdrawn."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ivr.store import announced_estimates
from ivr.store import migrate as migrating
from ivr.store.announced_estimates import AnnouncedEstimateRow
from ivr.store.database import Database


def test_promises_from_before_survive_and_can_be_withdrawn(empty_database_url):
    database = Database.open(empty_database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    with database.write() as unit:
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "0018")
        added = (
            "INSERT INTO wait_promise (line_id, call_sid, queue, said_at, low_s, high_s)"
            " VALUES (7, 'CA1', 'support', 100.0, 60.0, 180.0)"
        )
        unit.connection.execute(text(added))
    migrating.migrate(database)
    stood = AnnouncedEstimateRow(7, "CA1", "support", 100.0, None, None, 60.0, 180.0, None)
    with database.write() as unit:
        assert announced_estimates.promises(unit.connection, "support", 0.0, 1e12, 10) == [stood]
        announced_estimates.withdraw(unit.connection, "CA1", 8, 280.0)
        [row] = announced_estimates.promises(unit.connection, "support", 0.0, 1e12, 10)
    assert row.withdrawn_due == 280.0
    database.close()
