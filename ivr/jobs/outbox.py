"""Sends messages: waiting → sending → sent, refused or unsure.

Sending is not idempotent. A message is marked as being sent before it is sent; one with an unknown outcome is
not sent again, and the agent reads that it is unsure.
"""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.floor.outgoing_messages import SENDING, UNSURE, WAITING
from ivr.floor.transaction import Transactions
from ivr.store import messages, work_items
from ivr.store.jobs import Job


def move_message(
    transactions: Transactions,
    job: Job,
    was: str,
    to: str,
    what: str = "text",
    text_sid: str = "",
    **more: str,
) -> bool:
    """The message of this job, from one state to the next; its end is written down as `what` it is. False
    when it was in another state: somebody else was here."""
    with transactions.begin() as tx:
        done = messages.move(tx.connection, int(job.body["contact"]), was, to)
        if done and text_sid:
            messages.name_text(tx.connection, int(job.body["contact"]), text_sid)
        if done and to not in (SENDING, WAITING):
            call = str(job.body["call"])
            tx.note(JournalKind(f"{what}_{to}"), call=call, to=str(job.body["to"]), **more)
            for one in work_items.of_call(tx.connection, call):  # it stands on the page of who wrote it
                if one.agent_id is not None and one.state == work_items.TAKEN:
                    tx.tell_agent(one.agent_id)
    return done


def begin_sending(transactions: Transactions, job: Job, what: str = "text") -> bool:
    """Whether it is ours to send now. Who died while sending it may have sent it: never twice."""
    if move_message(transactions, job, WAITING, SENDING, what):
        return True
    move_message(transactions, job, SENDING, UNSURE, what)
    return False
