"""How many callbacks may be asked for. They cost us calls, and ring at whoever has the number.

A number that is called from may be shown falsely, but a number that is keyed may be anybody's: what is
counted there does not depend on whether it has a callback already, or who keys it would learn of that.
"""

from __future__ import annotations

from ivr.floor.callback_rules import CallbackRules
from ivr.floor.spending import refusal_of_day, spend_on_call
from ivr.floor.transaction import Transaction
from ivr.store import callbacks, customers, entered_numbers
from ivr.store.calls import CallRow
from ivr.store.entered_numbers import EnteredNumber
from ivr.store.expenses import CALLBACK

DAY_S, HOUR_S = 86_400.0, 3600.0
MOST_FOR_NUMBER = 3  # in a day, by who calls from it
MOST_KEYED_FOR_NUMBER = 1  # in a day, by anybody
MOST_KEYED_IN_CALL, MOST_KEYED_BY_CALLER = 2, 3  # the latter in a day; a wrong number may be put right
PATIENT_S = 120.0
KNOWN, WAITED, STRANGER = "known", "waited", "stranger"


class BookingLimits:
    def __init__(self, rules: CallbackRules) -> None:
        self._rules = rules

    def refusal(self, tx: Transaction, row: CallRow, number: str, queue: str) -> str:
        """Why no callback to this number is booked in this call; "" when it may be."""
        if spent := self.refusal_of_day(tx):
            return spent
        look, day = tx.connection, tx.now - DAY_S
        if number == row.caller:
            many = callbacks.booked_for(look, number, day) >= MOST_FOR_NUMBER
            return "too many for this number" if many else ""
        if entered_numbers.of_number(look, number, day) >= MOST_KEYED_FOR_NUMBER:
            return "this number was keyed before"
        if entered_numbers.of_call(look, row.sid) >= MOST_KEYED_IN_CALL:
            return "too many numbers keyed in this call"
        if row.caller and entered_numbers.by_caller(look, row.caller, day) >= MOST_KEYED_BY_CALLER:
            return "too many numbers keyed by this caller"
        trust = self._trust(tx, row, number)
        most = self._rules.of(queue).keyed_per_hour
        if entered_numbers.in_queue(look, queue, trust, tx.now - HOUR_S) >= most:
            return f"too many numbers keyed in an hour ({trust})"
        return ""

    def count(self, tx: Transaction, row: CallRow, number: str, queue: str) -> None:
        """A callback to this number was booked, or said to be."""
        spend_on_call(tx, self._rules.settings, CALLBACK, number, row.caller)
        if number != row.caller:
            trust = self._trust(tx, row, number)
            keyed = EnteredNumber(tx.now, row.sid, row.caller, number, queue, trust)
            entered_numbers.add(tx.connection, keyed)

    def refusal_of_day(self, tx: Transaction) -> str:
        """Why no callback at all is booked today; "" while there is money for it."""
        return refusal_of_day(tx, self._rules.settings)

    def _trust(self, tx: Transaction, row: CallRow, number: str) -> str:
        """What speaks for who keys a number. Each kind has an hourly ceiling of its own: who uses up that of
        strangers has not shut out customers, nor those who take the time to wait."""
        if customers.with_number(tx.connection, number):
            return KNOWN
        return WAITED if tx.now - row.started_at >= PATIENT_S else STRANGER
