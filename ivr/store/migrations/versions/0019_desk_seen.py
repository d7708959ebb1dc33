"""When the desk of an agent was last open; nothing for who needs none."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("agent", sa.Column("desk_seen_at", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("agent", "desk_seen_at")
