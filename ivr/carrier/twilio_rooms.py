"""Twilio's conferences by the names we give them: its REST API wants their SIDs."""

from __future__ import annotations

from typing import Any

from ivr.carrier.base import GONE, CarrierError


def live_room(client: Any, name: str) -> Any:
    """The conference of that name that is going on. Raises CarrierError(GONE)."""
    for found in client.conferences.list(friendly_name=name, status="in-progress", limit=1):
        return client.conferences(found.sid)
    raise CarrierError(GONE, f"there is no live conference {name}")


def change_participant(
    client: Any, room: str, leg: str, muted: bool | None, coached: str | None, ends_room: bool | None
) -> None:
    wanted: dict[str, Any] = {}
    if muted is not None:
        wanted["muted"] = muted
    if coached is not None:
        wanted["coaching"] = bool(coached)
    if coached:
        wanted["call_sid_to_coach"] = coached
    if ends_room is not None:
        wanted["end_conference_on_exit"] = ends_room
    live_room(client, room).participants(leg).update(**wanted)


def announce(client: Any, room: str, url: str) -> None:
    live_room(client, room).update(announce_url=url, announce_method="POST")
