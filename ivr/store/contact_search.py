"""Contacts found among a million: every way in is an index, and a page costs the same wherever it is.

Pages follow each other by the last row shown, not by counting. Words are looked up in SQLite's FTS5 table
`contact_text`, which follows `contact` by triggers, or in PostgreSQL's index of the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    text,
)

from ivr.flowfiles.equivalents import equivalents
from ivr.store.customer_tables import customer
from ivr.store.customers import with_number

MOST_CUSTOMERS = 50
MOST_WORDS = 8
FEW = 10_000  # contacts that are sorted rather than walked to
LATELY = 2_000  # the newest contacts, among which a frequent word fills a page
GROWS = 8  # times as many are looked through when it does not


@dataclass(frozen=True, slots=True)
class Wanted:
    """The terms of a search; an empty one is not asked for. `customer` is an id or part of a name or
    company."""

    number: str = ""
    customer: str = ""
    queue: str = ""
    outcome: str = ""
    words: str = ""
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class FoundContact:
    """One contact; `customer_name` is None when only the number is known."""

    id: int
    at: float
    customer_id: str | None
    customer_name: str | None
    number: str
    channel: str
    direction: str
    queue: str
    outcome: str
    disposition: str
    agent_name: str
    seconds: int
    summary: str
    note: str
    asked_leave: bool
    used_name: bool
    erased: bool


# As text: SQLAlchemy would name the table a second time beside the text index.
_names = ["contact." + name for name in FoundContact.__slots__]
_names[FoundContact.__slots__.index("customer_name")] = "customer.name"
_columns: list[ColumnClause[Any]] = [literal_column(name) for name in _names]
_at: ColumnClause[float] = literal_column("contact.at")
_id: ColumnClause[int] = literal_column("contact.id")
_WITH_CUSTOMER = "LEFT JOIN customer ON customer.id = contact.customer_id"
_select = select(*_columns).select_from(text(f"contact {_WITH_CUSTOMER}"))
_BY_WORDS = text(f"contact_text CROSS JOIN contact ON contact.id = contact_text.rowid {_WITH_CUSTOMER}")
_MATCH = "to_tsvector('simple', contact.summary || ' ' || contact.note) @@ to_tsquery('simple', :words)"
_NEWEST = (_at.desc(), _id.desc())
_texts: Select[int] = (
    select(literal_column("rowid")).select_from(text("contact_text")).where(text("contact_text MATCH :words"))
)
_FEW_TEXTS = _texts.limit(bindparam("most"))
_TEXTS_BETWEEN = _texts.where(text("rowid BETWEEN :low AND :high"))
_FEW = select(_id).select_from(text("contact")).where(text(_MATCH)).limit(bindparam("most"))
_ids = (
    select(customer.c.id)
    .where(
        or_(
            customer.c.id == bindparam("exact"),
            func.lower(customer.c.name).like(bindparam("part"), escape="!"),
            func.lower(customer.c.company).like(bindparam("part"), escape="!"),
        )
    )
    .order_by(customer.c.id)
    .limit(MOST_CUSTOMERS)
)


def find(
    connection: Connection, wanted: Wanted, after: tuple[float, int] | None, most: int
) -> list[FoundContact]:
    """At most so many, the newest first; `after` is (at, id) of the last one of the page before.

    A number finds its own contacts, however it is written, and those of the customers who have it.
    """
    conditions = _conditions(wanted)
    if wanted.customer:
        ids = list(connection.execute(_ids, _part(wanted.customer)).scalars())
        if not ids:
            return []
        conditions.append(literal_column("contact.customer_id").in_(ids))
    words = _words(wanted.words)
    if wanted.words.strip() and not words:
        return []
    if after is not None:
        at, last = after
        conditions += [_at <= at, or_(_at < at, and_(_at == at, _id < last))]
    found: dict[int, FoundContact] = {}
    for way in _ways(connection, wanted.number):
        rows = _look(connection, words, [*conditions, *way], most)
        found |= {row.id: row for row in rows}
    return sorted(found.values(), key=lambda one: (one.at, one.id), reverse=True)[:most]


def _ways(connection: Connection, number: str) -> list[list[Any]]:
    """Each way in is an index of its own: one look at both would use neither."""
    if not number:
        return [[]]
    ways = [[literal_column("contact.number").in_(equivalents(number))]]
    owners = with_number(connection, number)
    return [*ways, [literal_column("contact.customer_id").in_(owners)]] if owners else ways


def _look(connection: Connection, words: list[str], conditions: list[Any], most: int) -> list[FoundContact]:
    if not words:
        return _found(connection, _select.where(*conditions).order_by(*_NEWEST), most)
    by_words = _sqlite_by_words if connection.dialect.name == "sqlite" else _postgres_by_words
    return by_words(connection, words, conditions, most)


def _found(connection: Connection, statement: Any, most: int, **values: str) -> list[FoundContact]:
    return [FoundContact(*row) for row in connection.execute(statement.limit(most), values)]


def _conditions(wanted: Wanted) -> list[Any]:
    pairs = (("queue", wanted.queue), ("outcome", wanted.outcome))
    found: list[Any] = [literal_column(f"contact.{name}") == value for name, value in pairs if value]
    found += [_at >= wanted.since] if wanted.since is not None else []
    found += [_at < wanted.until] if wanted.until is not None else []
    return found


def _sqlite_by_words(
    connection: Connection, words: list[str], conditions: list[Any], most: int
) -> list[FoundContact]:
    """Few matches are sorted. CROSS JOIN keeps SQLite from walking another index and asking the text index
    about each row. Where there are many, the newest contacts are looked through, more of them each time."""
    asked = {"words": " ".join(f'"{word}"*' for word in words)}
    if len(connection.execute(_FEW_TEXTS, {**asked, "most": FEW + 1}).all()) <= FEW:
        statement = select(*_columns).select_from(_BY_WORDS).where(text("contact_text MATCH :words"))
        return _found(connection, statement.where(*conditions).order_by(*_NEWEST), most, **asked)
    newest = select(_id, _at).select_from(text("contact")).where(*conditions).order_by(*_NEWEST)
    found: list[int] = []
    before: list[ColumnElement[bool]] = []
    size, more = LATELY, True
    while len(found) < most and more:
        rows = connection.execute(newest.where(*before).limit(size)).all()
        more, size = len(rows) == size, size * GROWS
        ids = [row[0] for row in rows]
        if ids:
            matches = {**asked, "low": min(ids), "high": max(ids)}
            here = set(connection.execute(_TEXTS_BETWEEN, matches).scalars())
            found += [one for one in ids if one in here]
            last, at = rows[-1]
            before = [_at <= at, or_(_at < at, and_(_at == at, _id < last))]
    if not found:
        return []
    return _found(connection, _select.where(_id.in_(found[:most])).order_by(*_NEWEST), most)


def _postgres_by_words(
    connection: Connection, words: list[str], conditions: list[Any], most: int
) -> list[FoundContact]:
    """By the way that is short for words like these.

    PostgreSQL cannot know how frequent the beginning of a word is. Left alone, it walks a million contacts
    back for the fifty that have a rare one (20 s), or reads all places of a frequent one.
    """
    asked = " & ".join(f"'{word}':*" for word in words)
    walk = _select.where(text(_MATCH), *conditions).order_by(*_NEWEST)
    newest = select(_id).select_from(text("contact")).where(*conditions).order_by(*_NEWEST).limit(LATELY)
    ids = list(connection.execute(newest).scalars())
    lately = _found(
        connection, _select.where(text(_MATCH), _id.in_(ids)).order_by(*_NEWEST), most, words=asked
    )
    if len(lately) == most or len(ids) < LATELY:
        return lately
    few = list(connection.execute(_FEW, {"words": asked, "most": FEW + 1}).scalars())
    if len(few) > FEW:
        return _found(connection, walk, most, words=asked)
    return _found(connection, _select.where(_id.in_(few), *conditions).order_by(*_NEWEST), most)


def _words(asked: str) -> list[str]:
    """Letters and digits only: what is left of any operator of a query language is a word to look for."""
    return re.findall(r"[^\W_]+", asked)[:MOST_WORDS]


def _part(asked: str) -> dict[str, str]:
    inert = re.sub(r"([!%_])", r"!\1", asked.lower())
    return {"exact": asked, "part": f"%{inert}%"}
