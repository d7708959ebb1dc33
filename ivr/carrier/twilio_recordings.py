"""The sound of a recording, fetched as it is listened to: Twilio's package knows texts only.

An account may demand its name and token for the media, so they always go along; a redirect to where the file
really lies goes without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivr.carrier.base import RecordingAudio
from ivr.carrier.twilio_errors import TwilioRefusal

MOST_BYTES = 24 * 1024 * 1024  # ten minutes take 10 MB
CHUNK = 32 * 1024
PLAYABLE = ("audio/wav", "audio/x-wav", "audio/wave", "audio/mpeg")


def opened(url: str, login: tuple[str, str], timeout: float, http_client: Any) -> RecordingAudio:
    """The sound at `url`. Raises Refused, or what `requests` raises; `http_client` is a
    simulator's or None."""
    import requests

    get = getattr(http_client, "stream", None) or requests.get
    answer = get(url, auth=login, timeout=timeout, stream=True)
    length = answer.headers.get("Content-Length", "")
    size = int(length) if length.isdigit() else None
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    why = ""
    if answer.status_code != 200:
        why = f"the recording cannot be had: HTTP {answer.status_code}"
    elif kind not in PLAYABLE or (size or 0) > MOST_BYTES:
        why = f"this is no recording of a telephone: {kind or 'no type'}, {size} bytes"
    if why:
        answer.close()
        raise TwilioRefusal(answer.status_code if answer.status_code != 200 else 415, why)
    return RecordingAudio("audio/wav" if "wav" in kind else kind, size, _bounded(answer), answer.close)


def _bounded(answer: Any) -> Iterator[bytes]:
    """Chunks as they come, never more than MOST_BYTES."""
    left = MOST_BYTES
    for chunk in answer.iter_content(CHUNK):
        yield chunk[:left]
        left -= len(chunk)
        if left <= 0:
            return
