"""Publications of flows, the live pointer, the trial's tally and the health of steps."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def upgrade() -> None:
    op.create_table(
        "flow_publication",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("what", sa.String(length=20), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("share", sa.Integer(), server_default="100", nullable=False),
        sa.Column("author", sa.String(length=100), server_default="", nullable=False),
        sa.Column("message", sa.String(length=1000), server_default="", nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_publication")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "live_flow",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("trial", sa.String(length=64), nullable=True),
        _count("share"),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("why", sa.String(length=300), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_live_flow")),
    )
    op.create_table(
        "trial_tally",
        sa.Column("revision", sa.String(length=64), nullable=False),
        *map(_count, ("calls", "errors", "hung_up", "zeroed")),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_trial_tally")),
    )
    _health()


def _health() -> None:
    op.create_table(
        "step_health",
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("flow", sa.String(length=100), nullable=False),
        sa.Column("step", sa.String(length=140), nullable=False),
        *map(_count, ("entries", "zeroed", "hung_up", "no_input", "wrong", "errors", "visits")),
        sa.Column("seconds", sa.Float(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("hour", "revision", "flow", "step", name=op.f("pk_step_health")),
    )
    op.create_table(
        "health_standing",
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.String(length=64), nullable=False),
        sa.Column("began_at", sa.Float(), nullable=False),
        sa.Column("flow", sa.String(length=100), server_default="", nullable=False),
        sa.Column("step", sa.String(length=140), server_default="", nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("zeroed", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("erred", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.PrimaryKeyConstraint("call_sid", name=op.f("pk_health_standing")),
    )
    op.create_index("ix_health_standing_since", "health_standing", ["since"], unique=False)
    op.create_table(
        "health_cursor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("journal_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_cursor")),
    )
