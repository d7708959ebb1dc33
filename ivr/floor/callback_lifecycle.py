"""The life of a callback: dialled when its turn comes, and ended once.

Every function runs inside one transaction and names the state it expects, so of two that race one wins."""

from __future__ import annotations

from dataclasses import replace

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.engine.events import AgentAccepted, CallbackAnswered, Event
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.call_completion import CallCompletion
from ivr.floor.callback_rules import CallbackRules
from ivr.floor.callback_texts import CallbackTexts
from ivr.floor.crm_lookups import schedule_crm_lookup
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import CARRIER_RING_SLACK_S, Offers
from ivr.floor.transaction import Transaction
from ivr.flowfiles.queue_settings import CallbackSettings as CallbackSettings
from ivr.store import callbacks, calls, entered_numbers, floor, staffing
from ivr.store.callbacks import ANSWERED, BOOKED, DIALLING, CallbackRow
from ivr.store.floor import QueuedRow, queued_calls

BUSY_AGAIN_S, MOST_BUSY_S = 60.0, 600.0
LONGEST_CALL_S = 6 * 3600.0


def is_busy(tx: Transaction, row: CallbackRow) -> bool:
    """Is this customer on the phone with us, or rung by us, in another matter?"""
    look, since = tx.connection, tx.now - LONGEST_CALL_S
    if callbacks.is_on_the_phone(look, row.number, since) or callbacks.is_still_booking(look, row, since):
        return True
    others = callbacks.live_of_number(look, row.number)
    return any(other.id != row.id and other.state != BOOKED for other in others)


def busy_pause(looks: int) -> float:
    """Seconds until a customer is looked at again who was on the phone so often in a row (0: was not). It
    grows: nobody waits much longer than they have talked, and a crowd of them costs little."""
    return min(BUSY_AGAIN_S * 2.0 ** (min(looks, 10) - 1), MOST_BUSY_S) if looks else 0.0


def lock_callback(tx: Transaction, callback_id: str) -> CallbackRow | None:
    """The booking as it is now that nobody else can change it; None when there is none."""
    found = callbacks.find(tx.connection, callback_id)
    if found is None:
        return None
    calls.lock_row(tx.connection, found.call_sid)
    return callbacks.find(tx.connection, callback_id, lock=True)


def lock_live_callback(tx: Transaction, found: CallbackRow | None) -> CallbackRow | None:
    """The same of a booking found before; None when it has ended meanwhile."""
    row = lock_callback(tx, found.id) if found is not None else None
    return row if row is not None and row.live else None


def in_attempt(tx: Transaction, found: CallbackRow) -> CallbackRow | None:
    """The same; None when the attempt in which it was found is over."""
    row = lock_callback(tx, found.id)
    return row if row is not None and row.attempts == found.attempts else None


DISPATCH_AFTER_S = 5.0  # in which the watch looks whether the customer is still on the phone
MOST_GIVEN_BACK = 2
LOOK_AFTER_RING_S = 20.0
GREETING_S = 60.0  # from the pick-up until a key must have been pressed

BY_CALL = "phone"  # who has cancelled it: somebody who rang us and pressed a key


