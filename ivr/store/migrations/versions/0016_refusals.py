"""Refusals of the carrier for reasons of the account."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "carrier_refusal",
        sa.Column("scope", sa.String(length=32), nullable=False),
        sa.Column("said", sa.String(length=500), nullable=False),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("since", sa.Float(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("until", sa.Float(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_carrier_refusal")),
    )


def downgrade() -> None:
    op.drop_table("carrier_refusal")
