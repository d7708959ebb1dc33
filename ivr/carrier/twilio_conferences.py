"""Twilio's conferences by the names we give them: its REST API wants their SIDs."""

from __future__ import annotations

from typing import Any

from ivr.carrier.base import GONE, CarrierError
from ivr.carrier.twilio_errors import named


def live_room(client: Any, name: str) -> Any:
    """The conference of that name that is going on. Raises CarrierError(GONE)."""
    for found in client.conferences.list(friendly_name=name, status="in-progress", limit=1):
        return client.conferences(named(found))
    raise CarrierError(GONE, f"there is no live conference {name}")


def wanted(
    muted: bool | None, coached: str | None, ends_room: bool | None, hold_url: str | None
) -> dict[str, Any]:
    """A change of a participant in Twilio's words; what is None stays as it is."""
    change: dict[str, Any] = {}
    if muted is not None:
        change["muted"] = muted
    if coached is not None:
        change["coaching"] = bool(coached)
    if coached:
        change["call_sid_to_coach"] = coached
    if ends_room is not None:
        change["end_conference_on_exit"] = ends_room
    if hold_url is not None:
        change["hold"] = bool(hold_url)
    if hold_url:
        change |= {"hold_url": hold_url, "hold_method": "POST"}
    return change


def change_participant(client: Any, room: str, leg: str, change: dict[str, Any]) -> None:
    named(live_room(client, room).participants(leg).update(**change), "call_sid")


def announce(client: Any, room: str, url: str) -> None:
    named(live_room(client, room).update(announce_url=url, announce_method="POST"))
