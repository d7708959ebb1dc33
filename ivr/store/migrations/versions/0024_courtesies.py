"""Ticks of agents about a talk: leave was asked before a hold or transfer, the caller's name was used."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

TICKS = ("asked_leave", "used_name")
COUNTS = ("leave_asked", "names_used")


def upgrade() -> None:
    no = sa.text("false")
    for table in ("note", "contact"):
        for name in TICKS:
            op.add_column(table, sa.Column(name, sa.Boolean(), nullable=False, server_default=no))
    for name in COUNTS:
        op.add_column("agent_day", sa.Column(name, sa.Float(), nullable=False, server_default="0"))


def downgrade() -> None:
    for name in COUNTS:
        op.drop_column("agent_day", name)
    for table in ("note", "contact"):
        for name in TICKS:
            op.drop_column(table, name)
