"""Customers and numbers are many to many; what stood in the tables before is still there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from ivr.store import customers
from ivr.store import migrate as migrating
from ivr.store.database import Database

NUMBER, OTHER = "+14155550123", "+14155550124"


def test_rows_from_before_survive_and_a_second_customer_joins_them(empty_database_url):
    database = Database.open(empty_database_url)
    config = Config()
    config.set_main_option("script_location", str(Path(migrating.__file__).parent / "migrations"))
    with database.write() as unit:
        config.attributes["connection"] = unit.connection
        command.upgrade(config, "0013")
        for one in ("C1", "C2"):
            made = "INSERT INTO customer (id, name, fields, updated_at) VALUES (:id, :id, '{}', 1.0)"
            unit.connection.execute(text(made), {"id": one})
        added = "INSERT INTO customer_number (number, customer_id) VALUES (:number, 'C1')"
        unit.connection.execute(text(added), [{"number": NUMBER}, {"number": OTHER}])
    migrating.migrate(database)
    with database.write() as unit:
        assert customers.numbers_of(unit.connection, "C1") == (NUMBER, OTHER)
        customers.save(unit.connection, customers.find(unit.connection, "C2"), [NUMBER])
        assert customers.with_number(unit.connection, NUMBER) == ("C1", "C2")
        assert customers.sole_with_number(unit.connection, NUMBER) is None
        assert customers.sole_with_number(unit.connection, OTHER) == "C1"
        assert customers.shared_numbers(unit.connection, "C1") == {NUMBER}
        unit.connection.execute(text("DELETE FROM customer WHERE id = 'C1'"))
        assert customers.with_number(unit.connection, NUMBER) == ("C2",), "numbers go with their customer"
    database.close()
