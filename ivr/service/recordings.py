"""Recordings as the carrier reports them: in any order, more than once, before or after the caller's turn."""

from __future__ import annotations

from ivr.service.change import Changes
from ivr.service.closing import Closing
from ivr.store import calls


class RecordingService:
    def __init__(self, changes: Changes, closing: Closing) -> None:
        self._changes, self._closing = changes, closing

    def call_recorded(self, sid: str, call_sid: str, status: str, seconds: int) -> None:
        """The same for the recording of a whole call, which is nobody's message."""
        with self._changes.begin() as change:
            news = calls.keep_recording(
                change.connection, sid, call_sid, "call", "", seconds, status, change.now
            )
            if news:
                change.note("call_recorded", call=call_sid, recording=sid, status=status, seconds=seconds)

    def reported(self, sid: str, call_sid: str, queue: str, status: str, seconds: int) -> None:
        """The carrier has the recording (`stored`) or says there is none (`absent`)."""
        with self._changes.begin() as change:
            row = calls.lock(change.connection, call_sid)  # the caller's own turn may report it this instant
            news = calls.keep_recording(
                change.connection, sid, call_sid, "voicemail", queue, seconds, status, change.now
            )
            if not news:
                return
            change.note("recording_reported", call=call_sid, recording=sid, status=status, seconds=seconds)
            change.tell("floor")
            if row is not None and row.ended_at is not None:
                self._closing.recorded(change, row, status, seconds)
