"""Talks: hold, transfers, conferences, recording. Its tables come with them."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
