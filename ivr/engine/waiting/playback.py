"""One document of the waiting loop: words and keys, then slices of music until the next announcement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

from ivr.engine.context import MusicPiece, QueueContext
from ivr.engine.effects import Effect
from ivr.engine.events import Event, InputTimedOut
from ivr.engine.instructions import Pause, Play, Prompt, Say, spoken_seconds
from ivr.engine.phrases import compiled, listen, say
from ivr.engine.step import Detour, Move, Visit, Wait

Memory = dict[str, Any]


@dataclass(frozen=True, slots=True)
class QueueVisit:
    """One caller in one queue, at one moment."""

    visit: Visit
    queue: str

    @property
    def settings(self) -> QueueContext:
        return self.visit.context.queues.get(self.queue) or QueueContext(self.queue)

    @property
    def language(self) -> str:
        return self.visit.session.language

    @property
    def now(self) -> float:
        """Return epoch seconds."""
        return self.visit.context.now.timestamp()

    @property
    def stamp(self) -> str:
        """Return this moment, as the memory keeps it."""
        return self.visit.context.now.isoformat()

    def since(self, stamp: str | None) -> float:
        """Return seconds since a moment of the memory; infinite if it never was."""
        return float("inf") if stamp is None else self.now - datetime.fromisoformat(stamp).timestamp()

    def later(self, seconds: float) -> QueueVisit:
        """Return the same caller so many seconds from now, by the clock alone."""
        now = self.visit.context.now + timedelta(seconds=seconds)
        return replace(self, visit=replace(self.visit, context=replace(self.visit.context, now=now)))

    def say(self, name: str, **values: Any) -> Say:
        """Return one of the engine's sentences in the caller's language."""
        return say(self.visit, name, **values)


EVERY_MESSAGE = 2  # announcements


def comes_after(stay: QueueVisit, count: int, memory: Memory) -> bool:
    """Return whether a message follows announcement number `count`: every second one has one."""
    return count % EVERY_MESSAGE == 0 and _next_message(stay, memory) is not None


def to_come(stay: QueueVisit, memory: Memory, left: int) -> Say | None:
    """Return the next message, if it ends before the announcement in `left` seconds."""
    if memory.get("message_in") is None:
        return None
    message = _next_message(stay, memory)
    room = left - memory["message_in"]
    return message if message is not None and spoken_seconds((message,)) < room else None


def lasts(message: Say) -> int:
    """Return whole seconds, at least one."""
    return max(1, int(spoken_seconds((message,))))


def _next_message(stay: QueueVisit, memory: Memory) -> Say | None:
    """Return the message whose turn it is, of those in the caller's language."""
    texts = [text for one in stay.settings.messages if (text := _text(one, stay.language))]
    if not texts:
        return None
    template = compiled(texts[memory.get("message", 0) % len(texts)])
    spoken = template.render({}, stay.language, stay.visit.context) if template else None
    return Say(spoken.text, stay.language, spoken.markup) if spoken and spoken.text else None


def _text(message: Mapping[str, str], language: str) -> str:
    """Return the text in this language or its family; "" if there is none."""
    return message.get(language) or message.get(language.split("-")[0], "")


GRID = 5
MOST_SLICES = 12  # in one document; pieces of a second would make hundreds


@dataclass(frozen=True, slots=True)
class MusicPosition:
    """Second `at` of the piece number `piece`."""

    piece: int = 0
    at: int = 0


