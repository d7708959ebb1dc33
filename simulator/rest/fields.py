"""Reads the form fields of REST requests, and refuses what Twilio refuses."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from simulator.debugger_faults import TwimlFault
from simulator.document import LARGEST_INLINE, parse
from simulator.document_requests import DocumentRequest, DocumentSource, InlineDocument
from simulator.participant_options import StatusCallback
from simulator.rest.responses import ApiError

LEG_EVENTS = frozenset({"initiated", "ringing", "answered", "completed"})


def allow(*names: str) -> None:
    """Refuse fields that Twilio does not know, so that a misspelt one does not go unnoticed."""
    unknown = sorted(set(request.form) - set(names))
    if unknown:
        raise ApiError(400, 20001, f"Unknown parameters: {', '.join(unknown)}")


def required(name: str, code: int = 20001) -> str:
    value = request.form.get(name, "")
    if not value:
        raise ApiError(400, code, f"{name} is required")
    return value


def flag(name: str, default: bool = False) -> bool:
    value = request.form.get(name)
    return default if value is None else value.lower() == "true"


def number(name: str, default: int, least: int, most: int) -> int:
    value = request.form.get(name)
    if value is None:
        return default
    if not value.isdigit() or not least <= int(value) <= most:
        raise ApiError(400, 20001, f"{name} must be a whole number from {least} to {most}")
    return int(value)


def url(name: str) -> str | None:
    """An absolute URL, or None. Raises ApiError 21205."""
    value = request.form.get(name)
    if not value:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "_" in parts.hostname:
        raise ApiError(400, 21205, f"{name} is not a valid URL: {value}")
    return value


def method(name: str, default: str = "POST") -> str:
    value = request.form.get(name, default)
    if value not in ("GET", "POST"):
        raise ApiError(400, 20001, f"{name} must be GET or POST")
    return value


def document_source() -> DocumentSource | None:
    """Where the call's TwiML comes from: Url, or else Twiml (at most 4000 characters, error 32018)."""
    address = url("Url")
    if address:
        return DocumentRequest(address, method("Method"))
    twiml = request.form.get("Twiml")
    if not twiml:
        return None
    if len(twiml) > LARGEST_INLINE:
        raise ApiError(400, 32018, f"Twiml has {len(twiml)} characters; the limit is {LARGEST_INLINE}")
    try:
        parse(twiml.encode())
    except TwimlFault as fault:
        raise ApiError(400, fault.code, fault.text) from fault
    return InlineDocument(twiml)


def status_callback() -> StatusCallback | None:
    """StatusCallback with its repeated events; the default is completed only."""
    address = url("StatusCallback")
    if address is None:
        return None
    events = frozenset(request.form.getlist("StatusCallbackEvent")) or frozenset({"completed"})
    if not events <= LEG_EVENTS:
        raise ApiError(400, 21626, f"Unknown StatusCallbackEvent: {', '.join(sorted(events - LEG_EVENTS))}")
    return StatusCallback(address, method("StatusCallbackMethod"), events)
