"""What is on record of a booking: the callback, the call of ours without a leg, its place and its journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.acd.ranking import rank
from ivr.engine import session as sessions
from ivr.engine.flow import FlowSet
from ivr.engine.resumed_session import in_line
from ivr.engine.session import CallInfo, Session
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.callback_lifecycle import CallbackLifecycle
from ivr.floor.customer_choice import CHOSEN
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import calls, floor
from ivr.store.callbacks import CallbackRow
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow, positions

WATCH_S = 300.0


class BookingRecords:
    """`empty` makes the document of a call that nobody is on; `new_id` an unguessable name."""

    def __init__(
        self,
        settings: Settings,
        lifecycle: CallbackLifecycle,
        new_id: Callable[[], str],
        empty: Callable[[str], str],
    ) -> None:
        self._settings, self._lifecycle = settings, lifecycle
        self.new_id, self._empty = new_id, empty

    def add(self, tx: Transaction, callback: CallbackRow, call: CallRow, kept: QueuedRow) -> None:
        """All that belongs to a callback that is on record already, with the job that looks after it."""
        calls.add(tx.connection, call)
        calls.add_turn(tx.connection, call.sid, 0, "booked", self._empty(call.sid), tx.now)
        floor.add_queued(tx.connection, kept, None)
        at = callback.due_at
        self._lifecycle.watch(tx, callback, at - tx.now if at > tx.now else WATCH_S)
        _journal(tx, callback, kept)
        tx.tell("floor")
        ask_dispatch(tx)

    def place(self, tx: Transaction, callback: CallbackRow, place: QueuedRow | None) -> QueuedRow:
        """The place as it was; for somebody who was not in line, the end of it."""
        not_before = callback.due_at if callback.due_at > tx.now else None
        new = {"id": self.new_id(), "call_sid": callback.call_sid, "since": tx.now, "offer_id": None}
        if place is not None:
            return replace(place, **new, kind=positions.CALLBACK, not_before=not_before)
        settings = self._settings.queue(callback.queue)
        return QueuedRow(
            **new,
            queue=callback.queue,
            priority=settings.priority,
            entered_at=tx.now,
            state="waiting",
            promise=None,
            answered_at=None,
            kind=positions.CALLBACK,
            rank_at=rank(tx.now, settings.priority, self._settings.priority_minutes * 60.0),
            not_before=not_before,
            skills=settings.skills or None,
            prefer_agent=None,
            prefer_until=None,
        )

    def call(
        self, tx: Transaction, flow_set: FlowSet, row: CallRow, callback: CallbackRow, queued_id: str
    ) -> CallRow:
        """The call of ours for a booking made in the call `row`."""
        told = sessions.from_json(row.session["session"])
        info = CallInfo(callback.call_sid, callback.number, callback.shown, callback.number, told.call.name)
        story = in_line(flow_set, told, callback.queue, info)
        kept = {"customer": row.session.get("customer") or {}, "heard": []}
        kept |= {CHOSEN: row.session[CHOSEN]} if CHOSEN in row.session else {}
        return _unconnected(tx, row, story, kept, callback, queued_id)

    def call_again(self, tx: Transaction, was: CallRow, callback: CallbackRow, queued_id: str) -> CallRow:
        """The call of ours for a booking that goes on, after `was`."""
        told = sessions.from_json(was.session["session"])
        story = replace(told, call=replace(told.call, sid=callback.call_sid))
        return _unconnected(tx, was, story, was.session, callback, queued_id)


def _unconnected(
    tx: Transaction, row: CallRow, story: Session, kept: dict, callback: CallbackRow, queued_id: str
) -> CallRow:
    """The call of ours as it is before it has a leg."""
    return replace(
        row,
        sid=callback.call_sid,
        session={**kept, "session": sessions.to_json(story)},
        caller=callback.number,
        dialled=callback.shown,
        customer_id=callback.customer_id,
        status=sessions.WAITING,
        turn=0,
        queued_id=queued_id,
        outcome=None,
        agent_id=None,
        disposition=None,
        started_at=tx.now,
        seen_at=tx.now,
        ended_at=None,
        leg_sid=None,
        direction="out",
    )


def _journal(tx: Transaction, callback: CallbackRow, place: QueuedRow) -> None:
    tx.note(
        "callback_booked",
        call=callback.origin_sid,
        queue=callback.queue,
        callback=callback.id,
        call_sid=callback.call_sid,
        number=callback.number[-4:],
        chosen_at=callback.chosen_at,
        due_at=callback.due_at,
    )
    tx.note(
        "queued",
        call=callback.call_sid,
        queue=callback.queue,
        kind=positions.CALLBACK,
        priority=place.priority,
        entered_at=place.entered_at,
        rank_at=place.rank_at,
        not_before=place.not_before,
    )
