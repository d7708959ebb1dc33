"""Data sources in the hand of whoever rehearses: no scenario ever asks a real one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ivr.cli.rehearsal import Rehearsal
from ivr.cli.scenarios.given import Lookup
from ivr.engine.effects import LookUp
from ivr.engine.events import LookedUp

FOUND, MISSING, FAILED = "found", "missing", "failed"


class Answers:
    """Answers look-ups as `given: lookups` says; a source of which it says nothing has failed.

    A slow source makes the webhook late by as much, at most by the source's own time limit.
    """

    def __init__(self, rehearsal: Rehearsal, lookups: Mapping[str, Lookup]) -> None:
        self._lookups, self._late = lookups, 0.0
        self._limits = {name: source.settings.timeout for name, source in rehearsal.settings.sources.items()}
        rehearsal.exchange.disturb(delay=lambda webhook: self._lateness())

    def __call__(self, effect: LookUp) -> LookedUp:
        told = self._lookups.get(effect.source)
        if told is None:
            return LookedUp(FAILED)
        limit = self._limits.get(effect.source, 0.0)
        self._late += min(told.slow, limit)
        if told.failed or told.slow > limit:
            return LookedUp(FAILED)
        if told.missing or told.found is None:
            return LookedUp(MISSING)
        return LookedUp(FOUND, told.found)

    def _lateness(self) -> float:
        late, self._late = self._late, 0.0
        return late


class NoSecrets(Mapping[str, str]):
    """Stands in for the environment: every source has a secret that opens nothing."""

    def __getitem__(self, name: str) -> str:
        return "sqlite://"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0
