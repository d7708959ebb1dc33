"""Supervisors on the line, agents who ask for help, links of wallboards."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    _supervisions()
    op.create_table(
        "help_request",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=True),
        sa.Column("asked_at", sa.Float(), nullable=False),
        sa.Column("answered_by", sa.String(length=64), nullable=True),
        sa.Column("answered_at", sa.Float(), nullable=True),
        sa.Column("closed_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_help_request_open",
        "help_request",
        ["agent_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "display_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("queues", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("revoked_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_display_link")),
    )


def _supervisions() -> None:
    op.create_table(
        "supervision",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("supervisor_id", sa.String(length=64), nullable=False),
        sa.Column("offer_id", sa.String(length=64), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("leg_sid", sa.String(length=64), nullable=True),
        sa.Column("leg_asked_at", sa.Float(), nullable=True),
        sa.Column("leg_over", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("joined_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision")),
    )
    op.create_index("ix_supervision_call", "supervision", ["call_sid"], unique=False)
    live = sa.text("state IN ('ringing', 'told', 'joined')")
    op.create_index(
        "uq_supervision_live",
        "supervision",
        ["supervisor_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
