"""Recognises the audio that Twilio plays, and its length. Only headers are read; nothing is decoded."""

from __future__ import annotations

import struct

AUDIO_TYPES = {
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "audio/wave": "wav",
    "audio/x-wav": "wav",
    "audio/aiff": "aiff",
    "audio/x-aifc": "aiff",
    "audio/x-aiff": "aiff",
    "audio/x-gsm": "gsm",
    "audio/gsm": "gsm",
    "audio/ulaw": "ulaw",
}
"""Content types that Play accepts (facts 1.5)."""

HOLD_MUSIC = "twilio:hold-music"
"""Stands for the classical music that Twilio plays where no waitUrl is given."""

_MP3_KBPS = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


class NotAudio(ValueError):
    """The bytes are not what their content type says."""


def duration(content_type: str, body: bytes) -> float:
    """Return the seconds of audio in `body`. Raises NotAudio when it cannot be played."""
    form = AUDIO_TYPES.get(content_type.partition(";")[0].strip().lower())
    if form is None:
        raise NotAudio(f"{content_type or 'no content type'} is not an audio type that is played")
    if not body:
        raise NotAudio("the audio file is empty")
    if form == "wav":
        return _wav(body)
    if form == "mp3":
        return _mp3(body)
    if form == "gsm":
        return len(body) / 33 * 0.02
    if form == "aiff":
        return _aiff(body)
    return len(body) / 8000


def _wav(body: bytes) -> float:
    if body[:4] != b"RIFF" or body[8:12] != b"WAVE":
        raise NotAudio("no RIFF/WAVE header")
    at, byte_rate = 12, 0
    while at + 8 <= len(body):
        name, size = body[at : at + 4], struct.unpack_from("<I", body, at + 4)[0]
        if name == b"fmt ":
            byte_rate = struct.unpack_from("<I", body, at + 16)[0]
        if name == b"data":
            # A streamed header may promise more bytes than there are.
            return min(size, len(body) - at - 8) / byte_rate if byte_rate else 0.0
        at += 8 + size + size % 2
    raise NotAudio("a WAV file without a data chunk")


def _mp3(body: bytes) -> float:
    at = 0
    if body[:3] == b"ID3" and len(body) > 10:
        at = 10 + (body[6] << 21 | body[7] << 14 | body[8] << 7 | body[9])
    while at + 4 <= len(body) and not (body[at] == 0xFF and body[at + 1] & 0xE0 == 0xE0):
        at += 1
    if at + 4 > len(body):
        raise NotAudio("no MPEG frame")
    mpeg1 = body[at + 1] >> 3 & 3 == 3
    kbps = _MP3_KBPS[1 if mpeg1 else 2][min(body[at + 2] >> 4, 14)]
    if not kbps:
        raise NotAudio("an MPEG frame without a bit rate")
    return (len(body) - at) * 8 / (kbps * 1000)


def _aiff(body: bytes) -> float:
    at = body.find(b"COMM")
    if body[:4] != b"FORM" or at < 0 or at + 26 > len(body):
        raise NotAudio("no AIFF header")
    frames = struct.unpack_from(">I", body, at + 10)[0]
    exponent, mantissa = struct.unpack_from(">HQ", body, at + 16)
    rate = mantissa * 2.0 ** ((exponent & 0x7FFF) - 16383 - 63)
    return frames / rate if rate else 0.0
