"""Customers and numbers are many to many: a household or an office has one number for several of them."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    with op.batch_alter_table("customer_number") as table:
        table.drop_constraint("pk_customer_number", type_="primary")
        table.create_primary_key("pk_customer_number", ["number", "customer_id"])
