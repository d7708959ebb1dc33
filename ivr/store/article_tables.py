"""The tables of answers for agents and of text messages that come in."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from ivr.store.metadata import metadata

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

# Text messages that came in: the carrier tells of one more than once.
incoming_text = Table(
    "incoming_text",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("at", Float, nullable=False),
)

# Numbers that want no text messages from us. `word` is what they wrote, or why else we know.
opt_out = Table(
    "opt_out",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("at", Float, nullable=False),
    Column("word", String(40), nullable=False),
)

# What is asked by text after a call, and answered so far. One for a call.
text_survey = Table(
    "text_survey",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("number", String(64), nullable=False),
    Column("customer_id", String(64)),
    Column("dialled", String(64), nullable=False),
    Column("contact_id", Integer, nullable=False),
    Column("words", JSON, nullable=False),
    Column("answers", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("asked_at", Float, nullable=False),
    Column("until_at", Float, nullable=False),
    Index("ix_text_survey_number", "number", "state"),
)
