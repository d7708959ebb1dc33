"""What every part of the waiting loop needs to know of the caller it speaks to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ivr.engine.context import QueueContext
from ivr.engine.gather_prompts import say
from ivr.engine.instructions import Say
from ivr.engine.step import Visit

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
        """Epoch seconds."""
        return self.visit.context.now.timestamp()

    @property
    def stamp(self) -> str:
        """This moment, as the memory keeps it."""
        return self.visit.context.now.isoformat()

    def since(self, stamp: str | None) -> float:
        """Seconds since a moment of the memory; endless since one that never was."""
        return float("inf") if stamp is None else self.now - datetime.fromisoformat(stamp).timestamp()

    def later(self, seconds: float) -> QueueVisit:
        """The same caller so many seconds from now, as far as the clock is concerned."""
        now = self.visit.context.now + timedelta(seconds=seconds)
        return replace(self, visit=replace(self.visit, context=replace(self.visit.context, now=now)))

    def say(self, name: str, **values: Any) -> Say:
        """One of the engine's sentences in the caller's language."""
        return say(self.visit, name, **values)
