"""Mails to customers: asked for by an agent, sent after the commit, at most once."""

from __future__ import annotations

import re
import smtplib
from collections.abc import Mapping

from ivr.customers.safe_text import plain
from ivr.service.outbox import REFUSED, SENDING, SENT, UNSURE, WAITING, begun, moved
from ivr.service.smtp_client import PerhapsSent, SmtpClient
from ivr.service.transaction import Transaction, Transactions
from ivr.service.worker import Handler, Retry
from ivr.store import messages
from ivr.store.calls import CallRow
from ivr.store.jobs import Job

LONGEST_ADDRESS, LONGEST_SUBJECT, LONGEST_TEXT = 200, 150, 5000
AGAIN_S = (10.0, 60.0, 300.0, 900.0)
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


class EmailService:
    """Sends what was asked for. Without a server (any more) nothing is sent, and says so."""

    def __init__(self, transactions: Transactions, server: SmtpClient | None) -> None:
        self._transactions, self._server = transactions, server

    def send(self, job: Job) -> Retry | None:
        """Job handler."""
        if not begun(self._transactions, job, "mail"):
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
            return self._not_taken(job, error)
        else:
            self._ended(job, SENT)
        return None

    def _not_taken(self, job: Job, error: Exception) -> Retry | None:
        """It is certain that it was not sent: again later, unless the server will never take it."""
        code = _code(error)
        if code < 500 and job.attempts <= len(AGAIN_S):
            moved(self._transactions, job, SENDING, WAITING, "mail")
            return Retry(AGAIN_S[job.attempts - 1])
        self._ended(job, REFUSED, why=f"{type(error).__name__} {code or ''}".strip())
        return None

    def _ended(self, job: Job, how: str, **more: str) -> None:
        moved(self._transactions, job, SENDING, how, "mail", **more)


def _code(error: Exception) -> int:
    """What the server answered; 0 when it answered nothing."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max(code for code, _ in error.recipients.values())
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def mail_jobs(transactions: Transactions, environ: Mapping[str, str]) -> dict[str, Handler]:
    """The worker's handlers. Raises EnvironmentProblem when a mail server is named by half."""
    return {"send_mail": EmailService(transactions, SmtpClient.given(environ)).send}
