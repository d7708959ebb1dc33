"""Texts of people whom no agent has on the phone: work for a queue, answered by text from the desk.

A number has one open conversation at most, and what they write meanwhile joins it. It is kept like a call
that was over when it began, so that it has the card of a call.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.customers.safe_text import plain
from ivr.floor.crm_lookups import schedule_crm_lookup
from ivr.floor.offers import TooLate
from ivr.floor.outgoing_messages import LONGEST, SmsRefused, text_from_agent
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import calls, conversations, floor, texts, work_items
from ivr.store.calls import TEXT, CallRow
from ivr.store.conversations import Written
from ivr.store.database import Connection
from ivr.store.work_items import WorkRow

WROTE_AGAIN = "They have written again. Read that first."
WENT_OUT = "Another text went out to them meanwhile. Read it, then send yours if it is still right."
NOTHING = "Write something first."


@dataclass(frozen=True, slots=True)
class Conversation:
    """As a desk shows it. `seen` is the last message, 0 without any; `refused` what they wrote who want no
    texts."""

    messages: tuple[Written, ...]
    seen: int
    refused: str


def text_arrived(tx: Transaction, row: CallRow, settings: Settings) -> None:
    """A text is to be answered. `row` is the conversation that it begins, if there is none."""
    open_work = conversations.work_of(tx.connection, row.caller)
    tx.tell("floor")
    if open_work is not None:
        if open_work[1]:
            tx.tell_agent(open_work[1])
        return
    if calls.find(tx.connection, row.sid) is None:
        calls.add(tx.connection, row)
        schedule_crm_lookup(tx, row.sid, settings)
    values = {
        "kind": TEXT,
        "queue": settings.texts.queue,
        "call_sid": row.sid,
        "recording_sid": None,
        "customer_id": row.customer_id,
        "number": row.caller,
        "made_at": tx.now,
        "since": tx.now,
        "due_at": None,
    }
    made = work_items.add(tx.connection, values)
    tx.note(JournalKind.WORK_MADE, call=row.sid, queue=settings.texts.queue, work=made, kind_of_work=TEXT)


def conversation(sid: str, number: str, dialled: str, customer_id: str | None, now: float) -> CallRow:
    """The record that stands for a conversation which begins with the message `sid`."""
    return CallRow(
        sid=sid, caller=number, dialled=dialled, customer_id=customer_id, flow="", revision="",
        status="ended", session={}, turn=0, queued_id=None, outcome=None, agent_id=None, disposition=None,
        started_at=now, seen_at=now, ended_at=now, leg_sid=None, direction=TEXT,
    )  # fmt: skip


def conversation_shown(connection: Connection, found: WorkRow) -> Conversation:
    """Return what was written, and whether we may write."""
    messages = conversations.latest(connection, found.number)
    refused = texts.refused_by(connection, found.number)
    return Conversation(messages, messages[-1].id if messages else 0, refused[0] if refused else "")


def reply(
    tx: Transaction, row: CallRow, found: WorkRow, agent_id: str, body: str, seen: int, settings: Settings
) -> None:
    """Send it to who wrote. `seen` is the last message on the agent's page: a click that comes twice, or from
    two pages, sends once. Raises TooLate and SmsRefused, with words for the agent."""
    said = plain(body, LONGEST + 1, lines=True)
    if not said:
        raise SmsRefused(NOTHING)
    if len(said) > LONGEST:
        raise SmsRefused(f"At most {LONGEST} characters are sent at once.")
    if conversations.has_newer(tx.connection, found.number, "out", found.made_at, seen):
        raise TooLate(WENT_OUT)
    text_from_agent(tx, row, row.caller, said, _name(tx, agent_id), settings)
    tx.note(JournalKind.TEXT_ANSWERED, call=row.sid, agent=agent_id, queue=found.queue, work=found.id)


def close(tx: Transaction, found: WorkRow, agent_id: str, result: str, seen: int) -> None:
    """Write the result into the history. Raises TooLate when they wrote what the agent has not seen."""
    if conversations.has_newer(tx.connection, found.number, "in", found.made_at, seen):
        raise TooLate(WROTE_AGAIN)
    name = _name(tx, agent_id)
    conversations.close(tx.connection, found.number, found.made_at, found.queue, name, result)


def _name(tx: Transaction, agent_id: str) -> str:
    agent = floor.find_agent(tx.connection, agent_id)
    return agent.name if agent else agent_id