def slices(pieces: Sequence[MusicPiece], spot: MusicPosition, seconds: int) -> tuple[tuple[Play, ...], int]:
    """Return the music from about `spot` on (see `nearest`), and how many seconds it lasts: about `seconds`,
    and at least one."""
    spot, lasts = nearest(pieces, spot), 0
    plays: list[Play] = []
    while len(plays) < MOST_SLICES and not (plays and seconds - lasts <= GRID // 2):
        piece = pieces[spot.piece]
        end = min(max(_on_grid(spot.at + seconds - lasts), spot.at + GRID), piece.seconds)
        plays.append(Play(f"{piece.path}/{spot.at}-{end}.wav"))
        lasts += end - spot.at
        spot = _inside(pieces, MusicPosition(spot.piece, end))
    return tuple(plays), lasts


def nearest(pieces: Sequence[MusicPiece], spot: MusicPosition) -> MusicPosition:
    """Return the spot at which a slice can begin: at most two seconds before or after this one."""
    spot = _inside(pieces, spot)
    return _inside(pieces, MusicPosition(spot.piece, _on_grid(spot.at)))


def _on_grid(second: int) -> int:
    return (second + GRID // 2) // GRID * GRID


def further(pieces: Sequence[MusicPiece], spot: MusicPosition, seconds: int) -> MusicPosition:
    """Return the spot so many seconds of music later."""
    spot, left = _inside(pieces, spot), seconds % sum(piece.seconds for piece in pieces)
    while left > 0:
        step = min(left, pieces[spot.piece].seconds - spot.at)
        left -= step
        spot = _inside(pieces, MusicPosition(spot.piece, spot.at + step))
    return spot


def _inside(pieces: Sequence[MusicPiece], spot: MusicPosition) -> MusicPosition:
    """Return a spot that exists: after a piece's end (or a change of the playlist) the next one begins."""
    number = spot.piece % len(pieces)
    if spot.at < pieces[number].seconds:
        return MusicPosition(number, max(0, spot.at))
    return MusicPosition((number + 1) % len(pieces))


IN_LINE = "waiting"
SHORTEST = 5  # seconds of music after a key, however near the next announcement
LONGEST_SILENCE = 30  # seconds without music until the caller is told that the call is still up


@dataclass(frozen=True, slots=True)
class _Sound:
    """The audio after the words: `chunk` seconds of music or of silence, the first `before` of them ahead of
    a message of `message_s` seconds (None: no message)."""

    prompts: tuple[Prompt, ...]
    chunk: int
    before: int = 0
    message_s: int | None = None


def play(
    stay: QueueVisit,
    memory: Memory,
    words: tuple[Prompt, ...] = (),
    effects: tuple[Effect, ...] = (),
) -> Move:
    """Play words, then the rest of the music before the next announcement."""
    left = max(1, int(memory.get("left", stay.settings.announce_every)))
    message = to_come(stay, memory, left)
    if memory.get("quiet"):
        words = words or (stay.say("still_here"),)
        sound = _silence(memory, left, message)
    else:
        spot = nearest(stay.settings.pieces, _spot(memory))
        memory = {**memory, "spot": [spot.piece, spot.at]}
        sound = _music(stay, memory, left, message)
        lasts = sound.chunk + (sound.message_s or 0)
        if lasts + GRID > left:  # slices are not cut to the second: the announcement comes at the end of them
            left = lasts
    memory = {
        **memory,
        "state": IN_LINE,
        "left": left,
        "since": stay.stamp,
        "words": int(spoken_seconds(words)),
        "chunk": sound.chunk,
        "message_s": sound.message_s,
        "message_in": sound.before if sound.message_s else memory.get("message_in") if message else None,
    }
    waiting = listen(stay.visit, (*words, *sound.prompts), timeout=1, speech=False)
    return Move(Wait(waiting), effects=effects, scratch=memory)


def _music(stay: QueueVisit, memory: Memory, left: int, message: Say | None) -> _Sound:
    """Return the music until the announcement, with the message where its time comes."""
    pieces, spot = stay.settings.pieces, _spot(memory)
    wanted = memory["message_in"] if message else left
    music, before = slices(pieces, spot, wanted) if wanted > 0 else ((), 0)
    if message is None or before + GRID <= wanted:  # many short pieces: the message is for the next document
        return _Sound(music, before)
    takes = lasts(message)
    rest, after = slices(pieces, further(pieces, spot, before), max(1, left - before - takes))
    return _Sound((*music, message, *rest), before + after, before, takes)


def _silence(memory: Memory, left: int, message: Say | None) -> _Sound:
    """Return silence until the announcement, the message or the next reminder, whichever comes first."""
    before = memory["message_in"] if message else 0
    if message is None or before > 0:
        chunk = min(before or left, LONGEST_SILENCE)
        return _Sound((Pause(chunk),), chunk)
    takes = lasts(message)
    chunk = max(1, min(left - takes, LONGEST_SILENCE))
    return _Sound((message, Pause(chunk)), chunk, 0, takes)


def heard(stay: QueueVisit, memory: Memory, event: Event) -> Memory:
    """Return the memory at the moment of the event: the position in the music, and what is left of it."""
    over = isinstance(event, InputTimedOut)
    listened = inf if over else stay.since(memory.get("since")) - memory.get("words", 0)
    played, told = _played(memory, max(0.0, listened))
    spot = _spot(memory)
    if not memory.get("quiet"):
        spot = further(stay.settings.pieces, spot, played)
    left = max(0, int(memory.get("left", 0)) - played)
    memory = {**memory, "spot": [spot.piece, spot.at], "left": left, "chunk": 0}
    if told:
        told_s, count = memory["message_s"], memory.get("message", 0)
        left = max(0, left - told_s)
        return {**memory, "left": left, "message_s": None, "message_in": None, "message": count + 1}
    if memory.get("message_in") is not None:
        memory["message_in"] = max(0, memory["message_in"] - played)
    return {**memory, "message_s": None}


def _played(memory: Memory, listened: float) -> tuple[int, bool]:
    """Return how much of the music was heard in so many seconds, and whether the message had begun."""
    chunk, takes = int(memory.get("chunk", 0)), memory.get("message_s")
    if takes is None:
        return int(min(chunk, listened)), False
    before = memory["message_in"]
    if listened <= before:
        return int(listened), False
    return int(min(chunk, max(before, listened - takes))), True


def after_key(memory: Memory) -> Memory:
    """Return the memory after a key, which must neither delay an announcement nor bring the next words at
    once."""
    memory = {**memory, "left": max(SHORTEST, memory.get("left", 0))}
    if memory.get("message_in") is not None:
        memory["message_in"] = max(SHORTEST, memory["message_in"])
    return memory


def _spot(memory: Memory) -> MusicPosition:
    return MusicPosition(*memory.get("spot", (0, 0)))


PERSON, CALLBACK, MESSAGE, MUSIC = "0", "1", "2", "3"


def can_call_back(stay: QueueVisit) -> bool:
    return stay.settings.offered_after is not None


def can_take_message(stay: QueueVisit) -> bool:
    return stay.settings.voicemail


def alternatives(stay: QueueVisit) -> tuple[Prompt, ...]:
    """Return the alternatives to waiting, the callback first. Nothing when nothing is possible."""
    callback = (stay.say("hint_callback"),) if can_call_back(stay) else ()
    message = (stay.say("hint_message"),) if can_take_message(stay) else ()
    return (*callback, *message)


def music_hint(stay: QueueVisit, memory: Memory) -> Prompt:
    return stay.say("hint_music_on" if memory.get("quiet") else "hint_music_off")


def chosen_alternative(stay: QueueVisit, key: str, memory: Memory) -> Move | None:
    """Return the alternative behind a key; None if there is none.

    A caller who was told of trouble and can be offered only a message may press 1 for it as well.
    """
    if key == CALLBACK and can_call_back(stay):
        return to_callback(stay, memory)
    wants_message = key == MESSAGE or (key == CALLBACK and memory.get("told", 0) > 0)
    return to_message(stay, memory) if wants_message and can_take_message(stay) else None


def to_callback(stay: QueueVisit, memory: Memory, before: tuple[Prompt, ...] = ()) -> Move:
    return Move(Detour(f"@callback:{stay.queue}"), prompts=before, scratch=memory)


def to_message(stay: QueueVisit, memory: Memory, before: tuple[Prompt, ...] = ()) -> Move:
    return Move(Detour(f"@message:{stay.queue}"), prompts=before, scratch=memory)


def pressed(stay: QueueVisit, digits: str, memory: Memory) -> Move:
    """Handle a key of a caller in line."""
    key = digits[:1]
    if key == PERSON:
        return play(stay, after_key(memory), (stay.say("place_kept"),))
    if way := chosen_alternative(stay, key, memory):
        return way
    memory = after_key(memory)
    if key == MUSIC:
        quiet = not memory.get("quiet")
        word = stay.say("music_off" if quiet else "music_on")
        return play(stay, {**memory, "quiet": quiet}, (word,))
    return play(stay, memory, (*alternatives(stay), music_hint(stay, memory)))
