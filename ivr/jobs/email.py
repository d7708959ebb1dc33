"""Mails to customers: asked for by an agent, sent after the commit, at most once."""

from __future__ import annotations

import smtplib
from collections.abc import Mapping

from ivr.floor.job_kinds import JobKind
from ivr.floor.outgoing_messages import REFUSED, SENDING, SENT, UNSURE, WAITING
from ivr.floor.transaction import Handler, Retry, Transactions
from ivr.jobs.outbox import begin_sending, move_message
from ivr.jobs.smtp_client import PerhapsSent, SmtpClient
from ivr.store.jobs import Job

AGAIN_S = (10.0, 60.0, 300.0, 900.0)


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
        if code < 500 and job.attempts <= len(AGAIN_S):
            move_message(self._transactions, job, SENDING, WAITING, "mail")
            return Retry(AGAIN_S[job.attempts - 1])
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
