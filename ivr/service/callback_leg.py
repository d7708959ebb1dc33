"""The phone of a customer whom we call back: what it is told, and what its keys mean.

A key proves a human. Until it is pressed nobody is put through, whatever the carrier takes the voice for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.engine.context import CallContext
from ivr.engine.instructions import Prompt
from ivr.engine.phrases import phrase
from ivr.floor.callback_lifecycle import CallbackLifecycle, leg_over, lock_callback
from ivr.floor.job_kinds import JobKind
from ivr.floor.stray_legs import end_stray, is_stray
from ivr.floor.transaction import Transaction, Transactions
from ivr.store import callbacks, calls
from ivr.store.callbacks import ANSWERED, CONNECTED, DIALLING, EXPIRED, CallbackRow
from ivr.store.calls import CallRow

ASK, MESSAGE, CONNECT, BYE = "ask", "message", "connect", "bye"
ENDED = ("completed", "busy", "no-answer", "failed", "canceled")


@dataclass(frozen=True, slots=True)
class CallbackLegAnswer:
    """The next document for the phone: who calls and the keys (ask), what is meant for a machine but lets
    a human press a key (message), that the call goes on (connect), or goodbye.

    `after` is said when nobody has pressed a key.
    """

    what: str
    call_sid: str = ""
    prompts: tuple[Prompt, ...] = ()
    after: tuple[Prompt, ...] = ()


class CallbackLeg:
    """Every method is one webhook of the customer's leg in one attempt, and safe to hear twice or late."""

    def __init__(
        self,
        transactions: Transactions,
        lifecycle: CallbackLifecycle,
        context: Callable[[Transaction, CallRow], CallContext],
        message_url: Callable[[str, int], str],
        company: str,
    ) -> None:
        self._transactions, self._lifecycle, self._facts = transactions, lifecycle, context
        self._message_url, self._company = message_url, company

    def picked_up(self, callback_id: str, attempt: int, leg_sid: str) -> CallbackLegAnswer:
        """A person or a machine answered: say at once who calls, and ask for a key that a person presses."""
        with self._transactions.begin() as tx:
            row = self._of_leg(tx, callback_id, attempt, leg_sid)
            if row is not None:
                row = self._lifecycle.picked_up(tx, row)
            return self._answer(tx, row, callback_id)

    def pressed(self, callback_id: str, attempt: int, leg_sid: str, digits: str) -> CallbackLegAnswer:
        """1 is put through, and so is 0; 2 needs no call any more; anything else is asked again."""
        with self._transactions.begin() as tx:
            row = self._of_leg(tx, callback_id, attempt, leg_sid)
            if row is not None and row.state in (DIALLING, ANSWERED):
                if digits[:1] in ("0", "1"):
                    return CallbackLegAnswer(CONNECT, row.call_sid)
                if digits[:1] == "2":
                    words = self._words(tx, row, "callback_cancelled", "goodbye")
                    self._lifecycle.cancel(tx, row, "declined on the phone", hang_up=False)
                    return CallbackLegAnswer(BYE, prompts=words)
            return self._answer(tx, row, callback_id)

    def message(self, callback_id: str, attempt: int) -> CallbackLegAnswer:
        """A machine listens, or somebody whom the carrier takes for one."""
        with self._transactions.begin() as tx:
            row = callbacks.find(tx.connection, callback_id)
            if row is None:
                return CallbackLegAnswer(BYE)
            name = "callback_machine" if self._is_tried_again(tx, row) else "callback_machine_last"
            if row.state != ANSWERED or row.attempts != attempt:
                return CallbackLegAnswer(BYE, prompts=self._words(tx, row, name))
            words = self._words(tx, row, "callback_machine_key", name)
            return CallbackLegAnswer(MESSAGE, row.call_sid, words)

    def machine(self, callback_id: str, attempt: int, leg_sid: str, who: str) -> None:
        """The carrier says who picked up. It is wrong at times: they hear the message, and the attempt fails
        when the leg ends without a key."""
        if not who.startswith("machine") and who != "fax":
            return
        with self._transactions.begin() as tx:
            row = self._of_leg(tx, callback_id, attempt, leg_sid)
            if row is None or row.state not in (DIALLING, ANSWERED):
                return
            speaks = self._lifecycle.settings(row.queue).leave_message and who != "fax"
            url = self._message_url(callback_id, attempt) if speaks else ""
            body = {"callback": row.id, "attempt": attempt, "leg": row.leg_sid or leg_sid, "url": url}
            tx.job(JobKind.CALLBACK_MESSAGE, f"callback_message:{row.id}:{attempt}", 0.0, body)
            self._lifecycle.picked_up(tx, row)
            callbacks.take_for(tx.connection, row.id, "machine")

    def status(self, callback_id: str, attempt: int, leg_sid: str, status: str) -> str:
        """The carrier reports the leg's state. Returns the call that is over, when it had been connected."""
        with self._transactions.begin() as tx:
            row = self._of_leg(tx, callback_id, attempt, leg_sid)
            if row is None or row.state not in (DIALLING, ANSWERED, CONNECTED):
                self._end_unwanted(tx, callback_id, leg_sid, status)
            if row is None or status not in ENDED:
                return ""
            if row.state == CONNECTED:
                return row.call_sid
            leg_over(self._lifecycle, tx, row, status)
            return ""

    def call_of(self, callback_id: str, leg_sid: str) -> str:
        """The call of ours that the customer is on with this leg, or ""."""
        with self._transactions.database.read() as connection:
            row = callbacks.find(connection, callback_id)
        if row is None or row.state != CONNECTED or is_stray(row.leg_sid, leg_sid):
            return ""
        return row.call_sid

    @staticmethod
    def _end_unwanted(tx: Transaction, callback_id: str, leg_sid: str, status: str) -> None:
        """The leg is not the one of the present attempt, or that attempt is over."""
        row = callbacks.find(tx.connection, callback_id)
        if row is not None:
            end_stray(tx, leg_sid, status, row.call_sid)

    def _of_leg(self, tx: Transaction, callback_id: str, attempt: int, leg_sid: str) -> CallbackRow | None:
        """The booking, when this is the leg of its present attempt; the first news of a leg names it."""
        row = lock_callback(tx, callback_id)
        if row is None or row.attempts != attempt or is_stray(row.leg_sid, leg_sid):
            return None
        if row.leg_sid is None and leg_sid:
            callbacks.set_leg(tx.connection, callback_id, leg_sid)
            row = callbacks.find(tx.connection, callback_id)
        return row

    def _answer(self, tx: Transaction, row: CallbackRow | None, callback_id: str) -> CallbackLegAnswer:
        if row is not None and row.state == CONNECTED:
            return CallbackLegAnswer(CONNECT, row.call_sid)
        if row is None or row.state not in (DIALLING, ANSWERED):
            known = row or callbacks.find(tx.connection, callback_id)
            words = self._words(tx, known, self._late(known)) if known is not None else ()
            return CallbackLegAnswer(BYE, prompts=words)
        asked = self._words(tx, row, "callback_hello", "callback_hello_keys")
        after = "callback_no_key" if self._is_tried_again(tx, row) else "callback_no_key_last"
        return CallbackLegAnswer(ASK, row.call_sid, asked, self._words(tx, row, after))

    def _is_tried_again(self, tx: Transaction, row: CallbackRow) -> bool:
        """Do we ring once more when nobody presses a key now?"""
        if row.state in (DIALLING, ANSWERED):
            return self._lifecycle.tries_again(tx, row) is not None
        return row.live

    def _late(self, row: CallbackRow) -> str:
        """Return the answer for a phone whose attempt is over, or that was rung twice."""
        if row.state in (DIALLING, ANSWERED, CONNECTED):
            return "callback_twice"
        if row.live:
            return "callback_no_key"
        return "callback_no_key_last" if row.state == EXPIRED else "callback_over"

    def _words(self, tx: Transaction, row: CallbackRow, *names: str) -> tuple[Prompt, ...]:
        call = calls.find(tx.connection, row.call_sid)
        if call is None:
            return ()
        context = self._facts(tx, call)
        return tuple(phrase(name, row.language, context, company=self._company) for name in names)
