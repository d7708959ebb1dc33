"""Articles for agents and what came of them, text messages that come in, numbers that want none."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

SQLITE_TEXT = """CREATE VIRTUAL TABLE article_text USING fts5(
    title, keywords, words, tokenize='unicode61', prefix='2 3 4 5 6 7')"""
POSTGRES_TEXT = (
    """CREATE TABLE article_text (
        number INTEGER PRIMARY KEY REFERENCES article (number) ON DELETE CASCADE,
        title_words tsvector NOT NULL,
        words tsvector NOT NULL)""",
    "CREATE INDEX ix_article_text_title_words ON article_text USING gin (title_words)",
    "CREATE INDEX ix_article_text_words ON article_text USING gin (words)",
)


def upgrade() -> None:
    _articles()
    _uses()
    _texts()
    for statement in (SQLITE_TEXT,) if op.get_bind().dialect.name == "sqlite" else POSTGRES_TEXT:
        op.execute(statement)


def _articles() -> None:
    op.create_table(
        "article",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_article")),
        sa.UniqueConstraint("name", name=op.f("uq_article_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "article_place",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=140), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["article.number"], name=op.f("fk_article_place_number_article"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", "place", name=op.f("pk_article_place")),
    )
    op.create_index("ix_article_place_place", "article_place", ["place", "number"], unique=False)
    op.create_table(
        "article_load",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_load")),
    )


def _uses() -> None:
    op.create_table(
        "article_use",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("article", sa.String(length=250), server_default="", nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("query", sa.String(length=200), server_default="", nullable=False),
        sa.Column("found", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_use")),
        sa.UniqueConstraint("once", name=op.f("uq_article_use_once")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_article_use_at", "article_use", ["at"], unique=False)
    op.create_index("ix_article_use_call", "article_use", ["call_sid", "article"], unique=False)
    op.create_table(
        "article_record",
        sa.Column("article", sa.String(length=250), nullable=False),
        sa.Column("helped", sa.Integer(), server_default="0", nullable=False),
        sa.Column("failed", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_article_record")),
    )


def _texts() -> None:
    op.create_table(
        "incoming_text",
        sa.Column("sid", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_incoming_text")),
    )
    op.create_table(
        "opt_out",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opt_out")),
    )
