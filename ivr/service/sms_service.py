"""Text messages of flows: asked for with the turn, sent after its commit, at most once (see `sending`)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from ivr.carrier.base import ACCOUNT, AMBIGUOUS, RETRYABLE, Carrier, CarrierError
from ivr.customers.numbers import caller_number
from ivr.engine.effects import SendText
from ivr.flowfiles.destinations import FORBIDDEN, FOREIGN, INVALID, SPECIAL
from ivr.service.carrier_refusals import TEXTS, CarrierRefusals
from ivr.service.outbox import REFUSED, SENDING, SENT, UNSURE, WAITING, begun, moved
from ivr.service.spending import refusal_of_day, refusal_of_text, spend_on_text
from ivr.service.transaction import Transaction, Transactions
from ivr.service.worker import Retry
from ivr.settings import Settings
from ivr.store import messages, texts
from ivr.store.calls import CallRow
from ivr.store.jobs import Job

AGAIN_S = 2.0
KEPT_S = 2 * 3600.0  # a text that the carrier refused to take for so long is of no use any more
MOST_ATTEMPTS = 5
MOST_PER_CALL = 3
OPTED_OUT = "they want no texts from us"
UNSUBSCRIBED = 21610  # the carrier's word for a number that answered STOP
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


class SmsRefused(Exception):
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
        tx.note("text_refused", call=row.sid, to=to, why=wrong)
        return row
    _ask(tx, row, to, effect.body, contact)
    spend_on_text(tx, settings, to, effect.body, row.caller, by_flow=True)
    return _counted(row, sent + 1)


def text_from_agent(tx: Transaction, row: CallRow, to: str, body: str, agent: str, settings: Settings) -> int:
    """An agent sends the caller a message; returns its contact. Raises TextRefused."""
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
    """A word of a survey, to a number that rang us in that call. Raises TextRefused."""
    if wrong := _wrong(tx, to, settings) or refusal_of_day(tx, settings):
        raise SmsRefused(wrong)
    spend_on_text(tx, settings, to, body)
    values = _out(tx.now, customer_id, to, body, WAITING)
    job = {"contact": messages.add(tx.connection, values), "call": sid}
    job |= {"to": to, "from": sender, "text": body[:LONGEST]}
    tx.job("send_text", f"send_text:{job['contact']}", 0.0, job)


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
    tx.job("send_text", f"send_text:{contact}", 0.0, job)


def _counted(row: CallRow, sent: int) -> CallRow:
    return replace(row, session={**row.session, "texts": sent})


def _wrong(tx: Transaction, to: str, settings: Settings) -> str:
    if not to:
        return "no number"
    if texts.refused_by(tx.connection, to):
        return OPTED_OUT
    why = settings.destinations.refusal(to)
    return WRONG_NUMBER[why] if why else ""


class SmsService:
    """Sends what was asked for."""

    def __init__(self, transactions: Transactions, carrier: Carrier, refusals: CarrierRefusals) -> None:
        self._transactions, self._carrier, self._refusals = transactions, carrier, refusals

    def send(self, job: Job) -> Retry | None:
        """Job handler. While the carrier refuses our texts they wait, for some hours."""
        refused = self._refusals.refusal(TEXTS, str(job.body["to"]))
        pause = self._refusals.pause(TEXTS, str(job.body["to"])) if refused else 0.0
        if refused and pause > 0 and self._transactions.clock() < self._too_old_at(job):
            return self._later(job, pause)
        if self._opted_out(job):
            moved(self._transactions, job, WAITING, REFUSED, why=OPTED_OUT)
            return None
        if not begun(self._transactions, job):
            return None
        body = job.body
        try:
            sid = self._carrier.send_text(str(body["to"]), str(body["from"]), str(body["text"]))
        except CarrierError as error:
            if error.kind == ACCOUNT and self._transactions.clock() < self._too_old_at(job):
                moved(self._transactions, job, SENDING, WAITING)
                return self._later(job, self._refusals.left(TEXTS, str(body["to"])))
            if error.kind == RETRYABLE and job.attempts < MOST_ATTEMPTS:
                moved(self._transactions, job, SENDING, WAITING)
                return Retry(AGAIN_S)
            if error.code == UNSUBSCRIBED:  # they told the phone company, and it never told us
                self._note_opt_out(str(body["to"]))
            outcome = UNSURE if error.kind in (AMBIGUOUS, RETRYABLE) else REFUSED
            moved(self._transactions, job, SENDING, outcome, why=str(error)[:200])
            return None
        moved(self._transactions, job, SENDING, SENT, text_sid=sid)
        return None

    def _too_old_at(self, job: Job) -> float:
        return float(job.body.get("too_old_at", self._transactions.clock() + KEPT_S))

    def _later(self, job: Job, pause: float) -> Retry:
        body = {**job.body, "too_old_at": self._too_old_at(job)}
        return Retry(max(AGAIN_S, pause), timer=True, body=body)

    def _opted_out(self, job: Job) -> bool:
        """They may have said STOP between our asking and our sending. One on its way is not judged."""
        with self._transactions.database.read() as connection:
            waits = messages.outcome(connection, int(job.body["contact"])) == WAITING
            return waits and texts.refused_by(connection, str(job.body["to"])) is not None

    def _note_opt_out(self, number: str) -> None:
        with self._transactions.begin() as tx:
            if texts.opt_out_number(tx.connection, number, "told the carrier", tx.now):
                tx.note("opted_out", number=number, word="told the carrier")
