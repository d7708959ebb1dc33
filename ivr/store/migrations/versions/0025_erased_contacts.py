"""A contact that was erased says so, where one without a number is of somebody who withheld theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

ERASED_BEFORE = """
UPDATE contact SET erased = true
WHERE number = '' AND customer_id IS NULL AND summary = ''
AND call_sid IN (SELECT sid FROM call WHERE caller = '' AND session = '{}')
"""


def upgrade() -> None:
    erased: sa.Column[bool] = sa.Column(
        "erased", sa.Boolean(), nullable=False, server_default=sa.text("false")
    )
    op.add_column("contact", erased)
    op.execute(ERASED_BEFORE)


def downgrade() -> None:
    op.drop_column("contact", "erased")
