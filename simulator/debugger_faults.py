"""Entries of Twilio's debugger: an error code, a sentence, and the call it happened on."""

from __future__ import annotations

from typing import NamedTuple


class TwimlFault(Exception):
    """A document could not be fetched, read or carried out. `code` is Twilio's error code."""

    def __init__(self, code: int, text: str, url: str = "") -> None:
        super().__init__(f"{code}: {text}")
        self.code = code
        self.text = text
        self.url = url


class Fault(NamedTuple):
    """One debugger event."""

    t: float
    call_sid: str | None
    code: int
    text: str
