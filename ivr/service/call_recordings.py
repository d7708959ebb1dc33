"""Recording a call: brought to what the session says it should be, and paused before anything sensitive, by
the flow or by the agent.

Whatever fails, fails closed: a recording that cannot be paused is stopped.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from ivr.acd.journal import JournalKind
from ivr.carrier.base import GONE, RETRYABLE, Carrier, CarrierError
from ivr.engine.events import RecordingPaused
from ivr.engine.session import ON
from ivr.floor.transaction import Retry, Transactions
from ivr.store import calls, floor
from ivr.store.jobs import Job

AGAIN_S = 1.0
BY_AGENT = "paused by the agent"
PAUSE_S = 7.0  # a pause and, when it fails, a stop: as long as the carrier takes

log = logging.getLogger(__name__)


class CallRecordings:
    """`status_url` is where the carrier tells of the recording of a call."""

    def __init__(
        self, transactions: Transactions, carrier: Carrier, status_url: Callable[[str], str]
    ) -> None:
        self._transactions, self._carrier, self._status_url = transactions, carrier, status_url

    def set(self, job: Job) -> Retry | None:
        """Job handler. Safe to repeat: a recording that is there goes on, and only then is one begun."""
        sid = str(job.body["call"])
        try:
            wanted = self._wanted(sid)
            if wanted == ON:
                self._go_on(sid)
                wanted = self._wanted(sid)
                if wanted == ON:
                    return None
            if wanted == BY_AGENT:
                return None if self.pause(sid).surely else Retry(AGAIN_S)
            self._stop(sid)  # paused meanwhile, or not wanted: what is sensitive is not recorded
        except CarrierError as error:
            if error.kind == GONE:
                return None
            log.warning("recording of call %s: %s", sid, error)
            return Retry(AGAIN_S)
        return None

    def pause(self, sid: str) -> RecordingPaused:
        """Before something sensitive. Never raises; `surely` only when nothing records any more."""
        paused = self._did(sid, lambda: self._carrier.pause_recording(sid), "paused")
        if not paused:
            paused = self._did(sid, lambda: self._carrier.stop_recording(sid), "stopped")
        return RecordingPaused(paused)

    def _did(self, sid: str, request: Callable[[], None], what: str) -> bool:
        try:
            request()
        except CarrierError as error:
            if error.kind == GONE:  # none runs; one that is just beginning finds the session changed
                return True
            log.warning("recording of call %s could not be %s: %s", sid, what, error)
            return False
        with self._transactions.begin() as tx:
            tx.note(JournalKind(f"recording_{what}"), call=sid)
        return True

    def _wanted(self, sid: str) -> str:
        with self._transactions.database.read() as connection:
            row = calls.find(connection, sid)
            talk = floor.live_offer_of_call(connection, sid)
        if row is None or row.ended_at:
            return ""
        if talk is not None and talk.recording_paused_at is not None:
            return BY_AGENT
        return str(row.session["session"].get("recording", ""))

    def _go_on(self, sid: str) -> None:
        try:
            self._carrier.resume_recording(sid)
            what = JournalKind.RECORDING_RESUMED
        except CarrierError as error:
            if error.kind != GONE:
                raise
            self._carrier.start_recording(sid, self._status_url(sid))
            what = JournalKind.RECORDING_STARTED
        with self._transactions.begin() as tx:
            tx.note(what, call=sid)

    def _stop(self, sid: str) -> None:
        try:
            self._carrier.stop_recording(sid)
        except CarrierError as error:
            if error.kind == GONE:
                return
            raise CarrierError(RETRYABLE, str(error)) from error
        with self._transactions.begin() as tx:
            tx.note(JournalKind.RECORDING_STOPPED, call=sid)
