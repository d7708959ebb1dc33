"""The keys that work while waiting, and the sentences that offer them: only what is possible is offered.

0 is for the person they wait for already: it tells that the place is kept. 1 calls back, 2 takes a message,
3 turns the music off and on. Any other key is answered with what the keys are.
"""

from __future__ import annotations

from ivr.engine.instructions import Prompt
from ivr.engine.step import Detour, Move
from ivr.engine.waiting.playback import after_key, play
from ivr.engine.waiting.queue_visit import Memory, QueueVisit

PERSON, CALLBACK, MESSAGE, MUSIC = "0", "1", "2", "3"


def can_call_back(stay: QueueVisit) -> bool:
    return stay.settings.offered_after is not None


def can_take_message(stay: QueueVisit) -> bool:
    return stay.settings.voicemail


def alternatives(stay: QueueVisit) -> tuple[Prompt, ...]:
    """What can be had instead of waiting, the callback first. Nothing when nothing is possible."""
    callback = (stay.say("hint_callback"),) if can_call_back(stay) else ()
    message = (stay.say("hint_message"),) if can_take_message(stay) else ()
    return (*callback, *message)


def music_hint(stay: QueueVisit, memory: Memory) -> Prompt:
    return stay.say("hint_music_on" if memory.get("quiet") else "hint_music_off")


def chosen_alternative(stay: QueueVisit, key: str, memory: Memory) -> Move | None:
    """The way out behind a key; None when it has none.

    Who was told of trouble and can be offered nothing but a message may press 1 for it as well.
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
    """A key of somebody who stands in line."""
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
