"""Mails to customers are asked for in the transaction of an agent's click, and sent after its commit."""

from __future__ import annotations

import re

from ivr.customers.safe_text import plain
from ivr.floor.outgoing_message_states import WAITING
from ivr.floor.transaction import Transaction
from ivr.store import messages
from ivr.store.calls import CallRow

LONGEST_ADDRESS, LONGEST_SUBJECT, LONGEST_TEXT = 200, 150, 5000
# One address and nothing else: no name, no second one, no line, nothing that means something in a header.
ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)


def mail_address(text: str) -> str:
    """The address if it is one, else ""."""
    text = text.strip(" ")
    return text if len(text) <= LONGEST_ADDRESS and ADDRESS.fullmatch(text) else ""


def ask_mail(tx: Transaction, row: CallRow, to: str, subject: str, text: str, agent: str) -> int:
    """Have this sent to the caller of a call; returns its contact. `to` is what `mail_address` let pass."""
    subject, text = plain(subject, LONGEST_SUBJECT), plain(text, LONGEST_TEXT, lines=True)
    contact = messages.add(
        tx.connection,
        {
            "at": tx.now,
            "customer_id": row.customer_id,
            "number": row.caller[:64],
            "channel": messages.MAIL,
            "direction": "out",
            "summary": subject,
            "note": f"To {to}: {text}",
            "outcome": WAITING,
            "agent_name": agent[:100],
        },
    )
    job = {"call": row.sid, "contact": contact, "to": to, "subject": subject, "text": text}
    tx.job("send_mail", f"send_mail:{contact}", 0.0, job)
    return contact
