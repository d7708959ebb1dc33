"""Serves `/audio/`: the files that flows play, and slices of the waiting music.

The music continues where an announcement interrupted it, so the waiting loop plays slices of it:
`/audio/music/waiting/<start>-<end>.wav`, in whole seconds, out of `music/waiting.wav`. Any WAV can be cut in
this way. Audio is public and not signed: Twilio fetches it through its own caches, by ETag and Cache-Control.
"""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file

from ivr.flowfiles.wav import NotWav, read_wav

TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".ulaw": "audio/ulaw"}

# A file may be replaced under its name, so it is asked about again within the hour. Slices are many and their
# music seldom changes: a new piece is heard everywhere a day later.
WHOLE_FILE = "public, max-age=3600"
SLICE = "public, max-age=86400, immutable"

SLICE_NAME = re.compile(r"(?P<music>(?:[\w.-]+/)*[\w.-]+)/(?P<start>\d{1,6})-(?P<end>\d{1,6})\.wav", re.ASCII)
LARGEST_SLICE = 8 * 1024 * 1024  # bytes that one request may make us hold; 17 minutes of telephone audio


def audio_blueprint(*folders: Path) -> Blueprint:
    """Routes below `/audio/` for the files in `folders`; of two with one name the first folder's counts."""
    blueprint = Blueprint("audio", __name__, url_prefix="/audio")
    roots = [folder.resolve() for folder in folders]

    def existing(name: str) -> Path:
        """Return the file `name` inside one of the folders, or 404. A link may not lead outside it."""
        if "\\" in name or any(part.startswith(".") for part in name.split("/")):
            abort(404)
        return next((path for root in roots if (path := _inside(root, name))), None) or abort(404)

    @blueprint.get("/<path:name>")
    def audio(name: str) -> Response:
        if wanted := SLICE_NAME.fullmatch(name):
            source = existing(wanted["music"] + ".wav")
            return _slice(source, int(wanted["start"]), int(wanted["end"]))
        path = existing(name)
        response = send_file(path, mimetype=TYPES[path.suffix], conditional=True)
        return _headed(response, WHOLE_FILE)

    return blueprint


def _inside(root: Path, name: str) -> Path | None:
    try:
        path = (root / name).resolve()
        found = path.suffix in TYPES and path.is_relative_to(root) and path.is_file()
    except (OSError, ValueError):  # a name no file can have: too long, or with a zero byte
        return None
    return path if found else None


def _slice(path: Path, start: int, end: int) -> Response:
    try:
        wav = read_wav(path)
    except NotWav:
        abort(404)
    wanted = min(wav.aligned(end), wav.data_size) - wav.aligned(start)
    if not 0 < wanted <= LARGEST_SLICE:
        abort(404)
    response = _headed(Response(wav.cut(start, end), mimetype="audio/wav"), SLICE)
    # From the content: every host gives the same slice the same ETag.
    response.add_etag()
    size = len(response.data)
    response.make_conditional(request.environ, accept_ranges=True, complete_length=size)
    return response


def _headed(response: Response, caching: str) -> Response:
    response.headers["Cache-Control"] = caching
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
