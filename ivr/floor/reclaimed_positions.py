"""Was the caller who took up a kept place the one for whom it was kept? Where it turns out that somebody else
was speaking, the callback goes back to booked, and the place to whoever was cut off."""

from __future__ import annotations

from dataclasses import replace

from ivr.floor.callback_bookings import attested
from ivr.floor.callback_lifecycle import CallbackLifecycle
from ivr.floor.callback_locks import live_held
from ivr.floor.callback_rebooking import CallbackRebooking
from ivr.floor.customer_choice import CHOSEN
from ivr.floor.returning_callers import CAME_BACK
from ivr.floor.transaction import Transaction
from ivr.store import callbacks, calls, floor, merged_callbacks, retained_positions
from ivr.store.callbacks import MERGED, CallbackRow
from ivr.store.calls import CallRow

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
        live = live_held(tx, _goes_on(tx, booked)) if is_it else None
        if live is not None:
            self._lifecycle.merge(tx, live, row.sid)
        self.judge(tx, row)

    def _why_anothers(self, tx: Transaction, row: CallRow, was: CallbackRow | None) -> str:
        """What speaks against the caller being the one who has the place; "" when nothing does."""
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
    found = merged_callbacks.merged_into(tx.connection, was.number, row.sid)
    return found if found is not None and found.origin_sid == was.origin_sid else None
