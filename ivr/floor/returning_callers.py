"""Calls from a number for which a place is kept: for a callback, or because the line dropped a moment ago.

A number is a hint, never proof of who calls: the caller is told that there is a place, and has it by pressing
a key. What was said before is not read out: it goes to the agent, who asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.engine import session as sessions
from ivr.engine.events import PlaceTakenUp
from ivr.engine.flow import FlowSet
from ivr.engine.interpreter import resumed_session
from ivr.floor.callback_bookings import attested
from ivr.floor.callback_lifecycle import CallbackLifecycle, lock_live_callback
from ivr.floor.callback_rebooking import CallbackRebooking
from ivr.floor.customer_choice import CHOSEN
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import callbacks, calls, floor, retained_positions
from ivr.store.callbacks import ANSWERED, DIALLING, MERGED, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow

LONGEST_CALL_S = 12 * 3600.0
KEPT, CAME_BACK = "kept", "came_back"
"""What a call remembers: of the place it was told of, and of the one it has taken up."""


@dataclass(frozen=True, slots=True)
class RetainedPosition:
    """A place kept in `queue` and the call whose story goes on. `what` is place or callback; `place` the
    place of somebody who was cut off, `callback` the booking."""

    what: str
    queue: str
    call: CallRow
    place: str = ""
    callback: str = ""

    @property
    def note(self) -> dict[str, Any]:
        """Return what the new call must remember of it."""
        return {"from": self.call.sid, "place": self.place, "queue": self.queue, "callback": self.callback}

    @property
    def language(self) -> str:
        """The language of the earlier call."""
        return str(self.call.session["session"]["language"])


class ReturningCallers:
    def __init__(self, lifecycle: CallbackLifecycle, settings: Settings) -> None:
        self._lifecycle, self._settings = lifecycle, settings
        minutes = [queue.keep_place_minutes for queue in settings.queues.values()]
        self._longest_s = max(minutes) * 60.0

    def kept_for(self, tx: Transaction, caller: str, dialled: str) -> RetainedPosition | None:
        """Return the place kept for this number from a call to the same number of ours, since another one has
        other flows. A phone of theirs that is ringing for us stops ringing."""
        if not caller:
            return None
        live = callbacks.live_of_number(tx.connection, caller)
        if any(row.state == ANSWERED for row in live):
            return None  # somebody there is hearing us already
        if live:
            first = min(live, key=lambda row: (row.state != DIALLING, row.booked_at))
            return self._callback(tx, first, dialled)
        return self._cut_off(tx, caller, dialled)

    def _callback(self, tx: Transaction, row: CallbackRow, dialled: str) -> RetainedPosition | None:
        call = calls.find(tx.connection, row.call_sid)
        if call is None or call.dialled != dialled or row.queue not in self._settings.queues:
            return None
        now = lock_live_callback(tx, row)
        if now is None or now.state == ANSWERED:
            return None
        self._lifecycle.interrupt(tx, now)
        return RetainedPosition("callback", row.queue, call, callback=row.id)

    def _cut_off(self, tx: Transaction, caller: str, dialled: str) -> RetainedPosition | None:
        found = retained_positions.last_abandoned(
            tx.connection, caller, tx.now - LONGEST_CALL_S, tx.now - self._longest_s
        )
        place = floor.queued(tx.connection, found[0]) if found else None
        call = calls.find(tx.connection, found[1]) if found else None
        if place is None or call is None or place.queue not in self._settings.queues:
            return None
        if call.dialled != dialled:
            return None
        keep_s = self._settings.queue(place.queue).keep_place_minutes * 60.0
        if call.ended_at is None or tx.now - call.ended_at > keep_s:
            return None
        return RetainedPosition("place", place.queue, call, place.id)

    def take_up(self, tx: Transaction, flow_set: FlowSet, row: CallRow) -> tuple[CallRow, PlaceTakenUp]:
        """The caller pressed the key: the story of the earlier call, with which they go back to the place."""
        note = row.session.get(KEPT) or {}
        origin = calls.find(tx.connection, str(note.get("from", "")))
        if origin is None or not self._is_there(tx, note):
            return row, PlaceTakenUp(None)
        now = sessions.from_json(row.session["session"])
        told = sessions.from_json(origin.session["session"])
        story = resumed_session(flow_set, told, note["queue"], now.call, now.frames[0].flow)
        kept = {name: value for name, value in row.session.items() if name != KEPT}
        return replace(row, session={**kept, CAME_BACK: note}), PlaceTakenUp(story)

    def _is_there(self, tx: Transaction, note: Mapping[str, Any]) -> bool:
        """Is it still to be had? Another call may have been faster."""
        if note["callback"]:
            row = callbacks.find(tx.connection, note["callback"])
            return row is not None and row.live and row.state != ANSWERED
        place = floor.queued(tx.connection, note["place"])
        return place is not None and place.state == "abandoned"

    def place_for(self, tx: Transaction, row: CallRow, queue: str) -> QueuedRow | None:
        """Return the earlier place of a caller who is in line again: taken with the key, or by the callback
        booked in this very call. A number alone does not count."""
        noted = row.session.get(CAME_BACK) or {}
        if noted.get("queue") != queue:
            return self._own_booking(tx, row, queue)
        if noted["callback"]:
            live = lock_live_callback(tx, callbacks.find(tx.connection, noted["callback"]))
            if live is None or live.state == ANSWERED:
                return None
            return self._lifecycle.merge(tx, live, row.sid)
        if not retained_positions.take_back(tx.connection, noted["place"]):
            return None
        tx.note(JournalKind.CAME_BACK, call=row.sid, queue=queue, was=noted["from"])
        return floor.queued(tx.connection, noted["place"])

    def _own_booking(self, tx: Transaction, row: CallRow, queue: str) -> QueuedRow | None:
        """A caller who has just booked a callback asks for a person after all."""
        if row.direction != "in" or not row.caller:
            return None
        live = callbacks.live_in_queue(tx.connection, row.caller, queue)
        live = lock_live_callback(tx, live) if live is not None and live.origin_sid == row.sid else None
        if live is None or live.state == ANSWERED:
            return None
        return self._lifecycle.merge(tx, live, row.sid)


LEAST_TALK_S = 30.0  # a shorter talk settles nothing, unless the phone company vouches for the number
ASKED = "callbacks_asked"
"""What agents have said of the callbacks to this number, by the call in which they were booked."""


class ReclaimedPositions:
    def __init__(self, lifecycle: CallbackLifecycle, rebooking: CallbackRebooking) -> None:
        self._lifecycle, self._rebooking = lifecycle, rebooking

    def judge(self, tx: Transaction, row: CallRow) -> None:
        """The call is over, or more has become known of it. Safe to ask often."""
        noted = row.session.get(CAME_BACK)
        if not noted or row.ended_at is None:
            return
        was = callbacks.find(tx.connection, noted["callback"]) if noted["callback"] else None
        why = self._why_anothers(tx, row, was)
        if not why:
            return
        if was is None:
            if noted["place"]:
                retained_positions.give_back(tx.connection, noted["place"])
            return
        mine = was if was.state == MERGED and was.end_reason == row.sid else _later_merged(tx, was, row)
        if mine is not None:
            self._rebooking.goes_on(tx, mine, None, why)

    def said(self, tx: Transaction, row: CallRow, callback_id: str, is_it: bool) -> None:
        """An agent says whether this talk was about that callback."""
        booked = callbacks.find(tx.connection, callback_id)
        if booked is None:
            return
        asked = {**row.session.get(ASKED, {}), booked.origin_sid: "yes" if is_it else "no"}
        row = replace(row, session={**row.session, ASKED: asked})
        calls.save(tx.connection, row, was_turn=row.turn)
        live = lock_live_callback(tx, _goes_on(tx, booked)) if is_it else None
        if live is not None:
            self._lifecycle.merge(tx, live, row.sid)
        self.judge(tx, row)

    def _why_anothers(self, tx: Transaction, row: CallRow, was: CallbackRow | None) -> str:
        """Return what speaks against the caller being the owner of the place, or ""."""
        answer = row.session.get(ASKED, {}).get(was.origin_sid, "") if was is not None else ""
        if answer:
            return "the agent says that it was another matter" if answer == "no" else ""
        known = row.customer_id is not None or row.session.get(CHOSEN)
        if was is not None and known and was.customer_id not in (None, row.customer_id):
            return "another customer"
        if was is not None and row.disposition in self._lifecycle.settings(was.queue).booked_again_after:
            return f"disposition {row.disposition}"
        place = floor.queued(tx.connection, row.queued_id) if row.queued_id else None
        if place is not None and place.answered_at is None and row.outcome in ("abandoned", "hung_up"):
            return "hung up in line"
        talked = (row.ended_at or tx.now) - place.answered_at if place and place.answered_at else 0.0
        return "" if attested(row) or talked >= LEAST_TALK_S else "too short a talk"


def _goes_on(tx: Transaction, booked: CallbackRow) -> CallbackRow | None:
    """The booking as it lives now: itself, or the one that came after it."""
    live = callbacks.live_of_number(tx.connection, booked.number)
    return next((one for one in live if one.origin_sid == booked.origin_sid), None)


def _later_merged(tx: Transaction, was: CallbackRow, row: CallRow) -> CallbackRow | None:
    """The booking that came after `was` and that this call has taken too: the agent changed their mind."""
    found = callbacks.merged_into(tx.connection, was.number, row.sid)
    return found if found is not None and found.origin_sid == was.origin_sid else None
