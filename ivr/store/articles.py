"""Articles as last read without errors, and their full text: FTS5 on SQLite, tsvector on PostgreSQL.

Both databases are given words that are folded already, so that they find the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata
from ivr.store.row_access import inserted_id

# The last good form of each article. What is searched is in `article_text`, which only the migration knows:
# an FTS5 table on SQLite (rowid = number), a tsvector for each number on PostgreSQL.
article = Table(
    "article",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("name", String(250), nullable=False, unique=True),
    Column("title", String(200), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("source", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("updated_at", Float, nullable=False),
    sqlite_autoincrement=True,
)

# Where an article belongs: `flow.step`, `flow`, `queue:name`, or "" when only a condition calls it up.
article_place = Table(
    "article_place",
    metadata,
    Column(
        "number",
        Integer,
        ForeignKey("article.number", ondelete="CASCADE", name="fk_article_place_number_article"),
        primary_key=True,
    ),
    Column("place", String(140), primary_key=True),
    Index("ix_article_place_place", "place", "number"),
)

# One row: what the last look at the files found wrong.
article_load = Table(
    "article_load",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False),
    Column("problems", JSON, nullable=False),
)


CANDIDATES = 1000  # of so many matches the best are chosen: a word that is everywhere costs no more
LONGEST_WORD = 60


@dataclass(frozen=True, slots=True)
class ArticleRow:
    name: str
    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class ArticleSearch:
    """The searched text of an article, folded: the title and keywords first, everything else after."""

    title: Sequence[str]
    keywords: Sequence[str]
    body: Sequence[str]


_columns = (article.c.name, article.c.source, article.c.digest)
_digests = select(article.c.name, article.c.digest)
_number = select(article.c.number).where(article.c.name == bindparam("name"))
_by_name = select(*_columns).where(article.c.name == bindparam("name"))
_insert = insert(article)
_update = (
    update(article)
    .where(article.c.number == bindparam("p_number"))
    .values({key: bindparam(f"p_{key}") for key in ("title", "languages", "source", "digest", "updated_at")})
)
_drop = delete(article).where(article.c.number == bindparam("p_number"))
_add_place = insert(article_place)
_drop_places = delete(article_place).where(article_place.c.number == bindparam("p_number"))
_at_places = (
    select(*_columns)
    .where(
        article.c.number.in_(
            select(article_place.c.number).where(
                article_place.c.place.in_(bindparam("places", expanding=True))
            )
        )
    )
    .order_by(article.c.number)
    .limit(bindparam("most"))
)
_load_problems = select(article_load.c.problems).where(article_load.c.id == 1)


def _noted(insert_of: Any) -> Any:
    statement = insert_of(article_load).values(id=1)
    new = {"at": statement.excluded.at, "problems": statement.excluded.problems}
    return statement.on_conflict_do_update(index_elements=[article_load.c.id], set_=new)


_note_load = {"sqlite": _noted(sqlite.insert), "postgresql": _noted(postgresql.insert)}
_add_text = {
    "sqlite": text(
        "INSERT INTO article_text(rowid, title, keywords, words) VALUES (:number, :title, :keywords, :words)"
    ),
    "postgresql": text(
        "INSERT INTO article_text(number, title_words, words) VALUES (:number,"
        " setweight(to_tsvector('simple', :title), 'A') || setweight(to_tsvector('simple', :keywords), 'B'),"
        " setweight(to_tsvector('simple', :title), 'A') || setweight(to_tsvector('simple', :keywords), 'B')"
        " || setweight(to_tsvector('simple', :words), 'D'))"
    ),
}
_drop_text = {
    "sqlite": text("DELETE FROM article_text WHERE rowid = :number"),
    "postgresql": text("DELETE FROM article_text WHERE number = :number"),
}
_SQLITE_SEARCH = """
    SELECT a.name, a.source, a.digest FROM (
        SELECT number, score FROM (
            SELECT rowid AS number, bm25(article_text, 8.0, 6.0, 1.0) AS score
            FROM article_text WHERE article_text MATCH :query LIMIT :candidates) AS candidate
        ORDER BY score, number LIMIT :most) AS hit
    JOIN article AS a ON a.number = hit.number ORDER BY hit.score, a.number"""
_POSTGRES_SEARCH = """
    SELECT a.name, a.source, a.digest FROM (
        SELECT number, score FROM (
            SELECT number, ts_rank(words, to_tsquery('simple', :query)) AS score
            FROM article_text WHERE {column} @@ to_tsquery('simple', :query) LIMIT :candidates) AS candidate
        ORDER BY score DESC, number LIMIT :most) AS hit
    JOIN article AS a ON a.number = hit.number ORDER BY hit.score DESC, a.number"""
_search = {
    ("sqlite", True): text(_SQLITE_SEARCH),
    ("sqlite", False): text(_SQLITE_SEARCH),
    ("postgresql", True): text(_POSTGRES_SEARCH.format(column="title_words")),
    ("postgresql", False): text(_POSTGRES_SEARCH.format(column="words")),
}


def digests(connection: Connection) -> dict[str, str]:
    """Each article's name and the fingerprint of the file it was read from."""
    return {row.name: row.digest for row in connection.execute(_digests)}


