"""Texts and mails are asked for in the transaction of a turn, a survey or a click, and sent after its
commit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.customers.numbers import caller_number
from ivr.customers.safe_text import plain
from ivr.engine.effects import SendText
from ivr.errors import Conflict
from ivr.floor.job_kinds import JobKind
from ivr.floor.spending import refusal_of_day, refusal_of_text, spend_on_text
from ivr.floor.transaction import Transaction
from ivr.flowfiles.destinations import FORBIDDEN, FOREIGN, INVALID, SPECIAL
from ivr.settings import Settings
from ivr.store import messages, texts
from ivr.store.calls import CallRow

WAITING, SENDING, SENT, REFUSED, UNSURE = "waiting", "sending", "sent", "refused", "unsure"


MOST_PER_CALL = 3
OPTED_OUT = "they want no texts from us"
WRONG_NUMBER = {
    INVALID: "this is no telephone number",
    FORBIDDEN: "this number may not be used",
    FOREIGN: "numbers of other countries get no texts from us",
    SPECIAL: "only ordinary telephones get texts from us",
}
LONGEST = 1000  # what the history holds; the carrier takes 1600
# With the rest of this address anybody can cancel the callback: it is for the telephone it was sent to, and
# stands in no history, report or export.
_SECRET_ADDRESS = re.compile(r"(/callback/)[\w-]+")


class SmsRefused(Conflict):
    """This text is not sent; in words for an agent."""


def ask_text(tx: Transaction, row: CallRow, effect: SendText, settings: Settings) -> CallRow:
    """Write down that a message is to be sent. Strangers could make us pay for texts to anywhere, and their
    own number may be shown falsely: only to where we spend money, and few."""
    to = caller_number(effect.to, settings.country) if effect.to else row.caller
    sent = int(row.session.get("texts", 0))
    wrong = _wrong(tx, to, settings) or ("too many in one call" if sent >= MOST_PER_CALL else "")
    wrong = wrong or refusal_of_text(tx, settings, to, row.caller)
    contact = _written(tx, row, to, effect.body, REFUSED if wrong else WAITING)
    if wrong:
        tx.note(JournalKind.TEXT_REFUSED, call=row.sid, to=to, why=wrong)
        return row
    _ask(tx, row, to, effect.body, contact)
    spend_on_text(tx, settings, to, effect.body, row.caller, by_flow=True)
    return _counted(row, sent + 1)


def text_from_agent(tx: Transaction, row: CallRow, to: str, body: str, agent: str, settings: Settings) -> int:
    """An agent sends the caller a message; returns its contact. Raises SmsRefused."""
    wrong = _wrong(tx, to, settings) or refusal_of_day(tx, settings)
    if wrong:
        raise SmsRefused(f"This text cannot be sent: {wrong}.")
    contact = _written(tx, row, to, body, WAITING, agent)
    _ask(tx, row, to, body, contact)
    spend_on_text(tx, settings, to, body)
    return contact


def text_for_survey(
    tx: Transaction,
    settings: Settings,
    to: str,
    sender: str,
    body: str,
    sid: str,
    customer_id: str | None,
) -> None:
    """A word of a survey, to a number that rang us in that call. Raises SmsRefused."""
    if wrong := _wrong(tx, to, settings) or refusal_of_day(tx, settings):
        raise SmsRefused(wrong)
    spend_on_text(tx, settings, to, body)
    values = _out(tx.now, customer_id, to, body, WAITING)
    job = {"contact": messages.add(tx.connection, values), "call": sid}
    job |= {"to": to, "from": sender, "text": body[:LONGEST]}
    tx.job(JobKind.SEND_TEXT, f"send_text:{job['contact']}", 0.0, job)


def _out(now: float, customer_id: str | None, to: str, body: str, outcome: str) -> dict[str, Any]:
    """A message of ours, as the history has it."""
    return {
        "at": now,
        "customer_id": customer_id,
        "number": to[:64],
        "channel": messages.TEXT,
        "direction": "out",
        "summary": _SECRET_ADDRESS.sub(r"\1…", body)[:LONGEST],
        "outcome": outcome,
    }


def _written(tx: Transaction, row: CallRow, to: str, body: str, outcome: str, agent: str = "") -> int:
    values = _out(tx.now, row.customer_id, to, body, outcome)
    return messages.add(tx.connection, {**values, "agent_name": agent[:100]})


def _ask(tx: Transaction, row: CallRow, to: str, body: str, contact: int) -> None:
    job = {"call": row.sid, "contact": contact, "to": to, "from": row.dialled, "text": body[:LONGEST]}
    tx.job(JobKind.SEND_TEXT, f"send_text:{contact}", 0.0, job)


def _counted(row: CallRow, sent: int) -> CallRow:
    return replace(row, session={**row.session, "texts": sent})


def _wrong(tx: Transaction, to: str, settings: Settings) -> str:
    if not to:
        return "no number"
    if texts.refused_by(tx.connection, to):
        return OPTED_OUT
    why = settings.destinations.refusal(to)
    return WRONG_NUMBER[why] if why else ""


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
    tx.job(JobKind.SEND_MAIL, f"send_mail:{contact}", 0.0, job)
    return contact
