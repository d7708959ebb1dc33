"""Text messages of flows: asked for with the turn, sent after its commit, at most once (see `outbox`)."""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.carrier.base import ACCOUNT, AMBIGUOUS, RETRYABLE, Carrier, CarrierError
from ivr.floor.outgoing_messages import OPTED_OUT, REFUSED, SENDING, SENT, UNSURE, WAITING
from ivr.floor.transaction import Retry, Transactions
from ivr.jobs.carrier_refusals import TEXTS, CarrierRefusals
from ivr.jobs.outbox import begin_sending, move_message
from ivr.store import messages, texts
from ivr.store.jobs import Job

AGAIN_S = 2.0
KEPT_S = 2 * 3600.0  # a text that the carrier refused to take for so long is of no use any more
MOST_ATTEMPTS = 5
UNSUBSCRIBED = 21610  # the carrier's word for a number that answered STOP


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
            move_message(self._transactions, job, WAITING, REFUSED, why=OPTED_OUT)
            return None
        if not begin_sending(self._transactions, job):
            return None
        body = job.body
        try:
            sid = self._carrier.send_text(str(body["to"]), str(body["from"]), str(body["text"]))
        except CarrierError as error:
            if error.kind == ACCOUNT and self._transactions.clock() < self._too_old_at(job):
                move_message(self._transactions, job, SENDING, WAITING)
                return self._later(job, self._refusals.left(TEXTS, str(body["to"])))
            if error.kind == RETRYABLE and job.attempts < MOST_ATTEMPTS:
                move_message(self._transactions, job, SENDING, WAITING)
                return Retry(AGAIN_S)
            if error.code == UNSUBSCRIBED:  # they told the phone company, and it never told us
                self._note_opt_out(str(body["to"]))
            outcome = UNSURE if error.kind in (AMBIGUOUS, RETRYABLE) else REFUSED
            move_message(self._transactions, job, SENDING, outcome, why=str(error)[:200])
            return None
        move_message(self._transactions, job, SENDING, SENT, text_sid=sid)
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
                tx.note(JournalKind.OPTED_OUT, number=number, word="told the carrier")
