"""Callbacks, work items, notices; skills and levels; what a place in line is and how it ranks."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LIVE_CALLBACK = "state IN ('booked', 'dialling', 'answered')"


def upgrade() -> None:
    _lines()
    _skills()
    _callbacks()
    _work_items()
    _notices()


def _lines() -> None:
    op.add_column("call", sa.Column("leg_sid", sa.String(length=64), nullable=True))
    op.add_column("call", sa.Column("direction", sa.String(10), server_default="in", nullable=False))
    op.add_column("queued_call", sa.Column("kind", sa.String(10), server_default="live", nullable=False))
    op.add_column("queued_call", sa.Column("rank_at", sa.Float(), server_default="0", nullable=False))
    op.add_column("queued_call", sa.Column("not_before", sa.Float(), nullable=True))
    op.add_column("queued_call", sa.Column("skills", sa.JSON(), nullable=True))
    op.add_column("queued_call", sa.Column("prefer_agent", sa.String(length=64), nullable=True))
    op.add_column("queued_call", sa.Column("prefer_until", sa.Float(), nullable=True))
    op.execute("UPDATE queued_call SET rank_at = entered_at - priority * 300.0")
    op.drop_index("ix_queued_call_line", table_name="queued_call")
    op.create_index("ix_queued_call_line", "queued_call", ["queue", "state", "rank_at"], unique=False)
    op.add_column("recording", sa.Column("transcript", sa.Text(), nullable=True))


def _skills() -> None:
    op.add_column("agent_queue", sa.Column("level", sa.Integer(), server_default="1", nullable=False))
    op.create_table(
        "agent_skill",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("skill", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_agent_skill_agent_id_agent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agent_id", "skill", name=op.f("pk_agent_skill")),
    )


def _callbacks() -> None:
    op.create_table(
        "callback",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("origin_sid", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("language", sa.String(length=20), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("leg_sid", sa.String(length=64), nullable=True),
        sa.Column("leg_asked_at", sa.Float(), nullable=True),
        sa.Column("booked_at", sa.Float(), nullable=False),
        sa.Column("chosen_at", sa.Float(), nullable=True),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("call_sid", name=op.f("uq_callback_call_sid")),
        sa.UniqueConstraint("token", name=op.f("uq_callback_token")),
    )
    op.create_index("ix_callback_state_due", "callback", ["state", "due_at"], unique=False)
    op.create_index("ix_callback_number", "callback", ["number", "booked_at"], unique=False)
    op.create_index("ix_callback_origin", "callback", ["origin_sid"], unique=False)
    op.create_index(
        "uq_callback_live",
        "callback",
        ["number", "queue"],
        unique=True,
        sqlite_where=sa.text(LIVE_CALLBACK),
        postgresql_where=sa.text(LIVE_CALLBACK),
    )


def _work_items() -> None:
    op.create_table(
        "work_item",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("recording_sid", sa.String(length=64), nullable=True),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=True),
        sa.Column("done_at", sa.Float(), nullable=True),
        sa.Column("result", sa.String(length=200), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_item")),
        sa.UniqueConstraint("recording_sid", name=op.f("uq_work_item_recording_sid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_work_item_queue_state", "work_item", ["queue", "state", "made_at"], unique=False)
    op.create_index("ix_work_item_call", "work_item", ["call_sid"], unique=False)


def _notices() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=100), server_default="", nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("from_at", sa.Float(), nullable=False),
        sa.Column("until_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notice_ended", "notice", ["ended_at"], unique=False)
