"""Flow revisions: their texts, which one is live, and the history of who published what and when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata

flow_revision = Table(
    "flow_revision",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("texts", JSON, nullable=False),
    Column("stored_at", Float, nullable=False),
)

# What was published when, by whom and why: append-only.
flow_publication = Table(
    "flow_publication",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("what", String(20), nullable=False),
    Column("revision", String(64), nullable=False),
    Column("share", Integer, nullable=False, server_default="100"),
    Column("author", String(100), nullable=False, server_default=""),
    Column("message", String(1000), nullable=False, server_default=""),
    Column("checks", JSON, nullable=False),
    sqlite_autoincrement=True,
)

# One row: what new calls begin on. `version` grows with every change.
live_flow = Table(
    "live_flow",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("revision", String(64), nullable=False),
    Column("trial", String(64)),
    Column("share", Integer, nullable=False, server_default="0"),
    Column("since", Float, nullable=False),
    Column("why", String(300), nullable=False, server_default=""),
)

# Calls that began and ended during the present trial, by revision.
trial_tally = Table(
    "trial_tally",
    metadata,
    Column("revision", String(64), primary_key=True),
    Column("calls", Integer, nullable=False, server_default="0"),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("hung_up", Integer, nullable=False, server_default="0"),
    Column("zeroed", Integer, nullable=False, server_default="0"),
)


THE_ROW = 1


@dataclass(frozen=True, slots=True)
class Publication:
    """`what` is published, trial, promoted, withdrawn or rolled_back. `checks`: warnings and scenarios."""

    id: int
    at: float
    what: str
    revision: str
    share: int
    author: str
    message: str
    checks: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LiveRow:
    """The revision on which new calls begin, and `trial` for `share` percent of them."""

    version: int
    revision: str
    trial: str | None
    share: int
    since: float
    why: str


_store = {
    name: insert_(flow_revision).on_conflict_do_nothing(index_elements=[flow_revision.c.revision])
    for name, insert_ in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_texts = select(flow_revision.c.texts).where(flow_revision.c.revision == bindparam("revision"))
_known = (
    select(flow_revision.c.revision)
    .where(func.substr(flow_revision.c.revision, 1, bindparam("length")) == bindparam("start"))
    .limit(2)
)
_live_columns = [live_flow.c[name] for name in LiveRow.__slots__]
_live = select(*_live_columns).where(live_flow.c.id == THE_ROW)
_live_locked = _live.with_for_update()
_publication_columns = [flow_publication.c[name] for name in Publication.__slots__]
_history = select(*_publication_columns).order_by(flow_publication.c.id.desc()).limit(bindparam("most"))
_first_live = {
    name: insert_(live_flow).on_conflict_do_nothing(index_elements=[live_flow.c.id]).returning(live_flow.c.id)
    for name, insert_ in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_set_live = update(live_flow).where(live_flow.c.id == THE_ROW, live_flow.c.version == bindparam("p_was"))
_insert_publication = insert(flow_publication)
_clear_tally = delete(trial_tally)


def store(connection: Connection, revision: str, texts: dict[str, str], at: float) -> None:
    """Keep the text of a revision; storing it again changes nothing."""
    row = {"revision": revision, "texts": texts, "stored_at": at}
    connection.execute(_store[connection.dialect.name], row)


def texts(connection: Connection, revision: str) -> dict[str, Any] | None:
    """File name → YAML text, or None when this revision was never stored."""
    return connection.execute(_texts, {"revision": revision}).scalar()


def known(connection: Connection, start: str) -> list[str]:
    """Revisions whose name begins like this; at most two, since one is wanted."""
    return list(connection.execute(_known, {"start": start, "length": len(start)}).scalars())


def live(connection: Connection) -> LiveRow | None:
    """The live pointer; None when nothing was ever published."""
    found = connection.execute(_live).first()
    return LiveRow(*found) if found else None


def live_locked(connection: Connection) -> LiveRow | None:
    """The same, held against other publishers until the transaction ends."""
    found = connection.execute(_live_locked).first()
    return LiveRow(*found) if found else None


def point(connection: Connection, was: LiveRow | None, row: LiveRow) -> bool:
    """Move the live pointer from `was`. False when somebody else moved it meanwhile."""
    values = {name: getattr(row, name) for name in LiveRow.__slots__}
    if was is None:
        done = connection.execute(_first_live[connection.dialect.name], {"id": THE_ROW, **values})
        return done.first() is not None
    return connection.execute(_set_live.values(**values), {"p_was": was.version}).rowcount == 1


def add_publication(connection: Connection, row: Publication) -> None:
    """Write history; its id is given by the database."""
    values = {name: getattr(row, name) for name in Publication.__slots__ if name != "id"}
    connection.execute(_insert_publication, {**values, "checks": dict(row.checks)})


def history(connection: Connection, most: int = 1000) -> list[Publication]:
    """Newest first."""
    return [Publication(*row) for row in connection.execute(_history, {"most": most})]


def clear_tally(connection: Connection) -> None:
    """A new trial counts from nothing."""
    connection.execute(_clear_tally)
