"""Checks recordings that flows play: whether the file exists, and whether a telephone can play it."""

from __future__ import annotations

import struct
from pathlib import Path

from ivr.engine.prompts import PromptText
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import Problem, quoted
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.wav import A_LAW, MU_LAW, PCM, coding_of
from ivr.settings import Settings

FOLDER = "audio"
CODINGS = {PCM: "PCM", A_LAW: "A-law", MU_LAW: "µ-law"}
RATE = 8000
CONVERT = (
    "convert it to WAV, 8000 Hz, one channel, µ-law: ffmpeg -i in.wav -ar 8000 -ac 1 -c:a pcm_mulaw out.wav"
)
LONGEST_HEADER = 4096


def check_audio(
    read: Draft, step: str, inside: KeyPath, prompt: PromptText, settings: Settings
) -> list[Problem]:
    """Check every recording of one prompt."""
    found = []
    for language, name in prompt.audio.items():
        path = (*inside, *([language] if language else []), "audio")
        wrong = _wrong(settings.flows_path / FOLDER, name)
        if wrong:
            found.append(read.step_part(step).problem(path, *wrong))
    return found


def _wrong(folder: Path, name: str) -> tuple[str, str, str] | None:
    """Return (what is wrong, what to do, code), or None."""
    path = folder / name
    try:
        if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            return f"there is no recording {quoted(name)}", f"put it into {folder}", "audio_missing"
        with path.open("rb") as file:
            head = file.read(LONGEST_HEADER)
    except OSError:
        return f"{quoted(name)} cannot be read", "check its permissions", "audio_missing"
    said = _mp3(head) if path.suffix == ".mp3" else _wav(head)
    if said:
        return f"{quoted(name)} {said}", CONVERT, "audio_format"
    return None


def _mp3(head: bytes) -> str:
    frame = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0
    return "" if head.startswith(b"ID3") or frame else "is not an MP3 file"


def _wav(head: bytes) -> str:
    """Return what is wrong with a WAV file according to its header, or ""."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return "is not a WAV file"
    at = 12
    while at + 8 <= len(head):
        name, size = struct.unpack_from("<4sI", head, at)
        if name == b"fmt " and at + 24 <= len(head):
            channels, rate = struct.unpack_from("<HI", head, at + 10)
            return _unplayable(coding_of(head[at + 8 : at + 8 + size]), channels, rate)
        at += 8 + size + size % 2
    return "is not a WAV file"


def _unplayable(coding: int, channels: int, rate: int) -> str:
    if coding not in CODINGS:
        return "has a coding that telephones do not play"
    if channels != 1:
        return f"has {channels} channels instead of one"
    return f"has {rate} samples a second instead of {RATE}" if rate != RATE else ""
