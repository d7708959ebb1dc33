"""Who rang us before we rang them, and hung up in line before anybody spoke to them: the callback goes on."""

from __future__ import annotations

from dataclasses import replace

from ivr.service.callbacks.attempts import Callbacks
from ivr.service.callbacks.bookings import OURS
from ivr.service.callbacks.busy import BUSY_AGAIN_S
from ivr.service.callbacks.notices import Notices
from ivr.service.callbacks.records import Records
from ivr.service.callbacks.rules import Rules
from ivr.service.change import Change
from ivr.store import callbacks, calls, kept_places, merged_callbacks
from ivr.store.callbacks import BOOKED
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow


class Rebooking:
    def __init__(self, rules: Rules, lives: Callbacks, records: Records, notices: Notices) -> None:
        self._rules, self._lives = rules, lives
        self._records, self._notices = records, notices

    def again(self, change: Change, row: CallRow, place: QueuedRow) -> None:
        """It is booked as it was, at the place they had. They were told so, and its
        address stays the same."""
        was = merged_callbacks.merged_into(change.connection, row.caller, row.sid)
        story = calls.find(change.connection, was.call_sid) if was else None
        if was is None or story is None or place.queue != was.queue:
            return
        if was.tries >= self._lives.most_tries(was):  # their calls have stopped our rings again and again
            self._notices.expired(change, was, "hung up in line")
            return
        at = self._rules.next(was.queue, max(was.due_at, change.now + BUSY_AGAIN_S))
        if at is None:
            return
        callback_id = self._records.new_id()
        callback = replace(
            was,
            id=callback_id,
            call_sid=f"{OURS}{callback_id}",
            state=BOOKED,
            since=change.now,
            due_at=at,
            leg_sid=None,
            leg_asked_at=None,
            ended_at=None,
            end_reason=None,
        )
        merged_callbacks.give_up_token(change.connection, was.id, self._records.new_id())
        if not callbacks.add(change.connection, callback):
            merged_callbacks.give_up_token(change.connection, was.id, was.token)
            return
        standing = replace(place, state="waiting", promise=None, answered_at=None)
        kept = self._records.place(change, callback, standing)
        kept_places.take_back(change.connection, place.id)  # there is one place for one caller
        call = self._records.call_again(change, story, callback, kept.id)
        self._records.add(change, callback, call, kept)
