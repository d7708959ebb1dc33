"""The agent pauses the recording of a call before card data are said, and resumes it after.

A pause is shown only when the carrier has confirmed it: an agent who sees it asks for the card at once.
"""

from __future__ import annotations

from ivr.engine.session import ON
from ivr.service.call_recordings import PAUSE_S, CallRecordings, job_of
from ivr.service.conversations import hold_state
from ivr.service.conversations.current_call import current_call
from ivr.service.offers import TooLate
from ivr.service.transaction import Transaction, Transactions
from ivr.store import calls
from ivr.store.floor import OfferRow

NOT_RECORDED = "This call is not being recorded."
STILL_RECORDED = "The recording could not be paused: do not ask for card details. Try again in a moment."


class RecordingPause:
    """`recordings` asks the carrier."""

    def __init__(self, changes: Transactions, recordings: CallRecordings) -> None:
        self._changes, self._recordings = changes, recordings

    def pause(self, agent_id: str, call_sid: str) -> None:
        """Nothing is recorded when this returns. Raises TooLate, and then it may be."""
        with self._changes.begin() as change:
            offer = self._recorded_talk(change, agent_id, call_sid)
            if not hold_state.pause_recording(change, offer, check_s=PAUSE_S):
                return
        surely = self._recordings.pause(call_sid).surely
        with self._changes.begin() as change:
            if surely:
                change.cancel_job(job_of(call_sid))  # which also stands for "not yet"
                change.tell_agent(agent_id)
            else:
                hold_state.pause_failed(change, current_call(change, agent_id, call_sid))
        if not surely:
            raise TooLate(STILL_RECORDED)

    def resume(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._changes.begin() as change:
            hold_state.resume_recording(change, self._recorded_talk(change, agent_id, call_sid))

    @staticmethod
    def _recorded_talk(change: Transaction, agent_id: str, call_sid: str) -> OfferRow:
        offer = current_call(change, agent_id, call_sid)
        row = calls.find(change.connection, call_sid)
        if row is None or row.session["session"].get("recording", "") != ON:
            raise TooLate(NOT_RECORDED)
        return offer
