"""An agent who reads very many files is found without a look through the journal."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_index(
        "ix_journal_reader",
        "journal",
        ["agent_id", "kind", "at"],
        unique=False,
        sqlite_where=sa.text("kind IN ('file_read', 'many_files_read')"),
        postgresql_where=sa.text("kind IN ('file_read', 'many_files_read')"),
    )
