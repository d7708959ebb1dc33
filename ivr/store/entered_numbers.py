"""Numbers to be called back that were keyed and not called from: how many, by whom, where."""

from __future__ import annotations

from dataclasses import asdict, dataclass

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

# Numbers to be called back that were keyed and not called from, for a day: anybody can key any number.
# `caller` is "" for who withheld theirs; `trust` is known, waited or stranger.
keyed_number = Table(
    "keyed_number",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("call_sid", String(64), nullable=False),
    Column("caller", String(64), nullable=False),
    Column("number", String(64), nullable=False),
    Column("queue", String(64), nullable=False),
    Column("trust", String(10), nullable=False),
    Index("ix_keyed_number_at", "at"),
    Index("ix_keyed_number_number", "number", "at"),
    Index("ix_keyed_number_caller", "caller", "at"),
    Index("ix_keyed_number_call", "call_sid"),
    Index("ix_keyed_number_queue", "queue", "trust", "at"),
    sqlite_autoincrement=True,
)


KEPT_S = 86_400.0


@dataclass(frozen=True)
class EnteredNumber:
    """`caller` keyed `number` in the call `call_sid`; "" is who withheld theirs. `trust` says what speaks for
    them."""

    at: float
    call_sid: str
    caller: str
    number: str
    queue: str
    trust: str


_since = keyed_number.c.at >= bindparam("since")
_count = select(func.count()).select_from(keyed_number)
_of_number = _count.where(keyed_number.c.number == bindparam("number"), _since)
_of_call = _count.where(keyed_number.c.call_sid == bindparam("sid"))
_by_caller = _count.where(keyed_number.c.caller == bindparam("caller"), _since)
_in_queue = _count.where(
    keyed_number.c.queue == bindparam("queue"), keyed_number.c.trust == bindparam("trust"), _since
)
_add = insert(keyed_number)
_forget = delete(keyed_number).where(keyed_number.c.at < bindparam("p_before"))
_proved = delete(keyed_number).where(keyed_number.c.number == bindparam("p_number"))


def add(connection: Connection, keyed: EnteredNumber) -> None:
    """Write it down, and forget what is older than a day."""
    connection.execute(_forget, {"p_before": keyed.at - KEPT_S})
    connection.execute(_add, asdict(keyed))


def of_number(connection: Connection, number: str, since: float) -> int:
    return connection.execute(_of_number, {"number": number, "since": since}).scalar_one()


def of_call(connection: Connection, sid: str) -> int:
    return connection.execute(_of_call, {"sid": sid}).scalar_one()


def by_caller(connection: Connection, caller: str, since: float) -> int:
    return connection.execute(_by_caller, {"caller": caller, "since": since}).scalar_one()


def in_queue(connection: Connection, queue: str, trust: str, since: float) -> int:
    """How many for this queue, by callers who are trusted as much."""
    return connection.execute(_in_queue, {"queue": queue, "trust": trust, "since": since}).scalar_one()


def proved(connection: Connection, number: str) -> None:
    """A person there wanted the call: the number counts no longer."""
    connection.execute(_proved, {"p_number": number})
