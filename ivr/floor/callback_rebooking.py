"""A callback whose place was taken by a call goes on: its caller hung up before anybody spoke to them, or it
turned out that somebody else was calling."""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.journal import JournalKind
from ivr.floor.callback_bookings import OURS, BookingRecords
from ivr.floor.callback_lifecycle import BUSY_AGAIN_S, CallbackLifecycle
from ivr.floor.callback_rules import CallbackRules
from ivr.floor.callback_texts import CallbackTexts
from ivr.floor.transaction import Transaction
from ivr.store import callbacks, calls, floor, retained_positions
from ivr.store.callbacks import BOOKED, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow


class CallbackRebooking:
    def __init__(
        self,
        rules: CallbackRules,
        lifecycle: CallbackLifecycle,
        records: BookingRecords,
        notices: CallbackTexts,
    ) -> None:
        self._rules, self._lifecycle = rules, lifecycle
        self._records, self._notices = records, notices

    def again(self, tx: Transaction, row: CallRow, place: QueuedRow) -> None:
        """The caller hung up in line: it is booked as it was, at the place they had."""
        was = callbacks.merged_into(tx.connection, row.caller, row.sid)
        if was is None or place.queue != was.queue:
            return
        if self.goes_on(tx, was, place, "hung up in line"):
            retained_positions.take_back(tx.connection, place.id)  # there is one place for one caller

    def goes_on(self, tx: Transaction, was: CallbackRow, place: QueuedRow | None, why: str) -> bool:
        """Booked as it was, at `place` or the one it had, and at the address that its owner was sent. False
        where it cannot be: then it has an end, with notice, or another one has been booked meanwhile."""
        story = calls.find(tx.connection, was.call_sid)
        if story is None:
            return False
        if place is None:
            place = floor.queued(tx.connection, story.queued_id) if story.queued_id else None
        at = self._rules.next(was.queue, max(was.due_at, tx.now + BUSY_AGAIN_S))
        # Calls from their number may have stopped our rings again and again.
        if place is None or at is None or was.tries >= self._lifecycle.most_tries(was):
            callbacks.mark_gone_on(tx.connection, was.id, was.token)
            self._notices.expired(tx, was, why)
            return False
        return self._booked(tx, was, story, place, at, why)

    def _booked(
        self, tx: Transaction, was: CallbackRow, story: CallRow, place: QueuedRow, at: float, why: str
    ) -> bool:
        callback_id = self._records.new_id()
        callback = replace(
            was,
            id=callback_id,
            call_sid=f"{OURS}{callback_id}",
            state=BOOKED,
            since=tx.now,
            due_at=at,
            leg_sid=None,
            leg_asked_at=None,
            ended_at=None,
            end_reason=None,
        )
        callbacks.mark_gone_on(tx.connection, was.id, self._records.new_id())
        if not callbacks.add(tx.connection, callback):
            callbacks.mark_gone_on(tx.connection, was.id, was.token)
            return False
        standing = replace(place, state="waiting", promise=None, answered_at=None)
        kept = self._records.place(tx, callback, standing)
        call = self._records.call_again(tx, story, callback, kept.id)
        self._records.add(tx, callback, call, kept)
        told = {"callback": callback_id, "why": why}
        tx.note(JournalKind.CALLBACK_BOOKED_AGAIN, call=was.call_sid, queue=was.queue, **told)
        return True
