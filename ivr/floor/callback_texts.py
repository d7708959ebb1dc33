"""The texts to customers about their callback: that it is booked and how to cancel it, or that it was not
made."""

from __future__ import annotations

from collections.abc import Callable

from ivr.acd.journal import JournalKind
from ivr.engine.context import CallContext
from ivr.engine.effects import SendText
from ivr.engine.phrases import phrase
from ivr.floor.callback_rules import TOO_OLD, CallbackRules
from ivr.floor.outgoing_messages import ask_text
from ivr.floor.transaction import Transaction
from ivr.store import calls, work_items
from ivr.store.callbacks import CallbackRow
from ivr.store.calls import CallRow


class CallbackTexts:
    """`context` is that of a call, `page(token)` the address where a customer can cancel."""

    def __init__(
        self,
        rules: CallbackRules,
        context: Callable[[Transaction, CallRow], CallContext],
        page: Callable[[str], str],
        company: str,
    ) -> None:
        self._rules, self._facts, self._page = rules, context, page
        self._company = company

    def booked(self, tx: Transaction, row: CallbackRow, call: CallRow) -> CallRow:
        """Where to cancel. The address is known to whoever has the telephone, and to nobody else."""
        return self._send(tx, row, call, "callback_text", url=self._page(row.token))

    def link(self, tx: Transaction, row: CallbackRow) -> bool:
        """The same address again, for whoever wants to cancel. False where no text can be sent there."""
        return self._tell(tx, row, "callback_text", url=self._page(row.token))

    def taken_up(self, tx: Transaction, row: CallbackRow) -> None:
        """The owner of the number is told that somebody with that number has the place now."""
        self._tell(tx, row, "callback_text_taken_up", number=row.shown)

    def cancelled(self, tx: Transaction, row: CallbackRow, by_call: bool) -> None:
        """The owner of the number is told that it is cancelled: by somebody who called with that number, or
        by somebody who has the telephone or the address that was sent to it."""
        if by_call:
            self._tell(tx, row, "callback_text_cancelled", number=row.shown)
        else:
            self._tell(tx, row, "callback_text_no_call")

    def _tell(self, tx: Transaction, row: CallbackRow, name: str, **values: str) -> bool:
        """Whether a text is on its way."""
        call = calls.find(tx.connection, row.call_sid)
        counted = self._send(tx, row, call, name, **values) if call is not None else None
        if counted is call or counted is None:
            return False
        calls.save(tx.connection, counted, was_turn=counted.turn)
        return True

    def expired(self, tx: Transaction, row: CallbackRow, why: str) -> None:
        """We could not reach them, or never called, and do not try again: they are told, and it is work for
        the queue. What is so old that it may come from a backup is work alone."""
        call = calls.find(tx.connection, row.call_sid)
        if call is not None and why != TOO_OLD:
            name = "callback_text_expired" if row.attempts else "callback_text_not_called"
            self._send(tx, row, call, name, number=row.shown)
        tried = f"we tried {row.tries} times in vain" if row.attempts else "nobody called them"
        values = {
            "kind": "callback",
            "queue": row.queue,
            "call_sid": row.call_sid,
            "recording_sid": None,
            "customer_id": row.customer_id,
            "number": row.number,
            "made_at": tx.now,
            "since": tx.now,
            "due_at": None,
            "result": f"They asked to be called back; {tried} ({why}).",
        }
        found = work_items.add(tx.connection, values)
        tx.note(
            JournalKind.WORK_MADE, call=row.call_sid, queue=row.queue, work=found, kind_of_work="callback"
        )

    def _send(self, tx: Transaction, row: CallbackRow, call: CallRow, name: str, **values: str) -> CallRow:
        # Nobody at a number that was keyed has said that it is theirs.
        if row.keyed or not self._rules.of(row.queue).text or not self._can_read(row.number):
            return call
        context = self._facts(tx, call)
        words = phrase(name, row.language, context, company=self._company, **values).text
        return ask_text(tx, call, SendText("", words), self._rules.settings)

    def _can_read(self, number: str) -> bool:
        return self._rules.settings.destinations.takes_texts(number)
