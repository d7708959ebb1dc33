"""The promised moment of an announced wait that was withdrawn in words; nothing for the others."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("wait_promise", sa.Column("withdrawn_due", sa.Float(), nullable=True))


def downgrade() -> None:
    op.drop_column("wait_promise", "withdrawn_due")
