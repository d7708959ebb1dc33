"""Later jobs of messages: look for reports that never came, delete what callers replaced, give back what an
agent took and forgot."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Mapping

from ivr.acd.journal import JournalKind
from ivr.carrier.base import ACCOUNT, AMBIGUOUS, GONE, RETRYABLE, Carrier, CarrierError
from ivr.floor import voicemail
from ivr.floor.job_kinds import JobKind
from ivr.floor.outgoing_messages import OPTED_OUT, REFUSED, SENDING, SENT, UNSURE, WAITING
from ivr.floor.transaction import Handler, Retry, Transactions
from ivr.floor.voicemail import SWEEP_S, why_absent
from ivr.jobs.carrier_refusals import TEXTS, CarrierRefusals
from ivr.jobs.smtp_client import PerhapsSent, SmtpClient
from ivr.service.work_items import give_back
from ivr.store import messages, recordings, text_index_vacuum, texts, work_items
from ivr.store.jobs import Job
from ivr.store.recordings import ABSENT, EXPECTED, STORED


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


SMS_RETRY_S = 2.0
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
                return Retry(SMS_RETRY_S)
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
        return Retry(max(SMS_RETRY_S, pause), timer=True, body=body)

    def _opted_out(self, job: Job) -> bool:
        """They may have said STOP between our asking and our sending. One on its way is not judged."""
        with self._transactions.database.read() as connection:
            waits = messages.outcome(connection, int(job.body["contact"])) == WAITING
            return waits and texts.refused_by(connection, str(job.body["to"])) is not None

    def _note_opt_out(self, number: str) -> None:
        with self._transactions.begin() as tx:
            if texts.opt_out_number(tx.connection, number, "told the carrier", tx.now):
                tx.note(JournalKind.OPTED_OUT, number=number, word="told the carrier")


EMAIL_RETRY_S = (10.0, 60.0, 300.0, 900.0)


class EmailService:
    """Sends what was asked for. Without a server (any more) nothing is sent, and says so."""

    def __init__(self, transactions: Transactions, server: SmtpClient | None) -> None:
        self._transactions, self._server = transactions, server

    def send(self, job: Job) -> Retry | None:
        """Job handler."""
        if not begin_sending(self._transactions, job, "mail"):
            return None
        if self._server is None:
            self._ended(job, REFUSED, why="there is no mail server")
            return None
        body = job.body
        name = f"message-{body['contact']}-{body['call']}"
        try:
            self._server.send(str(body["to"]), str(body["subject"]), str(body["text"]), name)
        except PerhapsSent:
            self._ended(job, UNSURE)
        except (OSError, smtplib.SMTPException) as error:
            return self._failed(job, error)
        else:
            self._ended(job, SENT)
        return None

    def _failed(self, job: Job, error: Exception) -> Retry | None:
        """It is certain that it was not sent: again later, unless the server will never take it."""
        code = _code(error)
        if code < 500 and job.attempts <= len(EMAIL_RETRY_S):
            move_message(self._transactions, job, SENDING, WAITING, "mail")
            return Retry(EMAIL_RETRY_S[job.attempts - 1])
        self._ended(job, REFUSED, why=f"{type(error).__name__} {code or ''}".strip())
        return None

    def _ended(self, job: Job, how: str, **more: str) -> None:
        move_message(self._transactions, job, SENDING, how, "mail", **more)


def _code(error: Exception) -> int:
    """Return the server's answer code; 0 when it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def mail_jobs(transactions: Transactions, environ: Mapping[str, str]) -> dict[str, Handler]:
    """The worker's handlers. Raises EnvironmentProblem when a mail server is named by half."""
    return {JobKind.SEND_MAIL: EmailService(transactions, SmtpClient.given(environ)).send}


LOG_AGAIN_S = 1.0
DELETE_AGAIN_S = (30.0, 600.0, 3600.0, 86_400.0)
NEVER_REPORTED = "The phone company never said that it has a recording."
NOT_THERE = "The phone company has no such recording; it may have been deleted there."

log = logging.getLogger(__name__)


