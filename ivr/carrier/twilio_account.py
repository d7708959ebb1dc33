"""What Twilio has on record of our account and its numbers, for whoever checks an installation."""

from __future__ import annotations

from typing import Any

from ivr.carrier.twilio_errors import named


def account(client: Any, sid: str) -> tuple[str, str]:
    """(Trial or Full, active or suspended or closed)."""
    found = client.api.accounts(sid).fetch()
    return named(found, "type"), named(found, "status")


def is_verified(client: Any, number: str) -> bool:
    """May the account show this number of somebody else's?"""
    return any(True for _ in client.outgoing_caller_ids.list(phone_number=number, limit=1))


def number(client: Any, wanted: str) -> dict[str, str] | None:
    """Where a number of the account leads, and how; None when it is not the account's."""
    for found in client.incoming_phone_numbers.list(phone_number=wanted, limit=1):
        can = found.capabilities if isinstance(found.capabilities, dict) else {}
        return {
            "voice": _text(found.voice_url),
            "voice_method": _text(found.voice_method),
            "fallback": _text(found.voice_fallback_url),
            "fallback_method": _text(found.voice_fallback_method),
            "status": _text(found.status_callback),
            "status_method": _text(found.status_callback_method),
            "application": _text(found.voice_application_sid),
            "trunk": _text(found.trunk_sid),
            "receives": _text(found.voice_receive_mode),
            "takes_calls": "" if can.get("voice") is False else "yes",
            "sms": _text(found.sms_url),
            "sms_method": _text(found.sms_method),
            "sms_application": _text(found.sms_application_sid),
            "takes_texts": "" if can.get("sms") is False else "yes",
        }
    return None


def _text(value: Any) -> str:
    return "" if value is None else str(value)
