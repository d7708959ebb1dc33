"""The music of the queues: checks that every piece exists and can be cut into slices, and measures it.

A piece is a WAV file below the flows' `audio/`, or else one of those that are shipped.
"""

from __future__ import annotations

from pathlib import Path

from ivr.engine.context import MusicPiece
from ivr.flowfiles.audio import CODINGS, CONVERT, FOLDER
from ivr.flowfiles.loader import FlowProblems
from ivr.flowfiles.problems import Problem, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.wav import NotWav, Wav, read_wav
from ivr.package_files import MUSIC
from ivr.settings import Settings

SOUND = frozenset(
    {".wav", ".wave", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".opus", ".flac", ".wma", ".aif", ".aiff"}
)


def music_of(settings: Settings) -> dict[str, tuple[MusicPiece, ...]]:
    """Return the pieces of every queue. Raises FlowProblems if one is missing or cannot be played."""
    if problems := check_music(settings):
        raise FlowProblems(problems)
    folders = _folders(settings)
    return {
        name: tuple(MusicPiece(piece, _read(piece, folders).seconds) for piece in queue.music)
        for name, queue in settings.queues.items()
    }


def check_music(settings: Settings) -> list[Problem]:
    """Report every piece that callers would not hear."""
    part = Part(settings.document, (), ("settings",))
    found = []
    for name, queue in settings.queues.items():
        for number, piece in enumerate(queue.music):
            if wrong := _wrong(piece, _folders(settings)):
                inside = _place(settings, name, number)
                found.append(part.problem(inside, *wrong))
    return found


def _place(settings: Settings, queue: str, number: int) -> KeyPath:
    """Return the place of a piece in config.yaml, which may be written without a list, or be a default."""
    written = settings.document.value or {}
    body = (written.get("queues") or {}).get(queue) or {}
    music = body.get("music")
    if music is None:
        return ("queues", queue)
    return ("queues", queue, "music", number) if isinstance(music, list) else ("queues", queue, "music")


def _folders(settings: Settings) -> tuple[Path, Path]:
    return settings.flows_path / FOLDER, MUSIC


def _read(piece: str, folders: tuple[Path, ...]) -> Wav:
    paths = [folder / f"{piece}.wav" for folder in folders]
    return read_wav(next((path for path in paths if path.is_file()), paths[0]))


def _wrong(piece: str, folders: tuple[Path, ...]) -> tuple[str, str, str] | None:
    """Return (what is wrong, what to do, code), or None."""
    file = quoted(f"{piece}.wav")
    try:
        wav = _read(piece, folders)
    except NotWav:
        return f"{file} is not a WAV file with music in it", CONVERT, "audio_format"
    except OSError:
        return _missing(piece, folders)
    if wav.coding not in CODINGS:
        return f"{file} has a coding that cannot be cut into slices", CONVERT, "audio_format"
    return (
        None if wav.seconds else (f"{file} lasts less than a second", "take a longer piece", "audio_format")
    )


def _missing(piece: str, folders: tuple[Path, ...]) -> tuple[str, str, str]:
    """Return what to do about missing music: it may exist in another format, or under another name."""
    other = _in_another_form(piece, folders)
    if other is None:
        file = piece if Path(piece).suffix.lower() in SOUND else f"{piece}.wav"
        remedy = f"put it into {folders[0]}, or leave out 'music' for the music that comes with us"
        return f"there is no music {quoted(file)}", remedy, "audio_missing"
    if other.suffix == ".wav":
        remedy = f"write {other.with_suffix('').as_posix()}: the path below {folders[0]}, without .wav"
        return f"{quoted(piece)} is not the name of a piece of music", remedy, "audio_missing"
    if other.suffix.lower() == ".wav":
        remedy = f"call it {other.with_suffix('.wav').name}, in small letters"
        return f"{quoted(other)} is there, but its ending is not .wav", remedy, "audio_missing"
    return f"{quoted(other)} is there, but only WAV can be cut into slices", CONVERT, "audio_format"


def _in_another_form(piece: str, folders: tuple[Path, ...]) -> Path | None:
    """Return an audio file named like this piece, below one of the folders: with another suffix, relative to
    another folder, or with other letter case."""
    starts = [start for start in ("flows/audio/", "audio/") if piece.startswith(start)]
    names = [Path(piece), *(Path(piece.removeprefix(start)) for start in starts)]
    for folder in folders:
        for name in names:
            stem = name.stem if name.suffix.lower() in SOUND else name.name
            place = folder / name.parent
            near = sorted(place.iterdir()) if place.is_dir() else []
            alike = [name.parent / each.name for each in near if each.stem == stem]
            alike = [each for each in alike if each.suffix.lower() in SOUND]
            if alike:
                return name if name in alike else min(alike, key=lambda each: each.suffix != ".wav")
    return _elsewhere(names[-1], folders)


def _elsewhere(name: Path, folders: tuple[Path, ...]) -> Path | None:
    stem = (name.stem if name.suffix.lower() in SOUND else name.name).casefold()
    for folder in folders:
        sounds = (each for each in folder.rglob("*") if each.suffix.lower() in SOUND)
        found = sorted(each.relative_to(folder) for each in sounds if each.stem.casefold() == stem)
        if found:
            return found[0]
    return None
