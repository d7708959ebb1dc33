"""SQLite's text index keeps the words of rows that were changed until its parts are merged."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection, text

PAGES = 500  # of one step: other writers wait for no longer
_merge = text("INSERT INTO contact_text(contact_text, rank) VALUES ('merge', :pages)")


def merge(connection: Connection, begin: bool) -> bool:
    """A step of bringing everything together, which leaves out what is gone; whether there is more to do."""
    if connection.dialect.name != "sqlite":
        return False
    before = _changes(connection)
    connection.execute(_merge, {"pages": -PAGES if begin else PAGES})
    return _changes(connection) - before >= 2  # as its manual says: less is nothing done


def _changes(connection: Connection) -> int:
    raw = connection.connection.driver_connection
    if not isinstance(raw, sqlite3.Connection):
        raise TypeError(f"{raw!r} is no connection to SQLite")
    return raw.total_changes
