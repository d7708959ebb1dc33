"""Contacts found among a million: every way in is an index, and a page costs the same wherever it is.

Pages follow each other by the last row shown, not by counting. Words are looked up in SQLite's FTS5 table
`contact_text`, which follows `contact` by triggers, or in PostgreSQL's index of the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, literal_column, or_, select, text

from ivr.store.tables import customer

MOST_CUSTOMERS = 50
MOST_WORDS = 8
FEW = 10_000  # contacts that are sorted rather than walked to
LATELY = 2_000  # the newest contacts, among which a frequent word fills a page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is empty is not asked for. `customer` is an id or part of a name or company."""

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


# As text: SQLAlchemy would name the table a second time beside the text index.
_names = ["contact." + name for name in FoundContact.__slots__]
_names[FoundContact.__slots__.index("customer_name")] = "customer.name"
_columns = [literal_column(name) for name in _names]
_at, _id = literal_column("contact.at"), literal_column("contact.id")
_WITH_CUSTOMER = "LEFT JOIN customer ON customer.id = contact.customer_id"
_select = select(*_columns).select_from(text(f"contact {_WITH_CUSTOMER}"))
_BY_WORDS = text(f"contact_text CROSS JOIN contact ON contact.id = contact_text.rowid {_WITH_CUSTOMER}")
_MATCH = "to_tsvector('simple', contact.summary || ' ' || contact.note) @@ to_tsquery('simple', :words)"
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
    """At most so many, the newest first; `after` is (at, id) of the last one of the page before."""
    conditions = _conditions(wanted)
    if wanted.customer:
        ids = list(connection.execute(_ids, _part(wanted.customer)).scalars())
        if not ids:
            return []
        conditions.append(literal_column("contact.customer_id").in_(ids))
    words = _words(wanted.words)
    if wanted.words.strip() and not words:
        return []
    if words:
        conditions += [_id < after[1]] if after is not None else []
        by_words = _sqlite_by_words if connection.dialect.name == "sqlite" else _postgres_by_words
        return by_words(connection, words, conditions, most)
    if after is not None:
        at, last = after
        conditions += [_at <= at, or_(_at < at, and_(_at == at, _id < last))]
    return _found(connection, _select.order_by(_at.desc(), _id.desc()).where(*conditions), most)


def _found(connection: Connection, statement: Any, most: int, **values: str) -> list[FoundContact]:
    return [FoundContact(*row) for row in connection.execute(statement.limit(most), values)]


def _conditions(wanted: Wanted) -> list[Any]:
    pairs = (("number", wanted.number), ("queue", wanted.queue), ("outcome", wanted.outcome))
    found: list[Any] = [literal_column(f"contact.{name}") == value for name, value in pairs if value]
    found += [_at >= wanted.since] if wanted.since is not None else []
    found += [_at < wanted.until] if wanted.until is not None else []
    return found


def _sqlite_by_words(
    connection: Connection, words: list[str], conditions: list[Any], most: int
) -> list[FoundContact]:
    """The last written first: SQLite walks its text index from the end. CROSS JOIN keeps it from walking
    another index and asking the text index about each row."""
    statement = select(*_columns).select_from(_BY_WORDS).where(text("contact_text MATCH :words"))
    statement = statement.order_by(literal_column("contact_text.rowid").desc()).where(*conditions)
    return _found(connection, statement, most, words=" ".join(f'"{word}"*' for word in words))


def _postgres_by_words(
    connection: Connection, words: list[str], conditions: list[Any], most: int
) -> list[FoundContact]:
    """The last written first, by the way that is short for words like these.

    PostgreSQL cannot know how frequent the beginning of a word is. Left alone, it walks a million contacts
    back for the fifty that have a rare one (20 s), or reads all places of a frequent one.
    """
    asked = " & ".join(f"'{word}':*" for word in words)
    walk = _select.where(text(_MATCH), *conditions).order_by(_id.desc())
    newest = connection.execute(select(func.max(_id)).select_from(text("contact"))).scalar() or 0
    lately = _found(connection, walk.where(_id > newest - LATELY), most, words=asked)
    if len(lately) == most:
        return lately
    few = list(connection.execute(_FEW, {"words": asked, "most": FEW + 1}).scalars())
    if len(few) > FEW:
        return _found(connection, walk, most, words=asked)
    return _found(connection, _select.where(_id.in_(few), *conditions).order_by(_id.desc()), most)


def _words(asked: str) -> list[str]:
    """Letters and digits only: what is left of any operator of a query language is a word to look for."""
    return re.findall(r"[^\W_]+", asked)[:MOST_WORDS]


def _part(asked: str) -> dict[str, str]:
    inert = re.sub(r"([!%_])", r"!\1", asked.lower())
    return {"exact": asked, "part": f"%{inert}%"}
