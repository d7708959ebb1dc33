"""Notices on record: who had what said to callers, from when until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    insert,
    or_,
    select,
    update,
)

from ivr.store.metadata import metadata
from ivr.store.row_access import inserted_id

# What operations staff have said at once to every caller, or to those of one queue (`queue`).
notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String(64)),
    Column("words", JSON, nullable=False),
    Column("author", String(100), nullable=False, server_default=""),
    Column("made_at", Float, nullable=False),
    Column("from_at", Float, nullable=False),
    Column("until_at", Float),
    Column("ended_at", Float),
    Index("ix_notice_ended", "ended_at"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    id: int
    queue: str | None
    words: Mapping[str, str]
    author: str
    made_at: float
    from_at: float
    until_at: float | None
    ended_at: float | None


_columns = [notice.c[name] for name in NoticeRow.__slots__]
_is_on = and_(
    notice.c.ended_at.is_(None),
    notice.c.from_at <= bindparam("now"),
    or_(notice.c.until_at.is_(None), notice.c.until_at > bindparam("now")),
)
_on = select(*_columns).where(_is_on).order_by(notice.c.id)
_latest = select(*_columns).order_by(notice.c.id.desc()).limit(bindparam("most"))
_insert = insert(notice)
_end = (
    update(notice)
    .where(
        notice.c.id == bindparam("p_id"),
        notice.c.ended_at.is_(None),
        or_(notice.c.until_at.is_(None), notice.c.until_at > bindparam("p_now")),
    )
    .values(ended_at=bindparam("p_now"))
)
_close = (
    update(notice)
    .where(notice.c.ended_at.is_(None), notice.c.until_at <= bindparam("p_now"))
    .values(ended_at=notice.c.until_at)
)


def in_force(connection: Connection, now: float) -> list[NoticeRow]:
    """Those that callers hear now, in the order in which they were made."""
    return [NoticeRow(*row) for row in connection.execute(_on, {"now": now})]


def latest(connection: Connection, most: int) -> list[NoticeRow]:
    """On and over, the newest first."""
    return [NoticeRow(*row) for row in connection.execute(_latest, {"most": most})]


def add(
    connection: Connection,
    words: Mapping[str, str],
    queue: str | None,
    author: str,
    now: float,
    until_at: float | None,
) -> int:
    """Write a notice that is heard from now on; returns its id. Those that ran out are closed meanwhile, so
    that the next look does not come by them."""
    connection.execute(_close, {"p_now": now})
    values = {"words": dict(words), "queue": queue, "author": author, "made_at": now, "from_at": now}
    done = connection.execute(_insert, {**values, "until_at": until_at, "ended_at": None})
    return inserted_id(done)


def end(connection: Connection, notice_id: int, now: float) -> bool:
    """True when it was on, and now is not."""
    return connection.execute(_end, {"p_id": notice_id, "p_now": now}).rowcount == 1
