"""The name of a text at the carrier, and how far forgetting has come."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("contact", sa.Column("text_sid", sa.String(length=64), nullable=True))
    op.create_table(
        "retention_mark",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_retention_mark")),
    )
