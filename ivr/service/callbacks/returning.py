"""Who rings us again while a place is kept: for a callback, or because the line dropped a moment ago.

A number is a hint, never proof of who calls: it brings back a place in line, and nothing of what was said
before is read out. What was said goes to the agent, who asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ivr.service.callbacks.attempts import Callbacks
from ivr.service.callbacks.holding import live_held
from ivr.service.change import Change
from ivr.settings import Settings
from ivr.store import callbacks, calls, floor, kept_places
from ivr.store.callbacks import ANSWERED, DIALLING, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow

LONGEST_CALL_S = 12 * 3600.0
CAME_BACK = "came_back"


@dataclass(frozen=True, slots=True)
class Kept:
    """A place kept in `queue` and the call whose story goes on. `what` is place or callback; `place` the
    place of somebody who was cut off."""

    what: str
    queue: str
    call: CallRow
    place: str = ""

    @property
    def note(self) -> dict[str, Any]:
        """What the new call must remember of it."""
        return {"from": self.call.sid, "place": self.place, "queue": self.queue}


class Returning:
    def __init__(self, lives: Callbacks, settings: Settings) -> None:
        self._lives, self._settings = lives, settings
        minutes = [queue.keep_place_minutes for queue in settings.queues.values()]
        self._longest_s = max(minutes) * 60.0

    def kept_for(self, change: Change, caller: str, dialled: str) -> Kept | None:
        """What is kept for this number from a call to the same number of ours: another one has other flows.
        A phone of theirs that rings for us stops ringing."""
        if not caller:
            return None
        live = callbacks.live_of_number(change.connection, caller)
        if any(row.state == ANSWERED for row in live):
            return None  # somebody there is hearing us already
        if live:
            first = min(live, key=lambda row: (row.state != DIALLING, row.booked_at))
            return self._callback(change, first, dialled)
        return self._cut_off(change, caller, dialled)

    def _callback(self, change: Change, row: CallbackRow, dialled: str) -> Kept | None:
        call = calls.find(change.connection, row.call_sid)
        if call is None or call.dialled != dialled or row.queue not in self._settings.queues:
            return None
        now = live_held(change, row)
        if now is None or now.state == ANSWERED:
            return None
        self._lives.interrupt(change, now)
        return Kept("callback", row.queue, call)

    def _cut_off(self, change: Change, caller: str, dialled: str) -> Kept | None:
        found = kept_places.last_abandoned(
            change.connection, caller, change.now - LONGEST_CALL_S, change.now - self._longest_s
        )
        place = floor.queued(change.connection, found[0]) if found else None
        call = calls.find(change.connection, found[1]) if found else None
        if place is None or call is None or place.queue not in self._settings.queues:
            return None
        if call.dialled != dialled:
            return None
        keep_s = self._settings.queue(place.queue).keep_place_minutes * 60.0
        if call.ended_at is None or change.now - call.ended_at > keep_s:
            return None
        return Kept("place", place.queue, call, place.id)

    def place_for(self, change: Change, row: CallRow, queue: str) -> QueuedRow | None:
        """The earlier place of somebody who now stands in line again; it is theirs, and nobody else's."""
        if row.direction == "in" and row.caller:
            live = live_held(change, callbacks.live_in_queue(change.connection, row.caller, queue))
            if live is not None and live.state == ANSWERED:
                return None  # somebody there is hearing us: this one, whose number may be made up, waits anew
            if live is not None:
                return self._lives.merge(change, live, row.sid)
        noted = row.session.get(CAME_BACK) or {}
        if noted.get("queue") != queue or not noted.get("place"):
            return None
        if not kept_places.take_back(change.connection, noted["place"]):
            return None
        change.note("came_back", call=row.sid, queue=queue, was=noted["from"])
        return floor.queued(change.connection, noted["place"])
