"""Listening to recordings: fetched from the carrier while they are heard, never handed out as its address.

A caller's telephone is played a recording at an address that nobody can guess and that is good for minutes;
an agent's browser is asked who they are.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

from ivr.carrier.base import GONE, Carrier, CarrierError, RecordingAudio

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


def part(sound: RecordingAudio, start: int, stop: int | None) -> Iterator[bytes]:
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
