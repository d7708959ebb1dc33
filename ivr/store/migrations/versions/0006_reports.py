"""Sums of the journal by local day, incidents of missed goals, contacts that can be searched."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

QUEUE_COUNTS = [
    "calls", "served", "hung_up", "zeroed", "in_line", "entered", "moved_in", "moved_out", "answered",
    "in_goal", "abandoned", "abandoned_short", "abandoned_late", "left_callback", "left_voicemail",
    "left_otherwise", "wait_answered_s", "wait_gone_s", "talks", "talk_s", "hold_s", "wrap_s",
    "known_talks", "repeats", "promises", "promises_judged", "promises_kept", "promises_late",
    "callbacks_booked", "callbacks_kept", "callbacks_broken", "callbacks_withdrawn", "voicemails",
    "longest_wait_s",
]  # fmt: skip
AGENT_COUNTS = [
    "offered", "accepted", "missed", "declined", "talks", "talk_s", "hold_s", "wrap_s", "on_call_s",
    "ringing_s", "available_s", "away_s",
]  # fmt: skip
# The text of contacts, searched through an index that follows the table.
SQLITE_TEXT = (
    """CREATE VIRTUAL TABLE contact_text USING fts5(
        summary, note, content='contact', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    """CREATE TRIGGER contact_text_added AFTER INSERT ON contact BEGIN
        INSERT INTO contact_text(rowid, summary, note) VALUES (new.id, new.summary, new.note); END""",
    """CREATE TRIGGER contact_text_gone AFTER DELETE ON contact BEGIN
        INSERT INTO contact_text(contact_text, rowid, summary, note)
        VALUES ('delete', old.id, old.summary, old.note); END""",
    """CREATE TRIGGER contact_text_changed AFTER UPDATE OF summary, note ON contact BEGIN
        INSERT INTO contact_text(contact_text, rowid, summary, note)
        VALUES ('delete', old.id, old.summary, old.note);
        INSERT INTO contact_text(rowid, summary, note) VALUES (new.id, new.summary, new.note); END""",
    "INSERT INTO contact_text(contact_text) VALUES ('rebuild')",
)
POSTGRES_TEXT = (
    "CREATE INDEX ix_contact_text ON contact USING gin (to_tsvector('simple', summary || ' ' || note))",
)


def upgrade() -> None:
    _days()
    _summing()
    _incidents()
    _contacts()


def _counts(names: list[str]) -> list[sa.Column[float]]:
    return [sa.Column(name, sa.Float(), server_default="0", nullable=False) for name in names]


def _days() -> None:
    op.create_table(
        "queue_day",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        *_counts(QUEUE_COUNTS),
        sa.PrimaryKeyConstraint("day", "queue", name=op.f("pk_queue_day")),
    )
    op.create_table(
        "agent_day",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        *_counts(AGENT_COUNTS),
        sa.PrimaryKeyConstraint("day", "agent_id", name=op.f("pk_agent_day")),
    )
    op.create_table(
        "day_detail",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        *_counts(["number", "total"]),
        sa.PrimaryKeyConstraint("kind", "day", "queue", "name", name=op.f("pk_day_detail")),
    )


def _summing() -> None:
    op.create_table(
        "report_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_cursor")),
    )
    op.create_table(
        "report_wrap",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("agent_id", name=op.f("pk_report_wrap")),
    )
    op.create_table(
        "report_caller",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("repeated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_report_caller")),
    )
    op.create_index("ix_report_caller_at", "report_caller", ["at"], unique=False)


def _incidents() -> None:
    op.create_table(
        "goal_minute",
        sa.Column("minute", sa.Integer(), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        *_counts(["in_goal", "missed"]),
        sa.PrimaryKeyConstraint("minute", "queue", name=op.f("pk_goal_minute")),
    )
    op.create_table(
        "goal_incident",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("missed_since", sa.Float(), nullable=False),
        sa.Column("told_at", sa.Float(), nullable=True),
        sa.Column("met_since", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("share", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_incident")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_goal_incident_open",
        "goal_incident",
        ["queue"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _contacts() -> None:
    op.create_index("ix_contact_at", "contact", ["at", "id"], unique=False)
    op.create_index("ix_contact_queue_at", "contact", ["queue", "at", "id"], unique=False)
    op.create_index("ix_contact_outcome_at", "contact", ["outcome", "at", "id"], unique=False)
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in SQLITE_TEXT if sqlite else POSTGRES_TEXT:
        op.execute(statement)
