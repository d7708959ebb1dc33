"""The migrations make the tables that the program describes, on both kinds of database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Column, Connection, Index, Integer, MetaData, inspect

from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.tables import metadata

# Made by the migrations alone: SQLAlchemy has no words for indexes of full text.
FULL_TEXT = ("article_text", "contact_text", "ix_article_text", "ix_contact_text")


def is_full_text(name: str | None) -> bool:
    return (name or "").startswith(FULL_TEXT)


def compared(_object: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
    return not is_full_text(name)


def other_default(
    _context: object, _have: object, _want: object, have: str | None, _default: object, want: str | None
) -> bool | None:
    """Whether a default differs; None leaves it to Alembic, which does not know SQLite's empty text."""
    if have is None or want is None:
        return None
    return None if have.strip("()'") != want.strip("()'") else False


def differences(connection: Connection, described: MetaData) -> list[Any]:
    """What Alembic would have to change in the database for it to be as described."""
    how = {
        "compare_type": True,
        "compare_server_default": other_default,
        "include_object": compared,
        "target_metadata": described,
    }
    return compare_metadata(MigrationContext.configure(connection, opts=how), described)


def schema(connection: Connection) -> dict[str, dict[str, Any]]:
    """What the database says of its tables, with the names and conditions that Alembic ignores."""
    look = inspect(connection)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in look.get_columns(table)
            },
            "primary key": look.get_pk_constraint(table),
            "foreign keys": listed(look.get_foreign_keys(table)),
            "unique": listed(look.get_unique_constraints(table)),
            "checks": listed(look.get_check_constraints(table)),
            "indexes": listed(one for one in look.get_indexes(table) if not is_full_text(one["name"])),
        }
        for table in metadata.tables
    }


def listed(found: Iterable[Any]) -> list[str]:
    """Reflected keys and indexes, sorted. The condition of an index is compared as text."""
    texts = []
    for one in found:
        options = {name: str(value) for name, value in one.get("dialect_options", {}).items()}
        texts.append(repr({**one, "dialect_options": options}))
    return sorted(texts)


def test_alembic_finds_nothing_to_migrate(database_url):
    database = Database.open(database_url)
    with database.read() as connection:
        assert differences(connection, metadata) == []
    database.close()


@pytest.mark.parametrize("how", ["a column", "an index", "a default", "a table"])
def test_alembic_finds_what_has_no_migration(database_url, how):
    described = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.tables.values():
        table.to_metadata(described)
    match how:
        case "a column":
            described.tables["agent"].append_column(Column("height", Integer))
        case "an index":
            Index("ix_agent_name_again", described.tables["agent"].c.name)
        case "a default":
            described.tables["agent"].c.reason.server_default.arg = "tired"
        case "a table":
            described.remove(described.tables["warning"])
    database = Database.open(database_url)
    with database.read() as connection:
        assert len(differences(connection, described)) >= 1
    database.close()


def test_migrated_tables_are_those_described_to_the_last_name(empty_database_url):
    database = Database.open(empty_database_url)
    with database.write() as unit:
        metadata.create_all(unit.connection)
        described = schema(unit.connection)
        metadata.drop_all(unit.connection)
    migrate(database)
    with database.read() as connection:
        migrated = schema(connection)
    database.close()

    assert len(described) > 30
    for table, parts in described.items():
        for part, expected in parts.items():
            assert migrated[table][part] == expected, f"{table}: {part}"
