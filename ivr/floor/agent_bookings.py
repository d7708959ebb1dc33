"""An agent calls somebody back who left a message: a booking for now, for whom that agent is asked first.

It is a callback like any other, with the same rules about numbers and hours; only the agent's phone rings
before the customer's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.acd.ranking import rank
from ivr.engine import session as sessions
from ivr.engine.flow import FlowSet
from ivr.floor.booking_records import BookingRecords
from ivr.floor.callback_bookings import OURS
from ivr.floor.callback_lifecycle import CallbackLifecycle
from ivr.floor.callback_rules import CallbackRules
from ivr.floor.spending import refusal_of_day, spend_on_call
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import callbacks
from ivr.store.callbacks import BOOKED, CallbackRow
from ivr.store.calls import CallRow
from ivr.store.expenses import CALLBACK

FOR_ME_S = 120.0  # so long the call waits for the agent who asked for it
REFUSED = {
    "ours": "This is a number of our own.",
    "forbidden": "This number is not called from here: it is an emergency, premium-rate or short number.",
    "foreign": "Numbers of other countries are not called from here.",
    "special": "Only ordinary telephones are called from here.",
    "invalid": "This is no telephone number.",
}


class CannotCall(Exception):
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
