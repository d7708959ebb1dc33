"""Refusals of the carrier for reasons of our account, and when it is asked again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Column, Connection, Float, Integer, String, Table, bindparam, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

carrier_refusal = Table(
    "carrier_refusal",
    metadata,
    Column("scope", String(32), primary_key=True),
    Column("said", String(500), nullable=False),
    Column("code", Integer),
    Column("since", Float, nullable=False),
    Column("at", Float, nullable=False),
    Column("until", Float, nullable=False),
    Column("times", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """`scope` is calls, texts or requests, with a country's code where only that country is refused. Asked
    for again at `until`, after the `times`th refusal in a row, which was `at` that time."""

    scope: str
    said: str
    code: int | None
    since: float
    at: float
    until: float
    times: int


_all = select_rows(carrier_refusal, RefusalRow)
_one = _all.where(carrier_refusal.c.scope == bindparam("scope")).with_for_update()
_insert = {
    "sqlite": sqlite.insert(carrier_refusal).on_conflict_do_nothing().returning(carrier_refusal.c.scope),
    "postgresql": postgresql.insert(carrier_refusal)
    .on_conflict_do_nothing()
    .returning(carrier_refusal.c.scope),
}
_this = update(carrier_refusal).where(carrier_refusal.c.scope == bindparam("p_scope"))
_again = _this.values(
    said=bindparam("p_said"),
    code=bindparam("p_code"),
    at=bindparam("p_at"),
    until=bindparam("p_until"),
    times=carrier_refusal.c.times + 1,
)
_probe = _this.where(carrier_refusal.c.until <= bindparam("p_now")).values(until=bindparam("p_until"))
_delete = delete(carrier_refusal).where(carrier_refusal.c.scope == bindparam("p_scope"))


def standing(connection: Connection) -> dict[str, RefusalRow]:
    return {row.scope: RefusalRow(*row) for row in connection.execute(_all)}


def find(connection: Connection, scope: str) -> RefusalRow | None:
    found = connection.execute(_one, {"scope": scope}).first()
    return RefusalRow(*found) if found else None


def add(connection: Connection, row: RefusalRow) -> bool:
    """True for exactly one of those who are refused first, at one time; the others then find its row."""
    values = {name: getattr(row, name) for name in RefusalRow.__slots__}
    return connection.execute(_insert[connection.dialect.name], values).first() is not None


def refused_again(
    connection: Connection, scope: str, said: str, code: int | None, at: float, until: float
) -> None:
    values = {"p_scope": scope, "p_said": said, "p_code": code, "p_at": at, "p_until": until}
    connection.execute(_again, values)


def probe(connection: Connection, scope: str, now: float, until: float) -> bool:
    """True for exactly one of those who want to ask again; the others wait until then."""
    return connection.execute(_probe, {"p_scope": scope, "p_now": now, "p_until": until}).rowcount == 1


def drop(connection: Connection, scope: str) -> bool:
    """True for exactly one of those who find it over."""
    return connection.execute(_delete, {"p_scope": scope}).rowcount == 1
