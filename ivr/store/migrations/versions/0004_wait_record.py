"""Promises of waits with what came of them, which queues keep silent, and what the estimator has learnt."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "wait_promise",
        sa.Column("line_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.Float(), nullable=False),
        sa.Column("waited_s", sa.Float(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("low_s", sa.Float(), nullable=False),
        sa.Column("high_s", sa.Float(), nullable=True),
        sa.Column("point_s", sa.Float(), nullable=True),
        sa.Column("spoken", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("line_id", name=op.f("pk_wait_promise")),
    )
    op.create_index("ix_wait_promise_call", "wait_promise", ["call_sid"], unique=False)
    op.create_index("ix_wait_promise_queue_said", "wait_promise", ["queue", "said_at"], unique=False)
    op.create_index("ix_wait_promise_queue_ended", "wait_promise", ["queue", "ended_at"], unique=False)
    op.create_table(
        "wait_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_cursor")),
    )
    op.create_table(
        "wait_silence",
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("why", sa.String(length=300), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("queue", name=op.f("pk_wait_silence")),
    )
    op.create_table(
        "wait_learnt",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("form", sa.Integer(), nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.Float(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wait_learnt")),
    )
