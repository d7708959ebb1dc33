"""Money spent on texts and calls that others can ask for: one row each, kept for two days."""

from __future__ import annotations

from collections.abc import Callable
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
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata

TEXT, CALLBACK, TRANSFER = "text", "callback", "transfer"
KEPT_S = 2 * 86_400.0

expense = Table(
    "expense",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("number", String(64), nullable=False),
    Column("caller", String(64), nullable=False, server_default=""),
    Column("by_flow", Integer, nullable=False, server_default="0"),
    Column("amount", Float, nullable=False),
    Index("ix_expense_at", "at"),
    Index("ix_expense_number", "number", "at"),
    Index("ix_expense_caller", "caller", "at"),
)

budget_spent = Table("budget_spent", metadata, Column("day", String(10), primary_key=True))


@dataclass(frozen=True, slots=True)
class Expense:
    """`number` cost us `amount`. `caller` made us spend it, "" an agent or somebody without a number;
    `by_flow` is 1 where no agent looked."""

    at: float
    kind: str
    number: str
    caller: str
    by_flow: int
    amount: float


_add = insert(expense)
_forget = delete(expense).where(expense.c.at < bindparam("p_before"))
_sum = select(func.coalesce(func.sum(expense.c.amount), 0.0)).where(expense.c.at >= bindparam("since"))
_texts = (
    select(func.count())
    .select_from(expense)
    .where(expense.c.kind == TEXT, expense.c.by_flow == 1, expense.c.at >= bindparam("since"))
)
_texts_to = _texts.where(expense.c.number == bindparam("number"))
_texts_of = _texts.where(expense.c.caller == bindparam("caller"), expense.c.number != expense.c.caller)
_day: dict[str, Callable[[Table], sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def add(connection: Connection, row: Expense) -> None:
    connection.execute(_add, asdict(row))


def forget(connection: Connection, before: float) -> None:
    connection.execute(_forget, {"p_before": before})


def spent(connection: Connection, since: float) -> float:
    return float(connection.execute(_sum, {"since": since}).scalar_one())


def texts(connection: Connection, since: float) -> int:
    """How many were sent by flows."""
    return connection.execute(_texts, {"since": since}).scalar_one()


def texts_to(connection: Connection, number: str, since: float) -> int:
    return connection.execute(_texts_to, {"number": number, "since": since}).scalar_one()


def texts_for_others(connection: Connection, caller: str, since: float) -> int:
    """How many this caller had sent to numbers that are not theirs."""
    return connection.execute(_texts_of, {"caller": caller, "since": since}).scalar_one()


def note_spent(connection: Connection, day: str) -> bool:
    """The budget of this day is used up; False when that is on record already."""
    statement = _day[connection.dialect.name](budget_spent).values(day=day).on_conflict_do_nothing()
    return connection.execute(statement).rowcount == 1
