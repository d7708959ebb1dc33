"""Booking a callback: one transaction in which a caller's place becomes a call of ours without a leg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.acd.matching import rank
from ivr.customers.numbers import to_e164
from ivr.engine import session as sessions
from ivr.engine.context import WaitContext
from ivr.engine.effects import AskCallback, BookCallback, CancelCallback, LeaveQueue
from ivr.engine.events import CallbackBooked, CallbackCancelled, CallbackTerms
from ivr.engine.flow import FlowSet
from ivr.engine.interpreter import resumed_session
from ivr.engine.session import CallInfo, Session
from ivr.errors import Conflict
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.callback_lifecycle import BY_CALL, CallbackLifecycle, lock_live_callback
from ivr.floor.callback_rules import BookingLimits, CallbackRules
from ivr.floor.callback_texts import CallbackTexts
from ivr.floor.customer_choice import CHOSEN
from ivr.floor.queueing import QueueService
from ivr.floor.spending import refusal_of_day, spend_on_call
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import callbacks, calls, customers, floor
from ivr.store.callbacks import BOOKED, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.expenses import CALLBACK
from ivr.store.floor import QueuedRow, queued_calls

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
        if place is not None:
            return replace(
                place,
                id=self.new_id(),
                call_sid=callback.call_sid,
                since=tx.now,
                offer_id=None,
                kind=queued_calls.CALLBACK,
                not_before=not_before,
            )
        settings = self._settings.queue(callback.queue)
        return QueuedRow(
            id=self.new_id(),
            call_sid=callback.call_sid,
            since=tx.now,
            offer_id=None,
            queue=callback.queue,
            priority=settings.priority,
            entered_at=tx.now,
            state="waiting",
            promise=None,
            answered_at=None,
            kind=queued_calls.CALLBACK,
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
        story = resumed_session(flow_set, told, callback.queue, info)
        kept: dict[str, Any] = {"customer": row.session.get("customer") or {}, "heard": []}
        kept |= {CHOSEN: row.session[CHOSEN]} if CHOSEN in row.session else {}
        return _unconnected(tx, row, story, kept, callback, queued_id)

    def call_again(self, tx: Transaction, was: CallRow, callback: CallbackRow, queued_id: str) -> CallRow:
        """The call of ours for a booking that goes on, after `was`."""
        told = sessions.from_json(was.session["session"])
        story = replace(told, call=replace(told.call, sid=callback.call_sid))
        return _unconnected(tx, was, story, was.session, callback, queued_id)


def _unconnected(
    tx: Transaction, row: CallRow, story: Session, kept: dict[str, Any], callback: CallbackRow, queued_id: str
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
        JournalKind.CALLBACK_BOOKED,
        call=callback.origin_sid,
        queue=callback.queue,
        callback=callback.id,
        call_sid=callback.call_sid,
        number=callback.number[-4:],
        chosen_at=callback.chosen_at,
        due_at=callback.due_at,
    )
    tx.note(
        JournalKind.QUEUED,
        call=callback.call_sid,
        queue=callback.queue,
        kind=queued_calls.CALLBACK,
        priority=place.priority,
        entered_at=place.entered_at,
        rank_at=place.rank_at,
        not_before=place.not_before,
    )


OURS = "cb-"
LINKED = "cancel_linked"  # the address was sent in this call


class CallbackBookings:
    def __init__(
        self,
        settings: Settings,
        rules: CallbackRules,
        lifecycle: CallbackLifecycle,
        lines: QueueService,
        notices: CallbackTexts,
        records: BookingRecords,
    ) -> None:
        self._limits = BookingLimits(rules)
        self._settings, self._rules, self._lifecycle = settings, rules, lifecycle
        self._lines, self._notices, self._records = lines, notices, records

    # What is possible -------------------------------------------------------------------------------------

    def terms(self, tx: Transaction, row: CallRow, asked: AskCallback) -> CallbackTerms:
        """May this number be called back, and when?"""
        number = to_e164(asked.number, self._settings.country) if asked.number else row.caller
        now = datetime.fromtimestamp(tx.now, UTC)
        hours = self._rules.hours(asked.queue)
        times = hours.choices(now) if self._rules.offered(asked.queue) else ()
        if not times or self._limits.refusal_of_day(tx):
            return CallbackTerms(number, refused="queue")
        if refused := self._rules.refusal(number):
            return CallbackTerms(number, refused=refused)
        known = self._told_of(tx, row, number, asked.queue)
        return CallbackTerms(
            number,
            now=hours.allow(now),
            times=tuple(time.isoformat() for time in times),
            booked=known is not None,
            booked_at=self._told_at(tx, known) if known else "",
        )

    def _told_of(self, tx: Transaction, row: CallRow, number: str, queue: str) -> CallbackRow | None:
        """The booking there is, for who calls from its number. Nobody else learns that there is one."""
        return callbacks.live_in_queue(tx.connection, number, queue) if number == row.caller else None

    def _told_at(self, tx: Transaction, row: CallbackRow) -> str:
        return self._iso(row.due_at) if row.due_at > tx.now else ""

    def _iso(self, at: float) -> str:
        return datetime.fromtimestamp(at, UTC).isoformat()

    # The booking ------------------------------------------------------------------------------------------

    def book(
        self, tx: Transaction, flow_set: FlowSet, row: CallRow, wanted: BookCallback, wait: WaitContext | None
    ) -> tuple[CallRow, CallbackBooked]:
        """Book, and take the caller out of the line; returns the call as it is then."""
        at = self._time(tx, wanted)
        if at is None or self._rules.refusal(wanted.number) or not self._rules.offered(wanted.queue):
            return row, CallbackBooked("refused")
        theirs = wanted.number == row.caller
        if theirs and (exists := self._exists(tx, wanted)):
            return row, exists
        standing = floor.queued(tx.connection, row.queued_id, lock=True) if row.queued_id else None
        if standing is not None and standing.state in ("offered", "talking"):
            return row, CallbackBooked("ringing")
        if why := self._limits.refusal(tx, row, wanted.number, wanted.queue):
            tx.note(JournalKind.CALLBACK_REFUSED, call=row.sid, queue=wanted.queue, why=why)
            return row, CallbackBooked("refused")
        place = standing if standing is not None and standing.state == "waiting" else None
        if not self._write(tx, flow_set, row, wanted, at, place):
            if theirs and (exists := self._exists(tx, wanted)):  # booked by somebody at this very moment
                return row, exists
            if place is not None:  # the number of another: the answer is that of a new one
                self._lines.leave(tx, row, LeaveQueue("callback"))
        self._limits.count(tx, row, wanted.number, wanted.queue)
        high = wait.high if wait is not None and place is not None and at <= tx.now else None
        if high is not None and not self._rules.allow(wanted.queue, tx.now + high):
            high = None  # past the hours for calls nobody is called
        booked = CallbackBooked("booked", self._iso(at) if at > tx.now else "", high)
        return replace(row, outcome="callback_booked"), booked

    def _exists(self, tx: Transaction, wanted: BookCallback) -> CallbackBooked | None:
        known = callbacks.live_in_queue(tx.connection, wanted.number, wanted.queue)
        return CallbackBooked("exists", self._told_at(tx, known)) if known is not None else None

    def cancel(
        self, tx: Transaction, row: CallRow, wanted: CancelCallback
    ) -> tuple[CallRow, CallbackCancelled]:
        """The callback to the number they call from, if there is one. Everybody behind a switchboard has the
        number, and anybody can show it: unless the phone company vouches for it, or the callback was booked
        in this very call, the address that cancels is sent to the number instead."""
        found = callbacks.live_in_queue(tx.connection, row.caller, wanted.queue) if row.caller else None
        known = lock_live_callback(tx, found)
        if known is None:
            return row, CallbackCancelled("none")
        if known.origin_sid == row.sid or (attested(row) and not _is_anothers(row, known)):
            self._lifecycle.cancel(tx, known, BY_CALL)
            return row, CallbackCancelled("cancelled")
        linked = row.session.get(LINKED) or self._notices.link(tx, known)
        tx.note(JournalKind.CALLBACK_NOT_CANCELLED, call=row.sid, queue=wanted.queue, linked=bool(linked))
        row = replace(row, session={**row.session, LINKED: bool(linked)})
        return row, CallbackCancelled("linked" if linked else "kept")

    def cancel_by_text(self, tx: Transaction, number: str) -> bool:
        """A person who sends a text from a number has that telephone: all its callbacks end, and it is told
        so. False where there are none."""
        found = callbacks.live_of_number(tx.connection, number) if number else []
        held = [live for one in found if (live := lock_live_callback(tx, one)) is not None]
        for live in held:
            self._lifecycle.cancel(tx, live, "text message")
        return bool(held)

    def _time(self, tx: Transaction, wanted: BookCallback) -> float | None:
        """From when it may be dialled: never in the past, nor outside the hours for calls."""
        at = datetime.fromisoformat(wanted.at).timestamp() if wanted.at else tx.now
        return self._rules.next(wanted.queue, max(at, tx.now))

    def _write(
        self,
        tx: Transaction,
        flow_set: FlowSet,
        row: CallRow,
        wanted: BookCallback,
        at: float,
        place: QueuedRow | None,
    ) -> bool:
        """The booking with all that belongs to it. False, and nothing, when there is one already: of two at
        the same moment the index lets one in, before anything else is written."""
        callback = self._callback(tx, row, wanted, at)
        if not callbacks.add(tx.connection, callback):
            return False
        kept = self._records.place(tx, callback, place)
        if place is not None:
            self._lines.leave(tx, row, LeaveQueue("callback"))
        call = self._records.call(tx, flow_set, row, callback, kept.id)
        self._records.add(tx, callback, self._notices.booked(tx, callback, call), kept)
        return True

    def _callback(self, tx: Transaction, row: CallRow, wanted: BookCallback, at: float) -> CallbackRow:
        callback_id = self._records.new_id()
        theirs = wanted.number == row.caller
        customer = customers.sole_with_number(tx.connection, wanted.number)
        known = row.dialled in self._settings.numbers
        return CallbackRow(
            id=callback_id,
            call_sid=f"{OURS}{callback_id}",
            origin_sid=row.sid,
            customer_id=row.customer_id if theirs else row.customer_id or customer,
            number=wanted.number,
            shown=row.dialled if known else str(self._settings.caller_id),
            queue=wanted.queue,
            language=sessions.from_json(row.session["session"]).language,
            state=BOOKED,
            since=tx.now,
            due_at=at,
            attempts=0,
            leg_sid=None,
            leg_asked_at=None,
            booked_at=tx.now,
            chosen_at=at if wanted.at else None,
            token=self._records.new_id(),
            ended_at=None,
            end_reason=None,
            keyed=not theirs,
        )


def _is_anothers(row: CallRow, known: CallbackRow) -> bool:
    """Whether it has come out that another customer of the same number is calling."""
    return bool(row.session.get(CHOSEN)) and known.customer_id not in (None, row.customer_id)


def attested(row: CallRow) -> bool:
    """Whether the phone company vouches for the caller's number."""
    return ((row.session.get("session") or {}).get("call") or {}).get("attested") == "A"


