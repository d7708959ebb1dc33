"""A number of the account."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


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
    more: dict[str, Any] = field(default_factory=dict)
    """Fields of the REST API that are otherwise than usual, such as trunk_sid or voice_application_sid. They
    are told, and change nothing."""
