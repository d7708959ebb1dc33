"""Plays callers their own messages. The carrier signs no request for audio, so the address itself is the
secret: it cannot be guessed and is valid for minutes."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from ivr.service.recordings import RecordingPlayback, audio_range

# Nobody but the carrier's telephone exchange hears it, and only in this call.
CACHING = "private, max-age=300, immutable"


def messages_blueprint(listening: RecordingPlayback) -> Blueprint:
    """`/recordings/<sid>/<until>/<mark>.wav`"""
    messages = Blueprint("messages", __name__, url_prefix="/recordings")

    @messages.get("/<sid>/<int:until>/<mark>.wav")
    def recording(sid: str, until: int, mark: str) -> Response:
        if not listening.is_good(sid, until, mark):
            abort(404)
        sound = listening.sound(sid)
        if sound is None:
            abort(404)
        answer = Response(audio_range(sound, 0, None), mimetype=sound.kind)
        answer.call_on_close(sound.close)
        answer.headers["Cache-Control"] = CACHING
        answer.headers["X-Content-Type-Options"] = "nosniff"
        answer.headers["ETag"] = f'"{sid}"'
        if sound.size is not None:
            answer.content_length = sound.size
        return answer

    return messages
