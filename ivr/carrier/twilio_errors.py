"""Interprets Twilio's answers from the answer itself: its status and its JSON.

Twilio's package raises different exceptions for one refusal (lists wrap it, newer bodies have another class)
and fails on an answer that is not JSON, so every answer is checked before the package sees it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, RETRYABLE, CarrierError

GONE_CODES = frozenset({21220, 20404})
ACCOUNT_CODES = frozenset(
    {
        10001,  # account not active
        10002,  # not for trial accounts
        10004,  # too many calls at once for this account
        20003,  # not authenticated
        20005,  # account not active
        20006,  # access denied
        20008,  # test credentials
        20101,
        20103,
        20104,
        20151,  # the token is not accepted
        21202,  # not for trial accounts
        21205,  # our own addresses
        21210,  # the number that calls is not verified
        21212,  # the number that calls is not valid
        21213,  # no number that calls
        21219,  # a trial account calls verified numbers only
        21402,
        21606,  # the number that texts is not ours or sends no texts
        21608,  # a trial account texts verified numbers only
        21659,
        21660,
        21661,
        30002,  # account suspended
        30034,  # texts of this number are not registered
        63038,  # the account's texts of this day are used up
    }
)
TRIAL_CODES = range(573000, 574000)
COUNTRY_CODES = frozenset({13227, 21215, 21216, 21408})  # no permission for the country of the number called
NUMBER_CODES = frozenset({13223, 13224, 13225, 13226, 21211, 21214, 21217, 21610, 21612, 21614})
NOT_NOW = (423, 425, 429)
REFUSED_ACCOUNT = (401, 402, 403)


class TwilioRefusal(Exception):
    """Twilio did not answer as expected. `code` and `said` are Twilio's own, where it gave any; `understood`:
    the answer was Twilio's JSON."""

    def __init__(self, status: int, said: str, code: int | None = None, understood: bool = True) -> None:
        super().__init__(said)
        self.status, self.said, self.code, self.understood = status, said, code, understood

    def as_error(self, unknown: str) -> CarrierError:
        """Return what may be done about it; `unknown` is the kind for an unknown outcome."""
        kind, country = self._kind(unknown)
        return CarrierError(kind, self.said, self.code, only_country=country)

    def _kind(self, unknown: str) -> tuple[str, bool]:
        status, code = self.status, self.code
        if code in COUNTRY_CODES:
            return ACCOUNT, True
        if code in NUMBER_CODES:
            return PERMANENT, False
        if status in REFUSED_ACCOUNT or code in ACCOUNT_CODES or code in TRIAL_CODES:
            return ACCOUNT, False
        if status in NOT_NOW or status == 407:
            return RETRYABLE, False
        if not self.understood or not 400 <= status < 500 or status == 408:
            return unknown, False
        return (GONE if status == 404 or code in GONE_CODES else PERMANENT), False


class CheckedClient:
    """The HTTP client of Twilio's package, `client`, with a check of each answer. Raises TwilioRefusal."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def request(self, *args: Any, **more: Any) -> Any:
        answer = self._client.request(*args, **more)
        status, body = answer.status_code, answer.text or ""
        read = _object(body)
        if not 200 <= status < 300:
            raise refusal(status, read)
        if read is None and status != 204:
            raise TwilioRefusal(status, f"HTTP {status} without an answer that can be read", understood=False)
        return answer


def refusal(status: int, read: Mapping[str, Any] | None) -> TwilioRefusal:
    """Return the refusal in the JSON of an answer: Twilio's own form, or that of RFC 9457."""
    if read is None:
        return TwilioRefusal(status, f"HTTP {status} without an answer that can be read", understood=False)
    said = next((read[name] for name in ("message", "detail", "title") if read.get(name)), "")
    code = str(read.get("code", ""))
    return TwilioRefusal(status, str(said)[:500] or f"HTTP {status}", int(code) if _is_code(code) else None)


def named(thing: Any, name: str = "sid") -> str:
    """Return a required value of the thing that was made or fetched. Raises TwilioRefusal."""
    value = getattr(thing, name, None)
    if not isinstance(value, str) or not value:
        raise TwilioRefusal(200, f"the answer does not tell the {name.replace('_', ' ')}", understood=False)
    return value


def _is_code(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < len(text) < 10


def _object(body: str) -> Mapping[str, Any] | None:
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None