class CallbackLifecycle:
    def __init__(
        self, rules: CallbackRules, offers: Offers, completion: CallCompletion, notices: CallbackTexts
    ) -> None:
        self._rules, self._offers, self._completion, self._notices = rules, offers, completion, notices

    def settings(self, queue: str) -> CallbackSettings:
        return self._rules.of(queue)

    # Its turn has come ------------------------------------------------------------------------------------

    def dial(self, tx: Transaction, place: QueuedRow) -> bool:
        """An agent is free for this place: have its customer dialled, and the agent kept free meanwhile.
        False when it was taken a moment ago, or nobody may be called now."""
        row = self.may_be_called(tx, place)
        if row is None:
            return False
        if not queued_calls.change_kind(
            tx.connection, place.id, queued_calls.CALLBACK, queued_calls.DIALLING, waiting=True
        ):
            return False
        return self._begin(tx, row)

    def may_be_called(self, tx: Transaction, place: QueuedRow) -> CallbackRow | None:
        """The booking behind a place, if it may be dialled now; else the place waits until then."""
        row = callbacks.of_call(tx.connection, place.call_sid, lock=True)
        if row is None or row.state != BOOKED:
            return None
        if not self.unserved_reason(tx, row):
            looks = row.busy_looks + 1 if is_busy(tx, row) else 0
            at = self._rules.next(row.queue, tx.now + busy_pause(looks))
            if at is not None and at <= tx.now:
                return row
            if at is not None:
                self._put_off(tx, row, place.id, at, looks)
                return None
        queued_calls.set_not_before(tx.connection, place.id, tx.now + BUSY_AGAIN_S)
        self.watch(tx, row, 0.0)  # where the call is held before the booking
        return None

    def unserved_reason(self, tx: Transaction, row: CallbackRow) -> str:
        """Why this booking can never be dialled, for what the settings say by now; "" for most."""
        if refused := self._rules.refusal(row.number):
            return f"number: {refused}"
        if self._rules.next(row.queue, tx.now) is None:
            return "no hours for calls"
        return self._rules.too_late(row.queue, max(row.booked_at, row.chosen_at or 0.0), tx.now)

    def can_be_served(self, tx: Transaction, row: CallbackRow) -> bool:
        """Is anybody on record who could take it? Queues leave config.yaml, and skills leave with agents."""
        place = self._place(tx, row)
        wanted = place.skills if place is not None else None
        return staffing.anybody_for(tx.connection, row.queue, wanted or {})

    def earliest_dial_time(self, tx: Transaction, row: CallbackRow) -> float:
        """From when on its customer may be told of its end: not in the middle of the night."""
        return self._rules.next(row.queue, tx.now) or tx.now

    def is_free_again(self, tx: Transaction, row: CallbackRow) -> bool:
        """Its customer was on the phone when the turn had come: they have it now, or are put off once more.
        This is asked a moment before dispatch would come across them, so that a crowd of them is none."""
        place = self._place(tx, row)
        if place is None or not is_busy(tx, row):
            if place is not None:
                queued_calls.set_not_before(tx.connection, place.id, None)
            return True
        looks = row.busy_looks + 1
        at = self._rules.next(row.queue, tx.now + busy_pause(looks))
        self._put_off(tx, row, place.id, at or tx.now + busy_pause(looks), looks)
        return False

    def _put_off(self, tx: Transaction, row: CallbackRow, queued_id: str, at: float, looks: int) -> None:
        callbacks.put_off(tx.connection, row.id, at, looks)
        queued_calls.set_not_before(tx.connection, queued_id, at + DISPATCH_AFTER_S if looks else at)
        self.watch(tx, row, at - tx.now)

    def start_agent_first(self, tx: Transaction, place: QueuedRow) -> bool:
        """The agent is on the phone already and waits for this customer."""
        row = self.may_be_called(tx, place)
        return row is not None and self._begin(tx, row)

    def _begin(self, tx: Transaction, row: CallbackRow) -> bool:
        if not callbacks.begin_attempt(tx.connection, row.id, tx.now):
            return False
        attempt = row.attempts + 1
        body = {"callback": row.id, "attempt": attempt}
        tx.job(JobKind.DIAL_CUSTOMER, f"dial_customer:{row.id}", 0.0, body)
        schedule_crm_lookup(tx, row.call_sid, self._rules.settings)
        ring_s = self.settings(row.queue).ring_seconds + CARRIER_RING_SLACK_S
        self.watch(tx, row, ring_s + LOOK_AFTER_RING_S)
        tx.note(
            JournalKind.CALLBACK_DIALLED, call=row.call_sid, queue=row.queue, callback=row.id, attempt=attempt
        )
        tx.tell("floor")
        return True

    def watch(self, tx: Transaction, row: CallbackRow, after: float) -> None:
        """Look after it then, whatever is or is not reported meanwhile."""
        tx.job(JobKind.CALLBACK_WATCH, f"callback_watch:{row.id}", max(0.0, after), {"callback": row.id})

    # The customer's phone ---------------------------------------------------------------------------------

    def picked_up(self, tx: Transaction, row: CallbackRow) -> CallbackRow:
        """A person or a machine answered; a key will tell which."""
        to = _after(row, "picked_up")
        if to and callbacks.move(tx.connection, row.id, row.state, to, tx.now):
            self.watch(tx, row, GREETING_S)
        return callbacks.find(tx.connection, row.id) or row

    def answered_by_human(self, tx: Transaction, sid: str, leg_sid: str, attempt: int) -> Event | None:
        """A key proved a human on this leg: what has happened to the call `sid`. None: this is over."""
        row = callbacks.of_call(tx.connection, sid, lock=True)
        to = _after(row, "key_pressed") if row is not None else ""
        if row is None or not to or row.attempts != attempt:
            return None
        place = self._place(tx, row)
        if row.leg_sid not in (None, leg_sid) or place is None:
            return None
        callbacks.end(tx.connection, row.id, to, tx.now, "pressed a key")
        if row.keyed:
            entered_numbers.proved(tx.connection, row.number)
        tx.cancel_job(f"callback_watch:{row.id}")
        queued_calls.change_kind(tx.connection, place.id, place.kind, queued_calls.LIVE)
        queued_calls.set_not_before(tx.connection, place.id, None)
        waited_s = round(tx.now - place.entered_at, 3)
        tx.note(
            JournalKind.CALLBACK_CONNECTED,
            call=sid,
            queue=row.queue,
            callback=row.id,
            attempts=row.attempts,
            waited_s=waited_s,
        )
        tx.tell("floor")
        offer = floor.live_offer_of_call(tx.connection, sid)
        if offer is not None and offer.state == "connected":
            floor.mark_answered(tx.connection, place.id, tx.now)
            tx.note(JournalKind.CONNECTED, call=sid, agent=offer.agent_id, queue=row.queue, waited_s=waited_s)
            return AgentAccepted(room=offer.id)
        ask_dispatch(tx)
        free = floor.free_agents(tx.connection)
        return CallbackAnswered(offer is not None or any(row.queue in agent.queues for agent in free))

    def tries_again(self, tx: Transaction, row: CallbackRow) -> float | None:
        """Return when it is dialled again if this attempt fails; None if never."""
        if row.tries >= self.most_tries(row):
            return None
        return self._rules.next(row.queue, tx.now + self.settings(row.queue).retry_minutes * 60.0)

    def most_tries(self, row: CallbackRow) -> int:
        """How often it is dialled at most: once where nobody there may know of it."""
        return 1 if row.keyed else self.settings(row.queue).attempts

    def not_reached(self, tx: Transaction, row: CallbackRow, why: str) -> bool:
        """End a failed attempt (no-answer, busy, failed, machine, declined): dial again later, or give up.
        Return False when it had already ended another way."""
        if not _after(row, "not_reached"):
            return False
        tx.note(
            JournalKind.CALLBACK_NOT_REACHED,
            call=row.call_sid,
            queue=row.queue,
            callback=row.id,
            why=why,
            attempt=row.attempts,
        )
        at = self.tries_again(tx, row)
        if at is None:
            return self.expire(tx, row, why)
        if not callbacks.book_again(tx.connection, row.id, row.state, at, tx.now):
            return False
        self._back_in_line(tx, row, at)
        return True

    def interrupt(self, tx: Transaction, row: CallbackRow) -> None:
        """The customer rings us while we ring them, it seems: our leg ends, and the place waits for what they
        want. The attempt does not count. A number may be shown falsely, so this happens a few times and no
        more: then their phone rings on until they are in line, and we do not ring for ever."""
        at = tx.now + BUSY_AGAIN_S
        if not _after(row, "stopped"):
            return
        if not callbacks.give_back(tx.connection, row.id, at, tx.now, MOST_GIVEN_BACK):
            return
        tx.note(JournalKind.CALLBACK_GIVEN_BACK, call=row.call_sid, queue=row.queue, callback=row.id)
        self.end_leg(tx, row)
        self._back_in_line(tx, row, at)

    def not_asked(self, tx: Transaction, row: CallbackRow, after: float) -> None:
        """The carrier did not ring anybody: as if this attempt had not been."""
        at = tx.now + after
        if not _after(row, "stopped") or not callbacks.take_back_attempt(tx.connection, row.id, at, tx.now):
            return
        tx.note(JournalKind.CALLBACK_PUT_OFF, call=row.call_sid, queue=row.queue, callback=row.id, until=at)
        self._back_in_line(tx, row, at)

    def _back_in_line(self, tx: Transaction, row: CallbackRow, at: float) -> None:
        """The place waits again, and nobody is offered it before `at`."""
        self._free_agent(tx, row)
        place = self._place(tx, row)
        if place is not None:
            queued_calls.change_kind(tx.connection, place.id, queued_calls.DIALLING, queued_calls.CALLBACK)
            queued_calls.set_not_before(tx.connection, place.id, at)
        self.watch(tx, row, at - tx.now)
        ask_dispatch(tx)

    # Ends -------------------------------------------------------------------------------------------------

    def cancel(self, tx: Transaction, row: CallbackRow, by: str, *, hang_up: bool = True) -> bool:
        """The customer does not want it any more; the owner of the number is told. Without `hang_up` their
        leg hears a goodbye first."""
        if not self._end(tx, row, "cancelled", by, hang_up):
            return False
        self._notices.cancelled(tx, row, by_call=by == BY_CALL)
        return True

    def merge(self, tx: Transaction, row: CallbackRow, into: str) -> QueuedRow | None:
        """The customer rang us: the place as it was, for the call `into`; None when it is gone. The owner of
        the number is told."""
        place = self._place(tx, row)
        if not self._end(tx, row, "merged", into):
            return None
        self._notices.taken_up(tx, row)
        return place

    def expire(self, tx: Transaction, row: CallbackRow, why: str) -> bool:
        """The customer was not reached: the end, with notice, and work for an agent."""
        if not self._end(tx, row, "given_up", why):
            return False
        self._notices.expired(tx, row, why)
        return True

    def _end(self, tx: Transaction, row: CallbackRow, event: str, reason: str, hang_up: bool = True) -> bool:
        state = _after(row, event)
        if not state or not callbacks.end(tx.connection, row.id, state, tx.now, reason):
            return False
        tx.cancel_job(f"callback_watch:{row.id}")
        tx.note(
            JournalKind(f"callback_{state}"),
            call=row.call_sid,
            queue=row.queue,
            callback=row.id,
            reason=reason,
        )
        self._free_agent(tx, row)
        if row.state != BOOKED and hang_up:
            self.end_leg(tx, row)
        self._leave(tx, row, f"callback_{state}")
        ask_dispatch(tx)
        return True

    def end_leg(self, tx: Transaction, row: CallbackRow) -> None:
        """Make sure that the customer's phone neither rings nor stays on a dead line."""
        body = {"callback": row.id, "attempt": row.attempts}
        tx.job(JobKind.END_CALLBACK_LEG, f"end_callback_leg:{row.id}:{row.attempts}", 0.0, body)

    def _leave(self, tx: Transaction, row: CallbackRow, outcome: str) -> None:
        call = calls.lock(tx.connection, row.call_sid)
        if call is None or call.ended_at is not None:
            return
        place = floor.queued(tx.connection, call.queued_id, lock=True) if call.queued_id else None
        if place is not None and floor.end_queued(
            tx.connection, place.id, "waiting", "left", tx.now, outcome
        ):
            waited_s = round(tx.now - place.entered_at, 3)
            tx.note(
                JournalKind.LEFT,
                call=call.sid,
                queue=place.queue,
                reason=outcome,
                waited_s=waited_s,
                kind=place.kind,
            )
        self._completion.close(tx, replace(call, outcome=outcome), "finished", was_turn=call.turn)

    def _free_agent(self, tx: Transaction, row: CallbackRow) -> None:
        """An agent who was being rung, or waited on the phone for this customer, takes other calls again."""
        offer = floor.live_offer_of_call(tx.connection, row.call_sid)
        if offer is not None:
            self._offers.customer_not_reached(tx, offer)

    def _place(self, tx: Transaction, row: CallbackRow) -> QueuedRow | None:
        call = calls.find(tx.connection, row.call_sid)
        return floor.queued(tx.connection, call.queued_id) if call and call.queued_id else None


def _after(row: CallbackRow, event: str) -> str:
    """The state that follows; "" where this event comes too late."""
    try:
        return states.move(states.CALLBACK, row.id, row.state, event)
    except states.IllegalMove:
        return ""


WHY = {"busy": "busy", "no-answer": "no-answer", "failed": "failed", "canceled": "no-answer"}


def leg_over(lifecycle: CallbackLifecycle, tx: Transaction, row: CallbackRow, status: str) -> None:
    """The customer's phone connection ended with the carrier's `status`. Who picked up and pressed nothing
    has declined, or was no human."""
    if row.state == DIALLING:
        lifecycle.not_reached(tx, row, WHY.get(status, "declined"))
    elif row.state == ANSWERED:
        lifecycle.not_reached(tx, row, row.end_reason or "declined")
