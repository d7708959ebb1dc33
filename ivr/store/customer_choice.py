"""What of one call belongs to a customer, given to the one who was found to be calling."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, update

from ivr.store import calls
from ivr.store.card_tables import card_part, support_case
from ivr.store.tables import contact
from ivr.store.work_tables import work_item

_of_call = [
    update(table).where(table.c.call_sid == bindparam("p_sid")).values(customer_id=bindparam("p_customer"))
    for table in (contact, support_case, work_item)
]
_forget_parts = delete(card_part).where(card_part.c.call_sid == bindparam("p_sid"))


def give(connection: Connection, sid: str, customer_id: str | None) -> None:
    """The call, its contact, its cases and the work it left are this customer's; with None, nobody's."""
    calls.set_customer(connection, sid, customer_id)
    for statement in _of_call:
        connection.execute(statement, {"p_sid": sid, "p_customer": customer_id})


def forget_parts(connection: Connection, sid: str) -> None:
    """What other systems said of somebody else."""
    connection.execute(_forget_parts, {"p_sid": sid})
