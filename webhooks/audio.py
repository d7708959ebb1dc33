"""Serves `/audio/`: the files that flows play, and slices of the waiting music.

The music goes on from where an announcement cut it off, so the waiting loop plays slices of it:
`/audio/music/waiting/<start>-<end>.wav`, in whole seconds, out of `music/waiting.wav`. Any WAV can be cut so.
Audio is public and carries no signature: Twilio fetches it through its own caches, by ETag and Cache-Control.
"""

from __future__ import annotations

import logging
import re
import struct
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, abort, request, send_file

log = logging.getLogger(__name__)

TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".ulaw": "audio/ulaw"}

# A file may be replaced under its name, so it is asked about again within the hour. Slices are many and their
# music seldom changes: a new piece is heard everywhere a day later.
WHOLE_FILE = "public, max-age=3600"
SLICE = "public, max-age=86400, immutable"

SHIPPED = Path(__file__).parents[1] / "flows" / "audio"
"""What comes with us, for flows that bring no music of their own."""

SLICE_NAME = re.compile(r"(?P<music>(?:[\w.-]+/)*[\w.-]+)/(?P<start>\d{1,6})-(?P<end>\d{1,6})\.wav", re.ASCII)
LARGEST_SLICE = 8 * 1024 * 1024  # bytes that one request may make us hold; 17 minutes of telephone sound


class NotWav(Exception):
    """The file is not a WAV file whose seconds can be counted off."""


@dataclass(frozen=True, slots=True)
class Wav:
    """Where the samples of a WAV file are: everything needed to cut it without reading it."""

    path: Path
    form: bytes
    """The `fmt ` chunk as it stands in the file, kept in every slice so that the coding stays the same."""
    bytes_per_second: int
    block: int
    data_at: int
    data_size: int

    def cut(self, start: int, end: int) -> bytes:
        """A complete WAV file from second `start` up to second `end` or the end of the music."""
        first = self.aligned(start)
        size = min(self.aligned(end), self.data_size) - first
        with self.path.open("rb") as file:
            file.seek(self.data_at + first)
            samples = file.read(size)
        form = struct.pack("<4sI", b"fmt ", len(self.form)) + self.form
        fact = struct.pack("<4sII", b"fact", 4, len(samples) // self.block)
        data = struct.pack("<4sI", b"data", len(samples)) + samples + b"\0" * (len(samples) % 2)
        body = b"WAVE" + form + fact + data
        return struct.pack("<4sI", b"RIFF", len(body)) + body

    def aligned(self, second: int) -> int:
        return second * self.bytes_per_second // self.block * self.block


def read_wav(path: Path) -> Wav:
    """Walk the file's chunks up to the samples. Reads a few bytes, however long the music is."""
    form = b""
    with path.open("rb") as file:
        riff = file.read(12)
        if len(riff) < 12 or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
            raise NotWav(f"{path.name} is not a WAV file")
        while len(header := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", header)
            if name == b"fmt " and size <= 64:
                form = file.read(size)
                file.seek(size % 2, 1)
            elif name == b"data" and len(form) >= 16:
                return _described(path, form, file.tell(), size)
            else:
                file.seek(size + size % 2, 1)
    raise NotWav(f"{path.name} has no samples")


def _described(path: Path, form: bytes, data_at: int, declared: int) -> Wav:
    bytes_per_second, block = struct.unpack_from("<IH", form, 8)
    # Recorders that stream leave a size that is too large in the header.
    size = min(declared, path.stat().st_size - data_at)
    if not (bytes_per_second and block and size):
        raise NotWav(f"{path.name} has no samples")
    return Wav(path, form, bytes_per_second, block, data_at, size)


def music_seconds(name: str, *folders: Path) -> int:
    """How many whole seconds the music lasts: the end of its last slice. 0 when there is none."""
    paths = [folder / f"{name}.wav" for folder in folders]
    try:
        wav = read_wav(next((path for path in paths if path.is_file()), paths[0]))
    except (NotWav, OSError) as fault:
        log.warning("callers will wait without music: %s", fault)
        return 0
    return wav.data_size // wav.bytes_per_second


def audio_blueprint(*folders: Path) -> Blueprint:
    """Routes below `/audio/` for the files in `folders`; of two with one name the first folder's counts."""
    blueprint = Blueprint("audio", __name__, url_prefix="/audio")
    roots = [folder.resolve() for folder in folders]

    def existing(name: str) -> Path:
        """The file `name` inside one of the folders, or 404. A link may not lead outside it."""
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
    return response.make_conditional(request.environ, accept_ranges=True, complete_length=size)


def _headed(response: Response, caching: str) -> Response:
    response.headers["Cache-Control"] = caching
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
