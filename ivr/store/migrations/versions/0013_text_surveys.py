"""Surveys by text message, recordings that belong to a contact, and work that is answered by a callback."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "text_survey",
        sa.Column("call_sid", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("customer_id", sa.String(length=64), nullable=True),
        sa.Column("dialled", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.Float(), nullable=False),
        sa.Column("until_at", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("call_sid", name=op.f("pk_text_survey")),
    )
    op.create_index("ix_text_survey_number", "text_survey", ["number", "state"], unique=False)
    op.add_column("work_item", sa.Column("callback_id", sa.String(length=40), nullable=True))
    op.create_index("ix_work_item_callback", "work_item", ["callback_id"], unique=False)
    op.add_column("contact", sa.Column("recording_sid", sa.String(length=64), nullable=True))
