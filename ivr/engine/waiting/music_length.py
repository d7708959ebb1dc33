"""How long the music goes on before the caller is worth interrupting, as far as can be known beforehand.

Between two documents the caller hears a second of silence, so an announcement that would have nothing to say
is left out. Nobody can know what the floor will be like then: at most one announcement in two is left out.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.engine.context import WaitContext
from ivr.engine.waiting.no_agents import is_closed, is_due, trouble_of
from ivr.engine.waiting.overflow import is_overflow_due
from ivr.engine.waiting.queue_visit import Memory, QueueVisit

BETWEEN_DOCUMENTS = 1  # second

Foreseen = Callable[[QueueVisit, WaitContext], bool]


def rounds_until_interruption(
    stay: QueueVisit, wait: WaitContext, memory: Memory, spoken: float, has_news: Foreseen
) -> int:
    """One round, or two where the announcement between them can be left out: it `has_news` for nobody, and
    there is nothing else to tell. `spoken` seconds come before the music."""
    seconds = spoken + stay.settings.announce_every + BETWEEN_DOCUMENTS
    later, then = stay.later(seconds), wait.later(seconds)
    return 1 if _is_disturbed(later, then, memory) or has_news(later, then) else 2


def _is_disturbed(stay: QueueVisit, wait: WaitContext, memory: Memory) -> bool:
    """Whether the line closes or opens, a trouble is to be told, or a rule leads elsewhere."""
    if is_closed(stay) == wait.open:
        return True
    trouble = trouble_of(stay, wait, memory)
    return (trouble is not None and is_due(stay, trouble, memory)) or is_overflow_due(stay, wait, memory)
