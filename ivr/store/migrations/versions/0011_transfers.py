"""Hold, paused recordings and transfers: offers that share a room, and who was asked to take a caller."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("offer", sa.Column("kind", sa.String(length=10), server_default="call", nullable=False))
    op.add_column("offer", sa.Column("room", sa.String(length=64), nullable=True))
    op.add_column("offer", sa.Column("held_at", sa.Float(), nullable=True))
    op.add_column("offer", sa.Column("recording_paused_at", sa.Float(), nullable=True))
    live = sa.text("kind = 'call' AND state IN ('pending', 'accepted', 'connected')")
    op.drop_index("uq_offer_live_call", table_name="offer")
    op.create_index(
        "uq_offer_live_call", "offer", ["call_sid"], unique=True, sqlite_where=live, postgresql_where=live
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("from_agent", sa.String(length=64), nullable=False),
        sa.Column("from_offer", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("target_kind", sa.String(length=10), nullable=False),
        sa.Column("target", sa.String(length=64), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("offer_id", sa.String(length=64), nullable=True),
        sa.Column("leg_sid", sa.String(length=64), nullable=True),
        sa.Column("leg_asked_at", sa.Float(), nullable=True),
        sa.Column("leg_over", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("joined_at", sa.Float(), nullable=True),
        sa.Column("ended_at", sa.Float(), nullable=True),
        sa.Column("end_reason", sa.String(length=60), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    op.create_index("ix_transfer_call", "transfer", ["call_sid", "made_at"], unique=False)
    open_ = sa.text("state IN ('asked', 'ringing', 'consulting', 'together', 'moving')")
    op.create_index(
        "uq_transfer_live", "transfer", ["call_sid"], unique=True, sqlite_where=open_, postgresql_where=open_
    )
