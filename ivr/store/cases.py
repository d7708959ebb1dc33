"""Cases: matters that outlive their call. State: open · waiting · closed. A change names a version."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.flowfiles.equivalents import equivalents
from ivr.store.floor.agents import agent
from ivr.store.metadata import metadata

# A matter that outlives its call. State: open · waiting (for somebody outside) · closed.
support_case = Table(
    "support_case",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("customer_id", String(64)),
    Column("number", String(64), nullable=False, server_default=""),
    Column("title", String(200), nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("state", String(10), nullable=False),
    Column("owner", String(64), nullable=False),
    Column("due_on", String(10)),
    Column("call_sid", String(64), nullable=False),
    Column("once", String(64), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("changed_at", Float, nullable=False),
    Column("closed_at", Float),
    Index("ix_support_case_customer", "customer_id", "state"),
    Index("ix_support_case_number", "number", "state"),
    Index("ix_support_case_owner", "owner", "state", "due_on"),
    sqlite_autoincrement=True,
)


OPEN, WAITING, CLOSED = "open", "waiting", "closed"
STATES = (OPEN, WAITING, CLOSED)
MOST = 50


@dataclass(frozen=True, slots=True)
class CaseRow:
    """`id` is the number that people are told; `due_on` the day (2026-03-02) of the follow-up."""

    id: int
    customer_id: str | None
    number: str
    title: str
    note: str
    state: str
    owner: str
    due_on: str | None
    call_sid: str
    once: str
    version: int
    made_at: float
    changed_at: float
    closed_at: float | None


_all = select(*[support_case.c[name] for name in CaseRow.__slots__])
_by_id = _all.where(support_case.c.id == bindparam("id"))
_by_once = _all.where(support_case.c.once == bindparam("once"))
_of_owner = (
    _all.where(support_case.c.owner == bindparam("owner"), support_case.c.state != CLOSED)
    .order_by(support_case.c.due_on.is_(None), support_case.c.due_on, support_case.c.id)
    .limit(MOST)
)
_with_number = support_case.c.number.in_(bindparam("numbers", expanding=True))
_of_caller = (
    _all.where(
        or_(
            support_case.c.customer_id == bindparam("customer"),
            support_case.c.customer_id.is_(None) & _with_number,
        )
    )
    .order_by(support_case.c.state == CLOSED, support_case.c.id.desc())
    .limit(MOST)
)
_add = {
    name: insert(support_case).on_conflict_do_nothing().returning(support_case.c.id)
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_people = (
    select(agent.c.id, agent.c.name).where(agent.c.disabled.is_(False)).order_by(agent.c.name, agent.c.id)
)
_CHANGED = ("title", "note", "state", "owner", "due_on", "changed_at", "closed_at")
_change = (
    update(support_case)
    .where(support_case.c.id == bindparam("p_id"), support_case.c.version == bindparam("p_version"))
    .values({"version": support_case.c.version + 1, **{name: bindparam(f"p_{name}") for name in _CHANGED}})
)


def find(connection: Connection, case_id: int) -> CaseRow | None:
    found = connection.execute(_by_id, {"id": case_id}).first()
    return CaseRow(*found) if found else None


def of_owner(connection: Connection, owner: str) -> list[CaseRow]:
    """Those not closed, the next one due first."""
    return [CaseRow(*row) for row in connection.execute(_of_owner, {"owner": owner})]


def of_caller(connection: Connection, customer_id: str | None, number: str) -> list[CaseRow]:
    """Those of this customer, and of nobody known with this number; open ones first, then the newest."""
    asked = {"customer": customer_id, "numbers": equivalents(number)}
    return [CaseRow(*row) for row in connection.execute(_of_caller, asked)]


def people(connection: Connection) -> dict[str, str]:
    """Return the people who may own a case: the name of each account that is not closed, by its id."""
    return {row.id: row.name for row in connection.execute(_people)}


def add(connection: Connection, row: CaseRow) -> tuple[int, bool]:
    """Keep a new case (its number is given here): (number, was it new). A form sent twice is one case."""
    values = {name: getattr(row, name) for name in CaseRow.__slots__ if name != "id"}
    made = connection.execute(_add[connection.dialect.name], values).scalar()
    if made is not None:
        return made, True
    return connection.execute(_by_once, {"once": row.once}).one().id, False


def change(connection: Connection, row: CaseRow) -> bool:
    """Store what is new of a case. False when somebody else has changed it since `row.version`."""
    values = {f"p_{name}": getattr(row, name) for name in ("id", "version", *_CHANGED)}
    return connection.execute(_change, values).rowcount == 1