def save(
    connection: Connection,
    row: ArticleRow,
    title: str,
    languages: Sequence[str],
    places: Iterable[str],
    words: ArticleSearch,
    now: float,
) -> None:
    """Add an article, or put it in the place of the one with this name."""
    values = {
        "title": title, "languages": list(languages), "source": row.source, "digest": row.digest,
        "updated_at": now,
    }  # fmt: skip
    number = connection.execute(_number, {"name": row.name}).scalar()
    if number is None:
        number = inserted_id(connection.execute(_insert, {"name": row.name, **values}))
    else:
        connection.execute(_update, {"p_number": number, **{f"p_{key}": it for key, it in values.items()}})
        connection.execute(_drop_places, {"p_number": number})
        connection.execute(_drop_text[connection.dialect.name], {"number": number})
    wanted = [{"number": number, "place": place} for place in dict.fromkeys(places)]
    if wanted:
        connection.execute(_add_place, wanted)
    connection.execute(
        _add_text[connection.dialect.name],
        {
            "number": number,
            "title": _text(words.title),
            "keywords": _text(words.keywords),
            "words": _text(words.body),
        },
    )


def _text(words: Sequence[str]) -> str:
    return " ".join(word[:LONGEST_WORD] for word in words)


def drop(connection: Connection, names: Iterable[str]) -> None:
    """The files are gone. What was done with these articles stays on record."""
    for name in names:
        number = connection.execute(_number, {"name": name}).scalar()
        if number is not None:
            connection.execute(_drop_text[connection.dialect.name], {"number": number})
            connection.execute(_drop_places, {"p_number": number})
            connection.execute(_drop, {"p_number": number})


def find(connection: Connection, name: str) -> ArticleRow | None:
    found = connection.execute(_by_name, {"name": name}).first()
    return ArticleRow(*found) if found else None


def at_places(connection: Connection, places: Sequence[str], most: int) -> list[ArticleRow]:
    """Articles that belong to any of these places."""
    rows = connection.execute(_at_places, {"places": list(places), "most": most})
    return [ArticleRow(*row) for row in rows]


def search(
    connection: Connection, terms: Sequence[str], most: int, *, every: bool = True
) -> list[ArticleRow]:
    """The best articles with `every` term (or any of them), the last one as the beginning of a word: it may
    still be being typed. Those with the terms in their title or keywords come first. `terms` are folded words
    of letters and digits only."""
    found: dict[str, ArticleRow] = {}
    if not terms:
        return []
    kind = connection.dialect.name
    for in_title in (True, False):
        query = _sqlite_query(terms, every, in_title) if kind == "sqlite" else _postgres_query(terms, every)
        given = {"query": query, "candidates": CANDIDATES, "most": most}
        for row in connection.execute(_search[kind, in_title], given):
            found.setdefault(row.name, ArticleRow(*row))
        if len(found) >= most:
            break
    return list(found.values())[:most]


def _sqlite_query(terms: Sequence[str], every: bool, in_title: bool) -> str:
    *before, last = (f'"{term}"' for term in terms)
    joined = (" AND " if every else " OR ").join([*before, f"{last}*"])
    return f"{{title keywords}} : ({joined})" if in_title else joined


def _postgres_query(terms: Sequence[str], every: bool) -> str:
    *before, last = (f"'{term}'" for term in terms)
    return (" & " if every else " | ").join([*before, f"{last}:*"])


def note_load(connection: Connection, now: float, problems: Sequence[str]) -> None:
    """Store what the last look at the files found wrong, in words."""
    connection.execute(_note_load[connection.dialect.name], {"at": now, "problems": list(problems)})


def load_problems(connection: Connection) -> list[str]:
    return list(connection.execute(_load_problems).scalar() or ())
