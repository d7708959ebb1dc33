"""The agent pauses the recording of a call before card data are said, and resumes it after.

A pause is shown only when the carrier has confirmed it: an agent who sees it asks for the card at once.
"""

from __future__ import annotations

from ivr.engine.session import ON
from ivr.floor import hold_state
from ivr.floor.call_recording import job_of
from ivr.floor.current_call import current_call
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.call_recordings import PAUSE_S, CallRecordings
from ivr.store import calls
from ivr.store.floor import OfferRow

NOT_RECORDED = "This call is not being recorded."
STILL_RECORDED = "The recording could not be paused: do not ask for card details. Try again in a moment."


class RecordingPause:
    """`recordings` asks the carrier."""

    def __init__(self, transactions: Transactions, recordings: CallRecordings) -> None:
        self._transactions, self._recordings = transactions, recordings

    def pause(self, agent_id: str, call_sid: str) -> None:
        """Nothing is recorded when this returns. Raises TooLate, and then it may be."""
        with self._transactions.begin() as tx:
            offer = self._recorded_talk(tx, agent_id, call_sid)
            if not hold_state.pause_recording(tx, offer, check_s=PAUSE_S):
                return
        surely = self._recordings.pause(call_sid).surely
        with self._transactions.begin() as tx:
            if surely:
                tx.cancel_job(job_of(call_sid))  # which also stands for "not yet"
                tx.tell_agent(agent_id)
            else:
                hold_state.pause_failed(tx, current_call(tx, agent_id, call_sid))
        if not surely:
            raise TooLate(STILL_RECORDED)

    def resume(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            hold_state.resume_recording(tx, self._recorded_talk(tx, agent_id, call_sid))

    @staticmethod
    def _recorded_talk(tx: Transaction, agent_id: str, call_sid: str) -> OfferRow:
        offer = current_call(tx, agent_id, call_sid)
        row = calls.find(tx.connection, call_sid)
        if row is None or row.session["session"].get("recording", "") != ON:
            raise TooLate(NOT_RECORDED)
        return offer
