"""SQLite's text index keeps the words of rows that were changed until its parts are merged."""

from __future__ import annotations

from sqlalchemy import Connection, text

PAGES = 500  # of one step: other writers wait for no longer
_merge = text("INSERT INTO contact_text(contact_text, rank) VALUES ('merge', :pages)")


def merge(connection: Connection, begin: bool) -> bool:
    """A step of bringing everything together, which leaves out what is gone; whether there is more to do."""
    if connection.dialect.name != "sqlite":
        return False
    raw = connection.connection.driver_connection
    before = raw.total_changes
    connection.execute(_merge, {"pages": -PAGES if begin else PAGES})
    return raw.total_changes - before >= 2  # as its manual says: less is nothing done