FOR_ME_S = 120.0  # so long the call waits for the agent who asked for it
REFUSED = {
    "ours": "This is a number of our own.",
    "forbidden": "This number is not called from here: it is an emergency, premium-rate or short number.",
    "foreign": "Numbers of other countries are not called from here.",
    "special": "Only ordinary telephones are called from here.",
    "invalid": "This is no telephone number.",
}


class CannotCall(Conflict):
    """This number is not called now; in words for an agent."""


class AgentBookings:
    def __init__(
        self, settings: Settings, rules: CallbackRules, lifecycle: CallbackLifecycle, records: BookingRecords
    ) -> None:
        self._settings, self._rules, self._lifecycle, self._records = settings, rules, lifecycle, records

    def call(
        self,
        tx: Transaction,
        row: CallRow,
        flow_set: Callable[[Transaction, str], FlowSet],
        queue: str,
        agent_id: str,
        since: float,
    ) -> CallbackRow:
        """Call the caller of the ended call `row` back, who has waited `since` then. Raises CannotCall."""
        if why := self._rules.refusal(row.caller):
            raise CannotCall(REFUSED.get(why, "This number is not called from here."))
        if refusal_of_day(tx, self._settings):
            raise CannotCall("The budget for calls is used up for today. Please tell a supervisor.")
        if not self._rules.allow(queue, tx.now):
            raise CannotCall("Customers of this queue are not called at this hour.")
        if not (row.session or {}).get("session"):
            raise CannotCall("Nothing is known of that call: please dial the number.")
        callback = self._callback(tx, row, queue)
        if not callbacks.add(tx.connection, callback):
            raise CannotCall("A callback to this number is booked already.")
        spend_on_call(tx, self._settings, CALLBACK, callback.number)
        settings = self._settings.queue(queue)
        place = replace(
            self._records.place(tx, callback, None),
            rank_at=rank(since, settings.priority, self._settings.priority_minutes * 60.0),
            prefer_agent=agent_id,
            prefer_until=tx.now + FOR_ME_S,
        )
        call = self._records.call(tx, flow_set(tx, row.revision), row, callback, place.id)
        self._records.add(tx, callback, call, place)
        return callback

    def _callback(self, tx: Transaction, row: CallRow, queue: str) -> CallbackRow:
        callback_id = self._records.new_id()
        known = row.dialled in self._settings.numbers
        return CallbackRow(
            id=callback_id,
            call_sid=f"{OURS}{callback_id}",
            origin_sid=row.sid,
            customer_id=row.customer_id,
            number=row.caller,
            shown=row.dialled if known else str(self._settings.caller_id),
            queue=queue,
            language=sessions.from_json(row.session["session"]).language,
            state=BOOKED,
            since=tx.now,
            due_at=tx.now,
            attempts=0,
            leg_sid=None,
            leg_asked_at=None,
            booked_at=tx.now,
            chosen_at=None,
            token=self._records.new_id(),
            ended_at=None,
            end_reason=None,
        )
