"""Uses of articles by agents, each counted once however often it is reported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.articles import article
from ivr.store.metadata import metadata

# What agents did with articles. `once` makes a repeated request count once; `article` is a name, which stays
# when the file goes. kind: shown, opened, sent, helped, failed, searched.
article_use = Table(
    "article_use",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("once", String(64), nullable=False, unique=True),
    Column("at", Float, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("article", String(250), nullable=False, server_default=""),
    Column("call_sid", String(64), nullable=False),
    Column("agent_id", String(64), nullable=False),
    Column("query", String(200), nullable=False, server_default=""),
    Column("found", Integer, nullable=False, server_default="0"),
    Column("note", String(1000), nullable=False, server_default=""),
    Column("contact_id", Integer),
    Index("ix_article_use_at", "at"),
    Index("ix_article_use_call", "call_sid", "article"),
    sqlite_autoincrement=True,
)

# How often an article helped and did not, since for ever: what a proposal is ranked by.
article_record = Table(
    "article_record",
    metadata,
    Column("article", String(250), primary_key=True),
    Column("helped", Integer, nullable=False, server_default="0"),
    Column("failed", Integer, nullable=False, server_default="0"),
)


SHOWN, OPENED, SENT, HELPED, FAILED, SEARCHED = "shown", "opened", "sent", "helped", "failed", "searched"


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """One thing done. `query` is what was searched for, `found` how much came of it."""

    at: float
    kind: str
    article: str
    call_sid: str
    agent_id: str
    query: str = ""
    found: int = 0
    note: str = ""
    contact_id: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleSum:
    """How an article did in a time. `title` is "" when its file is gone."""

    article: str
    title: str
    shown: int
    opened: int
    sent: int
    helped: int
    failed: int


_by_kind: dict[str, sqlite.Insert | postgresql.Insert] = {
    "sqlite": sqlite.insert(article_use),
    "postgresql": postgresql.insert(article_use),
}
# What comes back tells whether it was new: PostgreSQL counts no rows of such a statement.
_insert = {
    kind: statement.on_conflict_do_nothing().returning(article_use.c.id)
    for kind, statement in _by_kind.items()
}
_verdict = select(article_use.c.id, article_use.c.kind).where(article_use.c.once == bindparam("once"))
_change = (
    update(article_use)
    .where(article_use.c.id == bindparam("p_id"))
    .values(kind=bindparam("p_kind"), note=bindparam("p_note"), query=bindparam("p_query"))
)
_found_by = (
    update(article_use)
    .where(article_use.c.once == bindparam("p_once"))
    .values(found=bindparam("p_found"), at=bindparam("p_at"))
)
_of_call = (
    select(article_use.c.kind, article_use.c.article, article_use.c.contact_id)
    .where(article_use.c.call_sid == bindparam("sid"), article_use.c.agent_id == bindparam("agent"))
    .order_by(article_use.c.id)
)
_sent = select(func.count()).where(article_use.c.call_sid == bindparam("sid"), article_use.c.kind == SENT)
_records = select(article_record).where(article_record.c.article.in_(bindparam("names", expanding=True)))


def _counting(insert_of: Any) -> Any:
    statement = insert_of(article_record)
    new = {name: article_record.c[name] + getattr(statement.excluded, name) for name in ("helped", "failed")}
    return statement.on_conflict_do_update(index_elements=[article_record.c.article], set_=new)


_count = {"sqlite": _counting(sqlite.insert), "postgresql": _counting(postgresql.insert)}


def note(connection: Connection, use: ArticleUse, *once: Any) -> bool:
    """Write down a thing done; False when it was written before. `once`: what makes it this very thing."""
    values = {name: getattr(use, name) for name in ArticleUse.__slots__}
    done = connection.execute(_insert[connection.dialect.name], {"once": _key(use.kind, *once), **values})
    return done.first() is not None


def judge(connection: Connection, use: ArticleUse) -> bool:
    """Helped or failed: an agent's last word on an article in a call. False when that was it already."""
    once = _key("verdict", use.call_sid, use.agent_id, use.article)
    before = connection.execute(_verdict, {"once": once}).first()
    if before is None:
        values = {name: getattr(use, name) for name in ArticleUse.__slots__}
        if connection.execute(_insert[connection.dialect.name], {"once": once, **values}).first() is None:
            return False
    else:
        changed = {"p_id": before.id, "p_kind": use.kind, "p_note": use.note, "p_query": use.query}
        connection.execute(_change, changed)
    was = before.kind if before else None
    if use.article and was != use.kind:
        step = {HELPED: 0, FAILED: 0, use.kind: 1, **({was: -1} if was else {})}
        counted = {"article": use.article, "helped": step[HELPED], "failed": step[FAILED]}
        connection.execute(_count[connection.dialect.name], counted)
    return was != use.kind


