"""One document of the waiting loop: words, then music (or silence with a sign of life), and ears for a key.

The memory knows what is being played, so that a key's place in it is known too: `spot` is where the music
stands ([piece, second]), `chunk` how many seconds of it are played, `since` from when, after `words` seconds
of speech. `left` is the music still to come before the next announcement is due. `quiet`: music is off.
"""

from __future__ import annotations

from ivr.engine.effects import Effect
from ivr.engine.events import Event, InputTimedOut
from ivr.engine.hold.music import GRID, Spot, further, nearest, slices
from ivr.engine.hold.stay import Memory, Stay
from ivr.engine.instructions import Pause, Prompt, spoken_seconds
from ivr.engine.listening import listen
from ivr.engine.step import Move, Wait

IN_LINE = "waiting"
SHORTEST = 5  # seconds of music after a key, however near the next announcement
LONGEST_SILENCE = 30  # seconds without music until the caller hears that the line lives


def play(
    stay: Stay,
    memory: Memory,
    words: tuple[Prompt, ...] = (),
    effects: tuple[Effect, ...] = (),
    most: int | None = None,
) -> Move:
    """Words, then what is left of the music before the next announcement, at most `most` seconds of it."""
    left = max(1, int(memory.get("left", stay.settings.announce_every)))
    seconds = left if most is None else max(1, min(left, most))
    if memory.get("quiet"):
        words = words or (stay.say("still_here"),)
        chunk = min(seconds, LONGEST_SILENCE)
        sound: tuple[Prompt, ...] = (Pause(chunk),)
    else:
        spot = nearest(stay.settings.pieces, _spot(memory))
        memory = {**memory, "spot": [spot.piece, spot.at]}
        sound, chunk = slices(stay.settings.pieces, spot, seconds)
        if chunk + GRID > left:  # slices are not cut to the second: the announcement comes at the end of them
            left = chunk
    memory = {
        **memory,
        "state": IN_LINE,
        "left": left,
        "since": stay.stamp,
        "words": int(spoken_seconds(words)),
        "chunk": chunk,
    }
    waiting = listen(stay.visit, (*words, *sound), timeout=1, speech=False)
    return Move(Wait(waiting), effects=effects, scratch=memory)


def heard(stay: Stay, memory: Memory, event: Event) -> Memory:
    """The memory at the moment of the event: where the music stands, and what is left of it."""
    chunk = int(memory.get("chunk", 0))
    played = chunk
    if not isinstance(event, InputTimedOut):
        listened = stay.since(memory.get("since")) - memory.get("words", 0)
        played = int(max(0, min(chunk, listened)))
    left = max(0, int(memory.get("left", 0)) - played)
    spot = _spot(memory)
    if not memory.get("quiet"):
        spot = further(stay.settings.pieces, spot, played)
    return {**memory, "spot": [spot.piece, spot.at], "left": left, "chunk": 0}


def after_key(memory: Memory) -> Memory:
    """A key must not put an announcement off, nor bring the next words at once."""
    return {**memory, "left": max(SHORTEST, memory.get("left", 0))}


def _spot(memory: Memory) -> Spot:
    return Spot(*memory.get("spot", (0, 0)))
