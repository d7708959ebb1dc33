"""Tries of look-ups that prove who calls, counted for the account."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "look_up_try",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("who", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look_up_try")),
    )
    op.create_index("ix_look_up_try_who", "look_up_try", ["who", "at"], unique=False)
    op.create_index("ix_look_up_try_at", "look_up_try", ["at"], unique=False)
