"""Text messages between phones outside and the account's numbers, with the carrier's own obeying of STOP."""

from __future__ import annotations

from typing import Any

from simulator.core import SimulatorCore
from simulator.rest.responses import date
from simulator.webhook import Webhooks
from simulator.webhook_message import Webhook

STOP_WORDS = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE"})
START_WORDS = frozenset({"START", "UNSTOP", "YES"})


class SmsNetwork:
    """`refused` holds (phone, number of the account) pairs: that phone answered STOP."""

    def __init__(self, account: SimulatorCore, webhooks: Webhooks) -> None:
        self._account, self._webhooks = account, webhooks
        self.refused: set[tuple[str, str]] = set()

    def send(self, from_: str, to: str, body: str, attachments: int = 0, sid: str = "") -> str:
        """A phone sends a text to a number of the account; returns its sid. A `sid` given is one that came
        before: the carrier tells of it again."""
        account = self._account
        with account.lock:
            number = account.numbers.get(to)
            if number is None:
                raise ValueError(f"{to} is not a number of this exchange")
            sid = sid or account.sids.new("SM")
            word = body.strip().upper()
            if word in STOP_WORDS:
                self.refused.add((from_, to))
            elif word in START_WORDS:
                self.refused.discard((from_, to))
            account.messages.append(self._kept(sid, from_, to, body, attachments))
            if number.sms_url:
                params = self._params(sid, from_, to, body, attachments)
                self._webhooks.send(Webhook("message", "POST", number.sms_url, params))
            return sid

    def received_by(self, address: str) -> list[str]:
        """The texts that were sent to this phone, oldest first."""
        with self._account.lock:
            return [message["body"] for message in self._account.messages if message["to"] == address]

    def _params(self, sid: str, from_: str, to: str, body: str, attachments: int) -> dict[str, str]:
        return {
            "ToCountry": "US",
            "SmsMessageSid": sid,
            "NumMedia": str(attachments),
            "SmsSid": sid,
            "SmsStatus": "received",
            "FromCountry": "US",
            "Body": body,
            "To": to,
            "NumSegments": "1",
            "MessageSid": sid,
            "AccountSid": self._account.account_sid,
            "From": from_,
            "ApiVersion": "2010-04-01",
        }

    def _kept(self, sid: str, from_: str, to: str, body: str, attachments: int) -> dict[str, Any]:
        now = date(self._account.clock.time())
        return {
            "sid": sid,
            "account_sid": self._account.account_sid,
            "to": to,
            "from": from_,
            "body": body,
            "status": "received",
            "direction": "inbound",
            "num_media": str(attachments),
            "api_version": "2010-04-01",
            "date_created": now,
            "error_code": None,
        }
