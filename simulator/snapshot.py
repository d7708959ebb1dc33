"""The data of the phone page: calls and telephones as plain dictionaries."""

from __future__ import annotations

from typing import Any

from simulator.account import TwilioAccount
from simulator.call import Call
from simulator.phones import AgentPhone

RECENT_CALLS = 20


def call_view(account: TwilioAccount, call: Call) -> dict[str, Any]:
    """One leg as its telephone knows it. Times are epoch seconds of the exchange's clock (`t` is now)."""
    now = account.clock.time()
    playing = call.ears.now_playing
    return {
        "t": now,
        "sid": call.sid,
        "from": call.from_,
        "to": call.to,
        "direction": call.direction,
        "status": call.status,
        "live": call.live,
        "started": call.started,
        "heard": list(call.ears.heard),
        "transcript": [_line(entry.detail) for entry in call.ears.told],
        "speaking": call.ears.speaking,
        "listening": sorted(call.gathering),
        "music": call.ears.music,
        "music_elapsed": now - playing.detail["start"] if playing else None,
        "music_seconds": round(call.ears.music_seconds, 3),
        "talking_to": sorted(account.address_of(sid) for sid in account.hearing.talking_to(call.sid)),
    }


def _line(detail: dict[str, Any]) -> dict[str, Any]:
    return {"text": detail["text"], "cut": detail["cut"], "playing": detail["end"] is None}


def phone_view(account: TwilioAccount, phone: AgentPhone) -> dict[str, Any]:
    """One telephone that can be rung, with the call it is on."""
    call = phone.call
    return {
        "address": phone.address,
        "behaviour": phone.behaviour,
        "ringing": phone.ringing,
        "call": call_view(account, call) if call else None,
    }


def snapshot(account: TwilioAccount) -> dict[str, Any]:
    """Everything on the page."""
    with account.lock:
        inbound = [c for c in account.calls.values() if c.direction == "inbound"][-RECENT_CALLS:]
        return {
            "t": account.clock.time(),
            "calls": [call_view(account, call) for call in inbound],
            "phones": [phone_view(account, phone) for phone in account.phones.values()],
            "faults": [{"code": f.code, "text": f.text} for f in account.faults[-5:]],
        }
