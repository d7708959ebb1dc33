"""Secrets of second factors are kept sealed. The key is not here: the server seals those that are readable
when it starts. An agent who was setting one up begins again."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.add_column("agent", sa.Column("totp_sealed", sa.String(length=200), nullable=True))
    op.add_column("agent", sa.Column("totp_begun", sa.String(length=200), nullable=True))
    op.execute("UPDATE agent SET totp_wanted = NULL WHERE totp_wanted IS NOT NULL")
