"""Answers of other systems about callers, warnings with an end and a right to see, cases."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "card_part",
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.Float(), nullable=False),
        sa.Column("answered_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("call_sid", "part", name=op.f("pk_card_part")),
    )
    seen_by = sa.Column("seen_by", sa.String(length=20), server_default="agent", nullable=False)
    op.add_column("warning", seen_by)
    op.add_column("warning", sa.Column("ended_at", sa.Float(), nullable=True))
    op.add_column("warning", sa.Column("ended_by", sa.String(length=100), nullable=True))
    op.create_index("ix_callback_customer", "callback", ["customer_id", "state"], unique=False)
    op.create_index("ix_work_item_customer", "work_item", ["customer_id", "state"], unique=False)
    op.create_index("ix_work_item_number", "work_item", ["number", "state"], unique=False)
    _cases()


def _cases() -> None:
    op.create_table(
        "support_case",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("number", sa.String(length=64), server_default="", nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("once", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.Float(), nullable=False),
        sa.Column("changed_at", sa.Float(), nullable=False),
        sa.Column("closed_at", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_case")),
        sa.UniqueConstraint("once", name=op.f("uq_support_case_once")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_support_case_customer", "support_case", ["customer_id", "state"], unique=False)
    op.create_index("ix_support_case_number", "support_case", ["number", "state"], unique=False)
    op.create_index("ix_support_case_owner", "support_case", ["owner", "state", "due_on"], unique=False)
