"""Nothing: transfers came later than this, with 0011."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    pass
