"""A number of the account."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Number:
    """A number of the account that callers dial, with the URLs of the app behind it."""

    sid: str
    phone_number: str
    voice_url: str
    fallback_url: str | None
    status_url: str | None
    method: str
    sms_url: str | None = None
