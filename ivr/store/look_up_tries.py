"""Tries of look-ups that prove who calls: counted for the account, and for nobody who can change."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import inserted_id

# Look-ups of an account that found nothing, for a day. `who` is a digest of the source and the account.
look_up_try = Table(
    "look_up_try",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("who", String(64), nullable=False),
    Index("ix_look_up_try_who", "who", "at"),
    Index("ix_look_up_try_at", "at"),
)


_since = (
    select(func.count())
    .select_from(look_up_try)
    .where(look_up_try.c.who == bindparam("who"), look_up_try.c.at > bindparam("since"))
)
_add = insert(look_up_try)
_take_back = delete(look_up_try).where(look_up_try.c.id == bindparam("p_id"))
_forget = delete(look_up_try).where(look_up_try.c.at < bindparam("p_before"))


def lock_account(connection: Connection, who: str) -> None:
    """Until the end of this transaction nobody else counts tries of this account: many guesses at once are
    all counted. SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(int(who[:15], 16))))


def since(connection: Connection, who: str, at: float) -> int:
    return connection.execute(_since, {"who": who, "since": at}).scalar_one()


def add(connection: Connection, who: str, at: float) -> int:
    """Count a try; returns its number."""
    return inserted_id(connection.execute(_add, {"who": who, "at": at}))


def take_back(connection: Connection, number: int) -> None:
    """This one found what was looked for."""
    connection.execute(_take_back, {"p_id": number})


def forget(connection: Connection, before: float) -> None:
    connection.execute(_forget, {"p_before": before})
