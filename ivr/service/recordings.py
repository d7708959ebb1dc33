"""Recordings as the carrier reports them: in any order, more than once, before or after the caller's turn."""

from __future__ import annotations

from ivr.customers.safe_text import plain
from ivr.floor import voicemail
from ivr.floor.call_completion import CallCompletion
from ivr.floor.transaction import Transactions
from ivr.floor.voicemail import why_absent
from ivr.store import calls, recordings
from ivr.store.recordings import ABSENT, STORED

LONGEST_TRANSCRIPT = 4000


class RecordingService:
    def __init__(self, transactions: Transactions, completion: CallCompletion) -> None:
        self._transactions, self._completion = transactions, completion

    def call_recorded(self, sid: str, call_sid: str, status: str, seconds: int) -> None:
        """The same for the recording of a whole call, which is nobody's message."""
        with self._transactions.begin() as tx:
            news = calls.keep_recording(tx.connection, sid, call_sid, "call", "", seconds, status, tx.now)
            if news:
                tx.note("call_recorded", call=call_sid, recording=sid, status=status, seconds=seconds)

    def reported(
        self, sid: str, call_sid: str, queue: str, status: str, seconds: int, code: str = ""
    ) -> None:
        """The carrier has the recording (`stored`) or has none (`absent`, for the reason `code`)."""
        with self._transactions.begin() as tx:
            row = calls.lock(tx.connection, call_sid)  # the caller's own turn may report it this instant
            why = why_absent(code) if status == ABSENT else ""
            if not voicemail.report(tx, sid, call_sid, status, seconds, why, queue):
                return
            if status == STORED and seconds >= 1 and queue:  # the caller's own report may never come
                number, customer = (row.caller, row.customer_id) if row else ("", None)
                voicemail.make_work(tx, call_sid, sid, queue, number, customer)
            if row is not None and row.ended_at is not None and queue:  # a comment is for no queue
                self._completion.recorded(tx, row, status, seconds)

    def transcribed(self, sid: str, call_sid: str, words: str) -> None:
        """What the carrier believes was said. A caller's words: text and nothing else."""
        with self._transactions.begin() as tx:
            if recordings.find(tx.connection, sid) is None:
                voicemail.report(tx, sid, call_sid, "expected", 0)
            if recordings.set_transcript(tx.connection, sid, plain(words, LONGEST_TRANSCRIPT)):
                tx.note("recording_transcribed", call=call_sid, recording=sid)
                tx.tell("floor")
