"""The queue's own messages, one after the other, between two announcements and never in the way of one."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.engine.hold.playing import play
from ivr.engine.hold.stay import Memory, Stay
from ivr.engine.instructions import Say, spoken_seconds
from ivr.engine.phrases import compiled
from ivr.engine.step import Move

EVERY = 2  # announcements


def is_next(stay: Stay, memory: Memory) -> bool:
    """Whether a message comes between this announcement and the next: after every second one."""
    return memory.get("count", 0) % EVERY == 0 and _next(stay, memory) is not None


def say_midway(stay: Stay, memory: Memory) -> Move:
    """The music between two announcements goes on, with the next message first when its time has come."""
    message = _next(stay, memory) if memory.get("midway") else None
    memory = {**memory, "midway": False}
    if message is None or spoken_seconds((message,)) >= memory["left"]:
        return play(stay, memory)
    left = memory["left"] - int(spoken_seconds((message,)))
    return play(stay, {**memory, "left": left, "message": memory.get("message", 0) + 1}, (message,))


def _next(stay: Stay, memory: Memory) -> Say | None:
    """The message whose turn it is, of those in the caller's language."""
    texts = [text for one in stay.settings.messages if (text := _text(one, stay.language))]
    if not texts:
        return None
    template = compiled(texts[memory.get("message", 0) % len(texts)])
    spoken = template.render({}, stay.language, stay.visit.facts) if template else None
    return Say(spoken.text, stay.language, spoken.markup) if spoken and spoken.text else None


def _text(message: Mapping[str, str], language: str) -> str:
    """In this very language, or its family; "" where it was not written in it."""
    return message.get(language) or message.get(language.split("-")[0], "")
