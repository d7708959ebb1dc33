"""Recordings: fetched from the carrier while they are heard, and reported by it in any order, more than
once."""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.carrier.base import GONE, Carrier, CarrierError, RecordingAudio
from ivr.customers.safe_text import plain
from ivr.floor import voicemail
from ivr.floor.call_completion import CallCompletion
from ivr.floor.transaction import Transactions
from ivr.floor.voicemail import why_absent
from ivr.store import calls, recordings
from ivr.store.recordings import ABSENT, STORED

GOOD_FOR_S = 300  # an address of a recording (T-13)
FETCH_S = 7.0  # as long as the carrier takes to say whether there is a recording
SID = re.compile(r"[A-Za-z0-9]{2,64}")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecordingPlayback:
    """`base` is our public address, `secret` what makes addresses unguessable."""

    carrier: Carrier
    clock: Callable[[], float]
    base: str
    secret: bytes

    def address(self, sid: str) -> str:
        """Where the carrier may play this recording to its caller for the next minutes; "" when it is not
        ready. Never raises."""
        sound = self.sound(sid)
        if sound is None:
            return ""
        sound.close()
        until = int(self.clock()) + GOOD_FOR_S
        return f"{self.base.rstrip('/')}/recordings/{sid}/{until}/{self._mark(sid, until)}.wav"

    def is_good(self, sid: str, until: int, mark: str) -> bool:
        """Whether we made this address, and lately."""
        now = self.clock()
        fresh = now <= until <= now + GOOD_FOR_S
        return hmac.compare_digest(mark.encode(), self._mark(sid, until).encode()) and fresh

    def sound(self, sid: str) -> RecordingAudio | None:
        """The recording, to be closed; None when it cannot be had now."""
        if not SID.fullmatch(sid):
            return None
        try:
            return self.carrier.open_recording(sid)
        except CarrierError as error:
            if error.kind != GONE:
                log.warning("recording %s: %s", sid, error)
            return None

    def _mark(self, sid: str, until: int) -> str:
        named = f"recording:{sid}:{until}".encode()
        return hmac.new(self.secret, named, hashlib.sha256).hexdigest()[:40]


def audio_range(sound: RecordingAudio, start: int, stop: int | None) -> Iterator[bytes]:
    """The bytes from `start` up to `stop` (None: to the end). Closes the sound."""
    at = 0
    with closing(sound):
        for chunk in sound.chunks:
            begin = max(0, start - at)
            end = len(chunk) if stop is None else min(len(chunk), stop - at)
            at += len(chunk)
            if begin < end:
                yield chunk[begin:end]
            if stop is not None and at >= stop:
                return


LONGEST_TRANSCRIPT = 4000


class RecordingService:
    def __init__(self, transactions: Transactions, completion: CallCompletion) -> None:
        self._transactions, self._completion = transactions, completion

    def call_recorded(self, sid: str, call_sid: str, status: str, seconds: int) -> None:
        """The same for the recording of a whole call, which is nobody's message."""
        with self._transactions.begin() as tx:
            news = calls.keep_recording(tx.connection, sid, call_sid, "call", "", seconds, status, tx.now)
            if news:
                tx.note(
                    JournalKind.CALL_RECORDED, call=call_sid, recording=sid, status=status, seconds=seconds
                )

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
        """Keep what the carrier believes was said. These are a caller's words: text and nothing else."""
        with self._transactions.begin() as tx:
            if recordings.find(tx.connection, sid) is None:
                voicemail.report(tx, sid, call_sid, "expected", 0)
            if recordings.set_transcript(tx.connection, sid, plain(words, LONGEST_TRANSCRIPT)):
                tx.note(JournalKind.RECORDING_TRANSCRIBED, call=call_sid, recording=sid)
                tx.tell("floor")
