"""Journal lines that name an erased customer are found without a look through the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

OF_CUSTOMERS = (
    "kind IN ('customer_chosen', 'text_received', 'opted_out', 'opted_in', 'contacts_searched',"
    " 'contacts_exported')"
)


def upgrade() -> None:
    op.create_index(
        "ix_journal_customer",
        "journal",
        ["kind"],
        unique=False,
        sqlite_where=sa.text(OF_CUSTOMERS),
        postgresql_where=sa.text(OF_CUSTOMERS),
    )
