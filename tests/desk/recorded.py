"""The carrier's recordings, for tests of the desk."""

from __future__ import annotations

import struct

from ivr.carrier.base import GONE, CarrierError, RecordingAudio


class Recordings:
    """The carrier, as far as its recordings: nine seconds of silence each, unless `gone`."""

    gone = False

    def open_recording(self, _sid: str) -> RecordingAudio:
        if self.gone:
            raise CarrierError(GONE, "no such recording")
        body = nine_seconds()
        chunks = (body[at : at + 7000] for at in range(0, len(body), 7000))
        return RecordingAudio("audio/wav", len(body), chunks, lambda: None)


def nine_seconds() -> bytes:
    """A WAV file of telephone sound."""
    sound = b"\xff" * 72_000
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 7, 1, 8000, 8000, 1, 8)
    data = struct.pack("<4sI", b"data", len(sound)) + sound
    return struct.pack("<4sI", b"RIFF", 4 + len(form) + len(data)) + b"WAVE" + form + data
