"""What the phone page shows: calls and telephones as plain dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.account import TwilioAccount
    from simulator.call import Call
    from simulator.phones import AgentPhone

RECENT_CALLS = 20


def call_view(exchange: TwilioAccount, call: Call) -> dict[str, Any]:
    """One leg as its telephone knows it. Times are epoch seconds of the exchange's clock (`t` is now)."""
    now = exchange.clock.time()
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
        "talking_to": sorted(exchange.address_of(sid) for sid in exchange.hearing.talking_to(call.sid)),
    }


def _line(detail: dict[str, Any]) -> dict[str, Any]:
    return {"text": detail["text"], "cut": detail["cut"], "playing": detail["end"] is None}


def phone_view(exchange: TwilioAccount, phone: AgentPhone) -> dict[str, Any]:
    """One telephone that can be rung, with the call it is on."""
    call = phone.call
    return {
        "address": phone.address,
        "behaviour": phone.behaviour,
        "ringing": phone.ringing,
        "call": call_view(exchange, call) if call else None,
    }


def snapshot(exchange: TwilioAccount) -> dict[str, Any]:
    """Everything on the page."""
    with exchange.lock:
        inbound = [c for c in exchange.calls.values() if c.direction == "inbound"][-RECENT_CALLS:]
        return {
            "t": exchange.clock.time(),
            "calls": [call_view(exchange, call) for call in inbound],
            "phones": [phone_view(exchange, phone) for phone in exchange.phones.values()],
            "faults": [{"code": f.code, "text": f.text} for f in exchange.faults[-5:]],
        }
