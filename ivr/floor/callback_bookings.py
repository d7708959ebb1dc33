"""Booking a callback: one transaction in which a caller's place becomes a call of ours without a leg."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from ivr.customers.numbers import to_e164
from ivr.engine import session as sessions
from ivr.engine.context import WaitContext
from ivr.engine.effects import AskCallback, BookCallback, CancelCallback, LeaveQueue
from ivr.engine.events import CallbackBooked, CallbackCancelled, CallbackTerms
from ivr.engine.flow import FlowSet
from ivr.floor.booking_limits import BookingLimits
from ivr.floor.booking_records import BookingRecords
from ivr.floor.callback_lifecycle import BY_CALL, CallbackLifecycle
from ivr.floor.callback_locks import live_held
from ivr.floor.callback_rules import CallbackRules
from ivr.floor.callback_texts import CallbackTexts
from ivr.floor.customer_choice import CHOSEN
from ivr.floor.queueing import QueueService
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import callbacks, customers, floor
from ivr.store.callbacks import BOOKED, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow

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
            tx.note("callback_refused", call=row.sid, queue=wanted.queue, why=why)
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
        known = live_held(tx, found)
        if known is None:
            return row, CallbackCancelled("none")
        if known.origin_sid == row.sid or (attested(row) and not _is_anothers(row, known)):
            self._lifecycle.cancel(tx, known, BY_CALL)
            return row, CallbackCancelled("cancelled")
        linked = row.session.get(LINKED) or self._notices.link(tx, known)
        tx.note("callback_not_cancelled", call=row.sid, queue=wanted.queue, linked=bool(linked))
        row = replace(row, session={**row.session, LINKED: bool(linked)})
        return row, CallbackCancelled("linked" if linked else "kept")

    def cancel_by_text(self, tx: Transaction, number: str) -> bool:
        """A person who sends a text from a number has that telephone: all its callbacks end, and it is told
        so. False where there are none."""
        found = callbacks.live_of_number(tx.connection, number) if number else []
        held = [live for one in found if (live := live_held(tx, one)) is not None]
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
