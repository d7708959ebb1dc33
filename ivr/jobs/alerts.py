"""Alerts on their way out, as jobs: by mail, and to a web address with a signature."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ivr.acd.journal import JournalKind
from ivr.customers.http_source import HttpRequests, Resolve, SourceFault, resolve
from ivr.customers.safe_text import plain
from ivr.environment import EnvironmentProblem
from ivr.floor.alerting import MAIL, WEBHOOK
from ivr.floor.transaction import Retry, Transactions
from ivr.flowfiles.source_settings import HttpSource
from ivr.jobs.smtp_client import SmtpClient
from ivr.settings import Settings
from ivr.store.jobs import Job

KEY = "ALERT_WEBHOOK_SECRET"
SIGNATURE = "Presszero-Signature"
TIMEOUT_S = 8.0
LATER = (408, 425, 429)


class AlertFault(Exception):
    """An alert that was not taken and is tried again."""


class AlertService:
    """Sends what `GoalWatch` asked for. Raises EnvironmentProblem where the means for it are missing."""

    def __init__(
        self,
        transactions: Transactions,
        settings: Settings,
        environ: Mapping[str, str],
        resolve: Resolve = resolve,
    ) -> None:
        self._transactions, self._alerts, self._resolve = transactions, settings.reports.alerts, resolve
        self._zone = ZoneInfo(settings.timezone)
        self._server, self._secret = means_of(settings, environ)

    @property
    def handlers(self) -> dict[str, Callable[[Job], Retry | None]]:
        return {MAIL: self.mail, WEBHOOK: self.webhook}

    def mail(self, job: Job) -> Retry | None:
        """The worker's handler. An address that the server refuses for good is not asked again."""
        if self._server is None or job.body["to"] not in self._alerts.mail:
            return None  # no longer in the settings
        subject, text = alert_text(job.body, self._zone)
        name = f"alert-{job.body['incident']}-{job.body['event']}"
        try:
            self._server.send(job.body["to"], subject, text, name)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            if all(code >= 500 for code in codes):
                self._given_up(job, f"refused with {codes[0]}")
                return None
            raise AlertFault(f"mail was not taken: {codes}") from refused
        except (OSError, smtplib.SMTPException) as error:
            raise AlertFault(f"mail was not taken: {type(error).__name__}: {error}"[:300]) from error
        return None

    def webhook(self, job: Job) -> Retry | None:
        """The worker's handler. Tried again unless the other side says that it never will."""
        url = self._alerts.webhook
        if not url:
            return None
        body = json.dumps(job.body, sort_keys=True).encode()
        signed = {SIGNATURE: signature(self._secret, int(self._transactions.clock()), body)}
        source = HttpSource(url=url, method="POST", headers=signed, internal=self._alerts.internal)
        parts = urlsplit(url)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        requests = HttpRequests(source, {}, self._resolve)
        try:
            status, _ = requests.exchange(target, body, time.monotonic() + TIMEOUT_S)
        except SourceFault as fault:
            raise AlertFault(f"no answer to the alert: {fault}") from fault
        if 200 <= status < 300:
            return None
        if 400 <= status < 500 and status not in LATER:
            self._given_up(job, f"HTTP {status}")
            return None
        raise AlertFault(f"the alert was answered with HTTP {status}")

    def _given_up(self, job: Job, why: str) -> None:
        with self._transactions.begin() as tx:
            tx.note(JournalKind.ALERT_FAILED, queue=job.body.get("queue"), alert=job.key, why=why)


def means_of(settings: Settings, environ: Mapping[str, str]) -> tuple[SmtpClient | None, bytes]:
    """The mail server and the secret with which alerts are sent, where they are wanted. Raises
    EnvironmentProblem when one is missing: asked before a server starts."""
    server = SmtpClient.from_mapping(environ) if settings.reports.alerts.mail else None
    secret = environ.get(KEY, "").strip().encode()
    if settings.reports.alerts.webhook and not secret:
        raise EnvironmentProblem(f"{KEY} is not set: alerts to the webhook are signed with it.")
    return server, secret


def signature(secret: bytes, at: int, body: bytes) -> str:
    """`t=SECONDS,v1=HEX`: HMAC-SHA256 over `SECONDS.BODY`, so that an old alert cannot be sent again."""
    code = hmac.new(secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={code}"


def alert_text(body: Mapping[str, Any], zone: ZoneInfo) -> tuple[str, str]:
    """Subject and text of a mail."""
    if "subject" in body:
        return plain(str(body["subject"]), 200), f"{body['text']}\n"
    queue, company = plain(str(body["queue"]), 64), plain(str(body["company"]), 100)
    goal = f"{body['goal']:.0%} answered within {body['answered_within']} s"
    share = "nobody waited" if body["share"] is None else f"{body['share']:.0%} were"
    since, at = (f"{datetime.fromtimestamp(body[name], zone):%H:%M}" for name in ("missed_since", "at"))
    if body["event"] == "goal_missed":
        subject = f"{company}: {queue} misses its goal"
        text = f"The queue {queue} has missed its goal since {since}."
    else:
        subject = f"{company}: {queue} meets its goal again"
        text = f"The queue {queue} meets its goal again. It had been missed since {since}."
    recent = f"Goal: {goal}. In the {body['over_minutes']} minutes before {at}: {share}."
    return subject, f"{text}\n{recent}\n"
