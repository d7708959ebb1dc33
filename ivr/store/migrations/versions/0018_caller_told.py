"""How often the carrier was asked to tell a caller that a supervisor joins, and when it fetched the words."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.add_column("supervision", sa.Column("tells", sa.Integer(), server_default="0", nullable=False))
    op.add_column("supervision", sa.Column("told_at", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("supervision", "told_at")
    op.drop_column("supervision", "tells")
