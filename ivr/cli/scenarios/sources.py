"""Data sources in the hand of whoever rehearses: no scenario ever asks a real one."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.cli.scenarios.given import Lookup
from ivr.engine.effects import LookUp
from ivr.engine.events import LookedUp
from ivr.settings import Settings

FOUND, MISSING, FAILED = "found", "missing", "failed"


class Answers:
    """Stands in for the look-ups of a line: answers as `given: lookups` says; a source of which it says
    nothing has failed.

    A slow source makes the webhook late by as much, at most by the source's own time limit.
    """

    def __init__(self, settings: Settings, lookups: Mapping[str, Lookup]) -> None:
        self._lookups, self._late = lookups, 0.0
        self._limits = {name: source.settings.timeout for name, source in settings.sources.items()}

    def deadline(self, effect: LookUp) -> float:
        """Seconds that an answer takes at most."""
        return self._limits.get(effect.source, 0.0)

    def __call__(self, effect: LookUp, _sid: str = "") -> LookedUp:
        told = self._lookups.get(effect.source)
        if told is None:
            return LookedUp(FAILED)
        limit = self.deadline(effect)
        self._late += min(told.slow, limit)
        if told.failed or told.slow > limit:
            return LookedUp(FAILED)
        if told.missing or told.found is None:
            return LookedUp(MISSING)
        return LookedUp(FOUND, told.found)

    def lateness(self) -> float:
        """Seconds by which the webhook that asked comes late; told once."""
        late, self._late = self._late, 0.0
        return late
