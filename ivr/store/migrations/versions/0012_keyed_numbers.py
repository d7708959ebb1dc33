"""Callbacks: numbers that were keyed, attempts that were given back, customers who are on the phone."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    keyed: sa.Column[bool] = sa.Column("keyed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    op.add_column("callback", keyed)
    op.add_column("callback", sa.Column("given_back", sa.Integer(), server_default="0", nullable=False))
    op.add_column("callback", sa.Column("busy_looks", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        "UPDATE callback SET keyed = true WHERE NOT EXISTS ("
        "SELECT 1 FROM call WHERE call.sid = callback.origin_sid AND call.caller = callback.number)"
    )
    op.create_table(
        "keyed_number",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("queue", sa.String(length=64), nullable=False),
        sa.Column("trust", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyed_number")),
        sqlite_autoincrement=True,
    )
    for name, columns in (
        ("at", ["at"]),
        ("number", ["number", "at"]),
        ("caller", ["caller", "at"]),
        ("call", ["call_sid"]),
        ("queue", ["queue", "trust", "at"]),
    ):
        op.create_index(f"ix_keyed_number_{name}", "keyed_number", columns, unique=False)
