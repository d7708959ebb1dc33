"""The notices of a queue: said to who joins it, and once to who stands in it already."""

from __future__ import annotations

from ivr.engine.instructions import Prompt
from ivr.engine.notices import of_queue
from ivr.engine.waiting.queue_visit import Memory, QueueVisit


def with_notices(stay: QueueVisit, memory: Memory) -> tuple[tuple[Prompt, ...], Memory]:
    """(what this caller has not heard yet, the memory in which they have)."""
    heard = memory.get("notices", [])
    fresh = of_queue(stay.visit.context.notices, stay.queue, heard)
    if not fresh:
        return (), memory
    said = tuple(notice.said(stay.language) for notice in fresh)
    return said, {**memory, "notices": [*heard, *(notice.id for notice in fresh)]}
