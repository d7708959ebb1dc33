"""Records of one call that belong to a customer, given to the one who was found to be calling."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, delete, select, text, update

from ivr.store import calls
from ivr.store.callbacks import LIVE_CALLBACK, callback
from ivr.store.cases import support_case
from ivr.store.crm_values import card_part
from ivr.store.customer_tables import contact
from ivr.store.work_item_tables import work_item

_of_call = [
    update(table).where(table.c.call_sid == bindparam("p_sid")).values(customer_id=bindparam("p_customer"))
    for table in (contact, support_case, work_item)
]
# A callback to a number that the caller keyed may be somebody else's.
_booked_in_call = and_(callback.c.origin_sid == bindparam("p_sid"), callback.c.keyed.is_(False))
_of_callback = update(callback).where(_booked_in_call).values(customer_id=bindparam("p_customer"))
_calls_booked = select(callback.c.call_sid).where(_booked_in_call, text(LIVE_CALLBACK))
_forget_parts = delete(card_part).where(card_part.c.call_sid == bindparam("p_sid"))


def give(connection: Connection, sid: str, customer_id: str | None) -> None:
    """The call, its contact, its cases, the callbacks booked in it and the work it left are this customer's;
    with None, nobody's."""
    calls.set_customer(connection, sid, customer_id)
    for statement in (*_of_call, _of_callback):
        connection.execute(statement, {"p_sid": sid, "p_customer": customer_id})


def calls_booked_in(connection: Connection, sid: str) -> list[str]:
    """The calls of ours that are to be made for callbacks to the caller's number, booked in this call."""
    return list(connection.execute(_calls_booked, {"p_sid": sid}).scalars())


def forget_parts(connection: Connection, sid: str) -> None:
    """Delete what other systems said of somebody else."""
    connection.execute(_forget_parts, {"p_sid": sid})
