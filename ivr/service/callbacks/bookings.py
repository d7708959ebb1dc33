"""Booking a callback: one transaction in which a caller's place becomes a call of ours without a leg."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from ivr.acd.ranking import rank
from ivr.customers.numbers import to_e164
from ivr.engine import session as sessions
from ivr.engine.effects import AskCallback, BookCallback, CancelCallback, LeaveQueue
from ivr.engine.events import CallbackBooked, CallbackTerms
from ivr.engine.facts import WaitFacts
from ivr.engine.flow import FlowBook
from ivr.engine.session import CallInfo
from ivr.engine.story import in_line
from ivr.service.agent_moves import ask_dispatch
from ivr.service.callbacks.attempts import BUSY_AGAIN_S, Callbacks
from ivr.service.callbacks.holding import live_held
from ivr.service.callbacks.notices import Notices
from ivr.service.callbacks.rules import Rules
from ivr.service.change import Change
from ivr.service.lines import Lines
from ivr.settings import Settings
from ivr.store import callbacks, calls, floor, merged_callbacks
from ivr.store.callbacks import BOOKED, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.floor import QueuedRow, places

DAY_S, HOUR_S = 86_400.0, 3600.0
MOST_FOR_NUMBER, MOST_BY_CALLER = 3, 3  # in a day: bookings cost us calls, and anybody can make them
MOST_WITHHELD = 20  # in an hour, by all who withhold their number
WATCH_S = 300.0
OURS = "cb-"


class Bookings:
    """`empty` makes the document of a call that nobody is on; `new_id` an unguessable name."""

    def __init__(
        self,
        settings: Settings,
        rules: Rules,
        lives: Callbacks,
        lines: Lines,
        notices: Notices,
        new_id: Callable[[], str],
        empty: Callable[[str], str],
    ) -> None:
        self._settings, self._rules, self._lives = settings, rules, lives
        self._lines, self._notices = lines, notices
        self._new_id, self._empty = new_id, empty

    # What is possible -------------------------------------------------------------------------------------

    def terms(self, change: Change, row: CallRow, asked: AskCallback) -> CallbackTerms:
        """May this number be called back, and when?"""
        number = to_e164(asked.number, self._settings.country) if asked.number else row.caller
        now = datetime.fromtimestamp(change.now, UTC)
        hours = self._rules.hours(asked.queue)
        times = hours.choices(now) if self._rules.offered(asked.queue) else ()
        if not times:
            return CallbackTerms(number, refused="queue")
        if refused := self._rules.refusal(number):
            return CallbackTerms(number, refused=refused)
        known = self._told_of(change, row, number, asked.queue)
        return CallbackTerms(
            number,
            now=hours.allow(now),
            times=tuple(time.isoformat() for time in times),
            booked=known is not None,
            booked_at=self._told_at(change, known) if known else "",
        )

    def _told_of(self, change: Change, row: CallRow, number: str, queue: str) -> CallbackRow | None:
        """The booking there is, for who calls from its number. Nobody else learns that there is one."""
        return callbacks.live_in_queue(change.connection, number, queue) if number == row.caller else None

    def _told_at(self, change: Change, row: CallbackRow) -> str:
        return self._iso(row.due_at) if row.due_at > change.now else ""

    def _iso(self, at: float) -> str:
        return datetime.fromtimestamp(at, UTC).isoformat()

    # The booking ------------------------------------------------------------------------------------------

    def book(
        self, change: Change, book: FlowBook, row: CallRow, wanted: BookCallback, wait: WaitFacts | None
    ) -> tuple[CallRow, CallbackBooked]:
        """Book, and take the caller out of the line; returns the call as it is then."""
        at = self._time(change, wanted)
        if at is None or self._rules.refusal(wanted.number) or not self._rules.offered(wanted.queue):
            return row, CallbackBooked("refused")
        known = callbacks.live_in_queue(change.connection, wanted.number, wanted.queue)
        if known is not None and wanted.number == row.caller:
            return row, CallbackBooked("exists", self._told_at(change, known))
        standing = floor.queued(change.connection, row.queued_id, lock=True) if row.queued_id else None
        if standing is not None and standing.state in ("offered", "talking"):
            return row, CallbackBooked("ringing")
        if why := self._too_many(change, row, wanted.number):
            change.note("callback_refused", call=row.sid, queue=wanted.queue, why=why)
            return row, CallbackBooked("refused")
        place = standing if standing is not None and standing.state == "waiting" else None
        if known is None:
            self._write(change, book, row, wanted, at, place)
        elif place is not None:  # the number of another: the answer is that of a new one
            self._lines.leave(change, row, LeaveQueue("callback"))
        high = wait.high if wait is not None and place is not None and at <= change.now else None
        if high is not None and not self._rules.allow(wanted.queue, change.now + high):
            high = None  # past the hours for calls nobody is called
        booked = CallbackBooked("booked", self._iso(at) if at > change.now else "", high)
        return replace(row, outcome="callback_booked"), booked

    def again(self, change: Change, row: CallRow, place: QueuedRow) -> None:
        """Who rang us before we rang them hung up before anybody spoke to them: the callback is booked as it
        was, at the place they had. They were told so, and its address stays the same."""
        was = merged_callbacks.merged_into(change.connection, row.caller, row.sid)
        story = calls.find(change.connection, was.call_sid) if was else None
        if was is None or story is None or place.queue != was.queue:
            return
        at = self._rules.next(was.queue, max(was.due_at, change.now + BUSY_AGAIN_S))
        known = callbacks.live_in_queue(change.connection, was.number, was.queue)
        if at is None or known is not None:
            return
        merged_callbacks.give_up_token(change.connection, was.id, self._new_id())
        callback_id = self._new_id()
        sid = f"{OURS}{callback_id}"
        fresh = {"leg_sid": None, "leg_asked_at": None, "ended_at": None, "end_reason": None}
        callback = replace(
            was, **fresh, id=callback_id, call_sid=sid, state=BOOKED, since=change.now, due_at=at
        )
        kept = self._place(change, callback, replace(place, state="waiting", promise=None, answered_at=None))
        told = sessions.from_json(story.session["session"])
        told = replace(told, call=replace(told.call, sid=sid))
        session = {**story.session, "session": sessions.to_json(told)}
        call = self._unconnected(change, replace(story, session=session), callback, kept.id)
        callbacks.take_back(change.connection, place.id)  # there is one place for one caller
        self._add(change, callback, call, kept, at)

    def cancel(self, change: Change, row: CallRow, wanted: CancelCallback) -> None:
        """The callback to the number they call from, if there is one."""
        if row.caller:
            known = live_held(change, callbacks.live_in_queue(change.connection, row.caller, wanted.queue))
            if known is not None:
                self._lives.cancel(change, known, "phone")

    def _time(self, change: Change, wanted: BookCallback) -> float | None:
        """From when it may be dialled: never in the past, nor outside the hours for calls."""
        at = datetime.fromisoformat(wanted.at).timestamp() if wanted.at else change.now
        return self._rules.next(wanted.queue, max(at, change.now))

    def _too_many(self, change: Change, row: CallRow, number: str) -> str:
        look = change.connection
        if callbacks.booked_for(look, number, change.now - DAY_S) >= MOST_FOR_NUMBER:
            return "too many for this number"
        if row.caller and callbacks.booked_by(look, row.caller, change.now - DAY_S) >= MOST_BY_CALLER:
            return "too many by this caller"
        if not row.caller and callbacks.booked_by(look, "", change.now - HOUR_S) >= MOST_WITHHELD:
            return "too many by callers without a number"
        return ""

    def _write(
        self,
        change: Change,
        book: FlowBook,
        row: CallRow,
        wanted: BookCallback,
        at: float,
        place: QueuedRow | None,
    ) -> None:
        """The booking with its call, its place, its job and its journal."""
        callback = self._callback(change, row, wanted, at)
        kept = self._place(change, callback, place)
        if place is not None:
            self._lines.leave(change, row, LeaveQueue("callback"))
        call = self._notices.booked(change, callback, self._call(change, book, row, callback, kept.id))
        self._add(change, callback, call, kept, at)

    def _add(self, change: Change, callback: CallbackRow, call: CallRow, kept: QueuedRow, at: float) -> None:
        calls.add(change.connection, call)
        calls.add_turn(change.connection, call.sid, 0, "booked", self._empty(call.sid), change.now)
        floor.add_queued(change.connection, kept, None)
        callbacks.add(change.connection, callback)
        self._lives.watch(change, callback, at - change.now if at > change.now else WATCH_S)
        self._journal(change, callback, kept)
        change.tell("floor")
        ask_dispatch(change)

    def _callback(self, change: Change, row: CallRow, wanted: BookCallback, at: float) -> CallbackRow:
        callback_id = self._new_id()
        theirs = wanted.number == row.caller
        customer = calls.customer_of(change.connection, wanted.number)
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
            since=change.now,
            due_at=at,
            attempts=0,
            leg_sid=None,
            leg_asked_at=None,
            booked_at=change.now,
            chosen_at=at if wanted.at else None,
            token=self._new_id(),
            ended_at=None,
            end_reason=None,
        )

    def _place(self, change: Change, callback: CallbackRow, place: QueuedRow | None) -> QueuedRow:
        """The place as it was; for somebody who was not in line, the end of it."""
        not_before = callback.due_at if callback.due_at > change.now else None
        new = {"id": self._new_id(), "call_sid": callback.call_sid, "since": change.now, "offer_id": None}
        if place is not None:
            return replace(place, **new, kind=places.CALLBACK, not_before=not_before)
        settings = self._settings.queue(callback.queue)
        return QueuedRow(
            **new,
            queue=callback.queue,
            priority=settings.priority,
            entered_at=change.now,
            state="waiting",
            promise=None,
            answered_at=None,
            kind=places.CALLBACK,
            rank_at=rank(change.now, settings.priority, self._settings.priority_minutes * 60.0),
            not_before=not_before,
            skills=settings.skills or None,
            prefer_agent=None,
            prefer_until=None,
        )

    def _call(
        self, change: Change, book: FlowBook, row: CallRow, callback: CallbackRow, queued_id: str
    ) -> CallRow:
        told = sessions.from_json(row.session["session"])
        info = CallInfo(callback.call_sid, callback.number, callback.shown, callback.number, told.call.name)
        story = in_line(book, told, callback.queue, info)
        customer = row.session.get("customer") or {}
        kept = {"session": sessions.to_json(story), "customer": customer, "heard": []}
        return self._unconnected(change, replace(row, session=kept), callback, queued_id)

    def _unconnected(self, change: Change, row: CallRow, callback: CallbackRow, queued_id: str) -> CallRow:
        """The call of ours as it is before it has a leg."""
        return replace(
            row,
            sid=callback.call_sid,
            caller=callback.number,
            dialled=callback.shown,
            customer_id=callback.customer_id,
            status=sessions.WAITING,
            turn=0,
            queued_id=queued_id,
            outcome=None,
            agent_id=None,
            disposition=None,
            started_at=change.now,
            seen_at=change.now,
            ended_at=None,
            leg_sid=None,
            direction="out",
        )

    def _journal(self, change: Change, callback: CallbackRow, place: QueuedRow) -> None:
        change.note(
            "callback_booked",
            call=callback.origin_sid,
            queue=callback.queue,
            callback=callback.id,
            call_sid=callback.call_sid,
            number=callback.number[-4:],
            chosen_at=callback.chosen_at,
            due_at=callback.due_at,
        )
        change.note(
            "queued",
            call=callback.call_sid,
            queue=callback.queue,
            kind=places.CALLBACK,
            priority=place.priority,
            entered_at=place.entered_at,
            rank_at=place.rank_at,
            not_before=place.not_before,
        )