def note_search(connection: Connection, use: ArticleUse) -> None:
    """A search that an agent ended with; the same words again in a call bring it up to date."""
    folded = use.query.casefold()
    if not note(connection, use, use.call_sid, use.agent_id, folded):
        once = _key(use.kind, use.call_sid, use.agent_id, folded)
        connection.execute(_found_by, {"p_once": once, "p_found": use.found, "p_at": use.at})


def _key(*parts: Any) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode("utf-8", "replace")).hexdigest()


def of_call(connection: Connection, call_sid: str, agent_id: str) -> list[tuple[str, str, int | None]]:
    """(kind, article, contact) of what this agent did in this call, oldest first."""
    return [tuple(row) for row in connection.execute(_of_call, {"sid": call_sid, "agent": agent_id})]


def sent_in(connection: Connection, call_sid: str) -> int:
    """How many texts were sent to callers of this call from articles."""
    return int(connection.execute(_sent, {"sid": call_sid}).scalar() or 0)


def records(connection: Connection, names: list[str]) -> dict[str, tuple[int, int]]:
    """(helped, failed) of each of these articles that has any."""
    return {row.article: (row.helped, row.failed) for row in connection.execute(_records, {"names": names})}


# Reports --------------------------------------------------------------------------------------------------

_counts = [
    func.sum(case((article_use.c.kind == kind, 1), else_=0)).label(kind)
    for kind in (SHOWN, OPENED, SENT, HELPED, FAILED)
]
_within = and_(article_use.c.at >= bindparam("since"), article_use.c.at < bindparam("until"))
_sums = (
    select(article_use.c.article, func.coalesce(func.max(article.c.title), ""), *_counts)
    .select_from(article_use.outerjoin(article, article.c.name == article_use.c.article))
    .where(_within, article_use.c.article != "")
    .group_by(article_use.c.article)
)
_unused = (
    select(article.c.name, article.c.title)
    .where(~select(literal(1)).where(article_use.c.article == article.c.name, _within).exists())
    .order_by(article.c.name)
    .limit(bindparam("most"))
)
_opened_after = article_use.alias("opened_after")
_in_vain = and_(
    article_use.c.kind == SEARCHED,
    _within,
    ~select(literal(1))
    .where(
        _opened_after.c.kind == OPENED,
        _opened_after.c.call_sid == article_use.c.call_sid,
        _opened_after.c.query == article_use.c.query,
    )
    .exists(),
)
_searches = (
    select(
        func.lower(article_use.c.query).label("words"),
        func.count().label("times"),
        func.max(article_use.c.found).label("found"),
    )
    .where(_in_vain)
    .group_by(func.lower(article_use.c.query))
    .order_by(func.count().desc(), func.lower(article_use.c.query))
    .limit(bindparam("most"))
)
_notes = (
    select(
        article_use.c.at,
        article_use.c.article,
        article_use.c.agent_id,
        article_use.c.query,
        article_use.c.note,
    )
    .where(article_use.c.kind == FAILED, _within)
    .order_by(article_use.c.at.desc(), article_use.c.id.desc())
    .limit(bindparam("most"))
)


def sums(connection: Connection, since: float, until: float) -> list[ArticleSum]:
    """Every article that was used from `since` until before `until`, as in the next ones."""
    return [ArticleSum(*row) for row in connection.execute(_sums, {"since": since, "until": until})]


def unused(connection: Connection, since: float, until: float, most: int) -> list[tuple[str, str]]:
    """(name, title) of articles that no agent was shown in that time."""
    return [tuple(row) for row in connection.execute(_unused, _asked(since, until, most))]


def unanswered(connection: Connection, since: float, until: float, most: int) -> list[tuple[str, int, int]]:
    """(words, times, results) of searches after which nothing was opened, the most frequent first."""
    return [tuple(row) for row in connection.execute(_searches, _asked(since, until, most))]


def nothing_helped(
    connection: Connection, since: float, until: float, most: int
) -> list[tuple[float, str, str, str, str]]:
    """(when, article or "", agent, what was searched for, note), the newest first."""
    return [tuple(row) for row in connection.execute(_notes, _asked(since, until, most))]


def _asked(since: float, until: float, most: int) -> dict[str, float]:
    return {"since": since, "until": until, "most": most}
