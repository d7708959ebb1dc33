"""One message to the app, and its result."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Webhook:
    """One message to the app. kind: voice, status, partial, recording, conference, detection, message."""

    kind: str
    method: str
    url: str
    params: dict[str, str]
    call_sid: str | None = None
    token: str = ""


@dataclass(frozen=True)
class Answer:
    """The app's answer, or the error: `error` is (Twilio's code, text)."""

    status: int = 0
    content_type: str = ""
    body: bytes = b""
    error: tuple[int, str] | None = None


Then = Callable[[Answer], None]
