"""Mail through the company's own server, as the environment names it."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import parseaddr

from ivr.environment import EnvironmentProblem

log = logging.getLogger(__name__)

TIMEOUT_S = 10.0
SECURITY = ("starttls", "tls", "none")


class PerhapsSent(OSError):
    """The server went silent while it was handed the message: it may have taken it."""


@dataclass(frozen=True, slots=True)
class SmtpClient:
    """SMTP_HOST, SMTP_PORT, SMTP_USER, SMTP_PASSWORD, SMTP_FROM, SMTP_SECURITY (starttls, tls or none)."""

    host: str
    sender: str
    port: int = 587
    user: str = ""
    password: str = field(default="", repr=False)
    security: str = "starttls"

    @classmethod
    def from_mapping(cls, environ: Mapping[str, str]) -> SmtpClient:
        """Raises EnvironmentProblem."""
        given = {name: environ.get(f"SMTP_{name}", "").strip() for name in _NAMES}
        for name in ("HOST", "FROM"):
            if not given[name]:
                raise EnvironmentProblem(f"SMTP_{name} is not set: mail cannot be sent without it.")
        security = given["SECURITY"] or "starttls"
        if security not in SECURITY:
            raise EnvironmentProblem(f"SMTP_SECURITY must be one of {', '.join(SECURITY)}.")
        port = given["PORT"] or {"tls": "465", "starttls": "587", "none": "25"}[security]
        if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            raise EnvironmentProblem("SMTP_PORT must be a port, such as 587.")
        if given["PASSWORD"] and security == "none":
            raise EnvironmentProblem("SMTP_SECURITY is none, which would send SMTP_PASSWORD in the open.")
        return cls(given["HOST"], given["FROM"], int(port), given["USER"], given["PASSWORD"], security)

    @classmethod
    def given(cls, environ: Mapping[str, str]) -> SmtpClient | None:
        """None where no SMTP_HOST is named. Raises EnvironmentProblem."""
        return cls.from_mapping(environ) if environ.get("SMTP_HOST", "").strip() else None

    def send(self, to: str, subject: str, text: str, message_id: str) -> None:
        """One message to one address. The same `message_id` again is known for the same by whoever reads it.
        Raises PerhapsSent, or another OSError or smtplib.SMTPException when it was certainly not sent."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Message-ID"] = f"<{message_id}@{self.sender.rpartition('@')[2].strip('> ') or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        server = self._connected()
        try:
            if self.user:
                server.login(self.user, self.password)
            _hand_over(server, message, self.sender, to)
            _leave(server)
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        if self.security == "starttls":
            try:
                server.starttls(context=ssl.create_default_context())
            except (OSError, smtplib.SMTPException):
                server.close()
                raise
        return server


def _hand_over(server: smtplib.SMTP, message: EmailMessage, sender: str, to: str) -> None:
    try:
        server.send_message(message, parseaddr(sender)[1], [to])
    except smtplib.SMTPServerDisconnected as error:
        raise PerhapsSent(str(error)) from error
    except smtplib.SMTPException:
        raise  # the server has said no
    except OSError as error:
        raise PerhapsSent(str(error)) from error


def _leave(server: smtplib.SMTP) -> None:
    """The message is theirs already: how they part changes nothing."""
    try:
        server.quit()
    except OSError as error:
        log.info("the mail server was not left in good order: %s", error)


_NAMES = ("HOST", "PORT", "USER", "PASSWORD", "FROM", "SECURITY")
