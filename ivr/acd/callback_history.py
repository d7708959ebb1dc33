"""What became of a callback, from the journal of either of its calls: booked, dialled, not reached, why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ivr.acd.routing_history import RoutingStep
from ivr.acd.waits.journal_events import JournalLine

NOT_REACHED = {
    "no-answer": "nobody answered",
    "busy": "busy",
    "failed": "the phone company could not put the call through",
    "machine": "a machine answered",
    "declined": "nobody pressed a key",
}


def callback_history(lines: Iterable[JournalLine], said: Callable[[float], str]) -> list[RoutingStep]:
    """Oldest first; none for calls that have to do with no callback. `said(instant)` writes a time of day."""
    told = ((line, _told(line.kind, line.body or {})) for line in lines)
    return [RoutingStep(line.at, f"At {said(line.at)} {what}.") for line, what in told if what]


def _told(kind: str, body: Mapping[str, Any]) -> str:
    match kind:
        case "callback_booked":
            return f"a callback was booked: {body.get('call_sid') or 'a call of its own'}"
        case "callback_dialled":
            return f"the customer was dialled, attempt {body.get('attempt')}"
        case "callback_not_reached":
            why = str(body.get("why") or "")
            return f"they were not reached: {NOT_REACHED.get(why, why or 'nobody knows why')}"
        case "callback_connected" | "callback_cancelled" | "callback_merged" | "callback_expired":
            return f"the callback ended: {kind.removeprefix('callback_')}"
        case "callback_booked_again":
            return f"the callback was booked again: {body.get('why') or 'nobody knows why'}"
        case "callback_not_cancelled":
            linked = body.get("linked")
            sent = "the address that cancels was sent there" if linked else "no text can be sent there"
            return f"key 2 cancelled nothing, since nobody vouches for the number; {sent}"
    return ""
