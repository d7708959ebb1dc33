"""Text messages of flows: asked for with the turn, sent after its commit, at most once.

Sending is not idempotent at the carrier. A message is marked as being sent before it is; one whose outcome
nobody knows is not sent again, and the agent reads that it is unsure.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.carrier.base import AMBIGUOUS, RETRYABLE, Carrier, CarrierError
from ivr.customers.numbers import caller_number
from ivr.engine.effects import SendText
from ivr.flowfiles.dialling import why_not
from ivr.service.change import Change, Changes
from ivr.service.worker import Again
from ivr.store import messages
from ivr.store.calls import CallRow
from ivr.store.jobs import Job

WAITING, SENDING, SENT, REFUSED, UNSURE = "waiting", "sending", "sent", "refused", "unsure"
AGAIN_S = 2.0
MOST_ATTEMPTS = 5
MOST_PER_CALL = 3
LONGEST = 1000  # what the history holds; the carrier takes 1600


def ask_text(change: Change, row: CallRow, effect: SendText, country: str) -> CallRow:
    """Write down that a message is to be sent. Strangers could make us pay for texts to anywhere: the
    caller's own number, or one of our own country that costs nothing special, and few in one call."""
    to = caller_number(effect.to, country) if effect.to else row.caller
    sent = int(row.session.get("texts", 0))
    wrong = _wrong(to, row, country) or ("too many in one call" if sent >= MOST_PER_CALL else "")
    body = effect.body[:LONGEST]
    contact = messages.add(
        change.connection,
        {
            "at": change.now,
            "customer_id": row.customer_id,
            "number": to[:64],
            "channel": messages.TEXT,
            "direction": "out",
            "summary": body,
            "outcome": REFUSED if wrong else WAITING,
        },
    )
    if wrong:
        change.note("text_refused", call=row.sid, to=to, why=wrong)
        return row
    job = {"call": row.sid, "contact": contact, "to": to, "from": row.dialled, "text": body}
    change.job("send_text", f"send_text:{contact}", 0.0, job)
    return _counted(row, sent + 1)


def _counted(row: CallRow, sent: int) -> CallRow:
    return replace(row, session={**row.session, "texts": sent})


def _wrong(to: str, row: CallRow, country: str) -> str:
    if not to:
        return "no number"
    if to == row.caller:
        return ""
    why = why_not(to, country)
    return why[0] if why else ""


class Texts:
    """Sends what was asked for."""

    def __init__(self, changes: Changes, carrier: Carrier) -> None:
        self._changes, self._carrier = changes, carrier

    def send(self, job: Job) -> Again | None:
        """Job handler."""
        if not self._moved(job, WAITING, SENDING):
            self._moved(job, SENDING, UNSURE)  # whoever was sending it died: sent or not, never twice
            return None
        body = job.body
        try:
            self._carrier.send_text(str(body["to"]), str(body["from"]), str(body["text"]))
        except CarrierError as error:
            if error.kind == RETRYABLE and job.attempts < MOST_ATTEMPTS:
                self._moved(job, SENDING, WAITING)
                return Again(AGAIN_S)
            outcome = UNSURE if error.kind in (AMBIGUOUS, RETRYABLE) else REFUSED
            self._moved(job, SENDING, outcome, why=str(error)[:200])
            return None
        self._moved(job, SENDING, SENT)
        return None

    def _moved(self, job: Job, was: str, to: str, **more: str) -> bool:
        with self._changes.begin() as change:
            moved = messages.move(change.connection, int(job.body["contact"]), was, to)
            if moved and to not in (SENDING, WAITING):
                change.note(f"text_{to}", call=str(job.body["call"]), to=str(job.body["to"]), **more)
        return moved
