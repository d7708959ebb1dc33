"""Where an answer may be mailed: what is on record, or what the caller has just confirmed; nowhere else."""

from __future__ import annotations

from typing import Any

from ivr.floor.email import mail_address
from ivr.floor.sms import SmsRefused
from ivr.service.knowledge_base.views import MailTo
from ivr.service.screen_pop.model import CardCustomer
from ivr.store import customers
from ivr.store.calls import CallRow


def mail_to(customer: CardCustomer | None) -> MailTo:
    """What the agent is offered. A covered address (None) can be written to, and is not shown."""
    if customer is None:
        return MailTo(False, "")
    return MailTo(customer.email != "", customer.email or "")


def receiver_of(connection: Any, row: CallRow, typed: str, confirmed: bool) -> str:
    """The address that an agent means: what was `typed`, or "" for the one on record. Raises TextRefused."""
    found = customers.find(connection, row.customer_id) if row.customer_id else None
    on_record = mail_address(found.email) if found else ""
    if not typed.strip():
        if not on_record:
            raise SmsRefused("No mail address of this customer is on record.")
        return on_record
    to = mail_address(typed)
    if not to:
        raise SmsRefused("This is not a mail address.")
    if to.casefold() != on_record.casefold() and not confirmed:
        raise SmsRefused("Read the address back to the caller first, and tick that they agree.")
    return to
