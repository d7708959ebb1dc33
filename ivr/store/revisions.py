"""The text of every flow revision that a call has used."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.tables import flow_revision

_store = {
    name: insert(flow_revision).on_conflict_do_nothing(index_elements=[flow_revision.c.revision])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_texts = select(flow_revision.c.texts).where(flow_revision.c.revision == bindparam("revision"))


def store(connection: Connection, revision: str, texts: dict[str, str], at: float) -> None:
    """Keep the text of a revision; storing it again changes nothing."""
    row = {"revision": revision, "texts": texts, "stored_at": at}
    connection.execute(_store[connection.dialect.name], row)


def texts(connection: Connection, revision: str) -> dict[str, Any] | None:
    """File name → YAML text, or None when this revision was never stored."""
    return connection.execute(_texts, {"revision": revision}).scalar()
