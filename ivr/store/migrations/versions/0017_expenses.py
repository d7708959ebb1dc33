"""The cost of texts and calls that others can make us pay for."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "expense",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=64), server_default="", nullable=False),
        sa.Column("by_flow", sa.Integer(), server_default="0", nullable=False),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expense")),
    )
    op.create_index("ix_expense_at", "expense", ["at"], unique=False)
    op.create_index("ix_expense_number", "expense", ["number", "at"], unique=False)
    op.create_index("ix_expense_caller", "expense", ["caller", "at"], unique=False)
    op.create_table(
        "budget_spent",
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_budget_spent")),
    )