class MessageJobs:
    def __init__(self, transactions: Transactions, carrier: Carrier) -> None:
        self._transactions, self._carrier = transactions, carrier

    def sweep(self, job: Job) -> Retry | None:
        """Ask for a recording whose report has not come: three times, then it counts as absent (F-RC-01)."""
        sid, call = str(job.body["recording"]), str(job.body["call"])
        with self._transactions.database.read() as connection:
            known = recordings.find(connection, sid)
        if known is None or known.status != EXPECTED:
            return None
        looks = int(job.body["looks"]) + 1
        last = looks >= len(SWEEP_S)
        status, seconds, why = self._seen(sid, last)
        if status == EXPECTED and not last:
            wait = float(job.body["left_at"]) + SWEEP_S[looks] - self._transactions.clock()
            return Retry(max(60.0, wait), timer=True, body={**job.body, "looks": looks})
        with self._transactions.begin() as tx:
            voicemail.report(tx, sid, call, status, seconds or known.seconds, why)
        return None

    def _seen(self, sid: str, last: bool) -> tuple[str, int, str]:
        """(status, seconds, why there is none)."""
        try:
            found = self._carrier.recorded(sid)
        except CarrierError as error:
            if error.kind == GONE:
                return ABSENT, 0, NOT_THERE
            log.warning("recording %s: %s", sid, error)
            return (ABSENT, 0, NEVER_REPORTED) if last else (EXPECTED, 0, "")
        if found.status == "completed":
            return STORED, found.seconds, ""
        if found.status in ("absent", "failed", "deleted"):
            return ABSENT, 0, why_absent(found.code)
        return (ABSENT, 0, NEVER_REPORTED) if last else (EXPECTED, 0, "")

    def delete(self, job: Job) -> Retry | None:
        """Delete at the carrier what the caller did not want kept."""
        sid, tries = str(job.body["recording"]), int(job.body.get("tries", 0))
        try:
            self._carrier.delete_recording(sid)
        except CarrierError as error:
            if error.kind == GONE:
                return None
            if tries < len(DELETE_AGAIN_S):
                return Retry(DELETE_AGAIN_S[tries], timer=True, body={**job.body, "tries": tries + 1})
            raise  # parked, so that somebody sees it
        with self._transactions.begin() as tx:
            tx.note(JournalKind.RECORDING_DELETED, recording=sid)
        return None

    def delete_text(self, job: Job) -> Retry | None:
        """Delete a text message at the carrier, for somebody who was erased or whose time is over."""
        sid, tries = str(job.body["text"]), int(job.body.get("tries", 0))
        try:
            self._carrier.delete_text(sid)
        except CarrierError as error:
            if error.kind != GONE:
                if tries < len(DELETE_AGAIN_S):
                    return Retry(DELETE_AGAIN_S[tries], timer=True, body={**job.body, "tries": tries + 1})
                raise  # parked, so that somebody sees it
        return None

    def taken_too_long(self, job: Job) -> None:
        """Work that was taken and not finished is everybody's again."""
        with self._transactions.begin() as tx:
            give_back(tx, int(job.body["work"]), float(job.body["since"]))


def forget_words(transactions: Transactions, job: Job) -> Retry | None:
    """After an erasure: what the text index still has of it goes, in steps that keep nobody waiting, and then
    what the log of SQLite has."""
    if not job.body.get("merged"):
        with transactions.database.write() as unit:
            more = text_index_vacuum.merge(unit.connection, begin=not job.body.get("begun"))
        if more:
            return Retry(0.05, timer=True, body={"begun": True})
    if transactions.database.empty_log():
        return None
    return Retry(LOG_AGAIN_S, timer=True, body={"begun": True, "merged": True})


def message_jobs(transactions: Transactions, carrier: Carrier) -> dict[str, Handler]:
    jobs = MessageJobs(transactions, carrier)
    return {
        JobKind.SWEEP_RECORDING: jobs.sweep,
        JobKind.DELETE_RECORDING: jobs.delete,
        JobKind.DELETE_TEXT: jobs.delete_text,
        JobKind.WORK_DUE: jobs.taken_too_long,
        JobKind.FORGET_WORDS: lambda job: forget_words(transactions, job),
    }
