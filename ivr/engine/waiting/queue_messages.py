"""The queue's own messages, one after the other, between two announcements and never in the way of one.

`message_in` is how many seconds of music come before the next message, None when none is to come.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.engine.instructions import Say, spoken_seconds
from ivr.engine.phrases import compiled
from ivr.engine.waiting.queue_visit import Memory, QueueVisit

EVERY = 2  # announcements


def comes_after(stay: QueueVisit, count: int, memory: Memory) -> bool:
    """Whether a message follows announcement number `count`: every second one has one."""
    return count % EVERY == 0 and _next(stay, memory) is not None


def to_come(stay: QueueVisit, memory: Memory, left: int) -> Say | None:
    """The message to come, if it is over before the announcement in `left` seconds."""
    if memory.get("message_in") is None:
        return None
    message = _next(stay, memory)
    room = left - memory["message_in"]
    return message if message is not None and spoken_seconds((message,)) < room else None


def lasts(message: Say) -> int:
    """Whole seconds, at least one."""
    return max(1, int(spoken_seconds((message,))))


def _next(stay: QueueVisit, memory: Memory) -> Say | None:
    """The message whose turn it is, of those in the caller's language."""
    texts = [text for one in stay.settings.messages if (text := _text(one, stay.language))]
    if not texts:
        return None
    template = compiled(texts[memory.get("message", 0) % len(texts)])
    spoken = template.render({}, stay.language, stay.visit.context) if template else None
    return Say(spoken.text, stay.language, spoken.markup) if spoken and spoken.text else None


def _text(message: Mapping[str, str], language: str) -> str:
    """In this very language, or its family; "" where it was not written in it."""
    return message.get(language) or message.get(language.split("-")[0], "")
