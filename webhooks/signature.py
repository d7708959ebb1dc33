"""Refuses requests that Twilio did not sign.

The signature covers the URL as Twilio called it: the configured public base URL plus the raw request target,
never what Flask makes of it behind a proxy (scheme, decoded escapes). It only proves that Twilio once signed
these bytes: turn numbers handle repeats, order and freshness.
"""

from __future__ import annotations

import hmac
import logging
from typing import Any

from flask import Flask, Request, Response, abort, request
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]
from werkzeug.exceptions import RequestEntityTooLarge

from webhooks.signature_header import signatures_in

log = logging.getLogger(__name__)


class Signature:
    """`tokens` are accepted in turn, so that a token can be rotated without a refused call."""

    def __init__(self, public_url: str, tokens: tuple[str, ...]) -> None:
        if not tokens or not all(tokens):
            raise ValueError("no auth token: every webhook would be refused")
        self._base = public_url.rstrip("/")
        self._validators = [RequestValidator(token) for token in tokens]

    def holds(self, asked: Request) -> bool:
        """Return whether this request is from Twilio. A missing or invalid header is a no and not an
        error."""
        given = signatures_in(",".join(asked.headers.getlist("X-Twilio-Signature")))
        if not given:
            return False  # before the body is waited for: it may come a byte a minute
        form = asked.form if asked.method == "POST" else {}
        target = asked.environ.get("RAW_URI") or asked.environ.get("REQUEST_URI") or asked.path
        url = self._base + str(target)
        return any(self._signed(validator, url, form, one) for validator in self._validators for one in given)

    @staticmethod
    def _signed(validator: RequestValidator, url: str, form: Any, given: str) -> bool:
        """Check the official signature of the exact URL; only if that fails, the library's other readings of
        it (it signs twice, with and without the port, which costs time in every webhook)."""
        if hmac.compare_digest(validator.compute_signature(url, form), given):
            return True
        return bool(validator.validate(url, form, given))


def require(app: Flask, signature: Signature, prefixes: tuple[str, ...] = ("/voice/", "/sms/")) -> None:
    """Every route under `prefixes` needs a signature: a new one is protected without being listed."""

    @app.before_request
    def refuse_forgeries() -> Response | None:
        if not request.path.startswith(prefixes):
            return None
        try:
            signed = signature.holds(request)  # reads the whole body, also of what is refused
        except RequestEntityTooLarge:
            raise
        except (ValueError, TypeError, UnicodeError):  # a target or form no carrier would send
            signed = False
        if not signed:
            log.warning("unsigned or forged request for %r", request.path[:200])
            abort(403)
        return None
