"""The second factor, passwords that must be changed, and what a session shows of its browser."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "recovery_code",
        sa.Column("agent_id", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["agent.id"], name=op.f("fk_recovery_code_agent_id_agent"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("agent_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    no = sa.text("false")
    op.add_column("agent", sa.Column("must_change_password", sa.Boolean(), server_default=no, nullable=False))
    op.add_column("agent", sa.Column("totp_secret", sa.String(length=64), nullable=True))
    op.add_column("agent", sa.Column("totp_wanted", sa.String(length=64), nullable=True))
    op.add_column("agent", sa.Column("totp_step", sa.Integer(), nullable=True))
    for name, length in (("address", 64), ("browser", 200), ("device", 64)):
        column = sa.Column(name, sa.String(length=length), server_default="", nullable=False)
        op.add_column("agent_session", column)
    op.add_column("agent_session", sa.Column("wants_code", sa.Boolean(), server_default=no, nullable=False))
    op.create_index("ix_sign_in_attempt_at", "sign_in_attempt", ["at"], unique=False)
    # They are counted under other names from now on; an attempt counts for a quarter of an hour.
    op.execute("DELETE FROM sign_in_attempt")
