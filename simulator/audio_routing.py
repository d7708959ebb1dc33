"""Records when legs can hear one another, as intervals in the witness log."""

from __future__ import annotations

from collections import defaultdict

from simulator.core import SimulatorCore
from simulator.witness import WitnessEntry

Pair = tuple[str, str]
"""(the leg that hears, the leg that is heard), both call SIDs."""


class AudioRouting:
    """Bridges and conferences arrange their pairs here; differences open and close intervals."""

    def __init__(self, account: SimulatorCore) -> None:
        self._account = account
        self._open: dict[object, dict[Pair, WitnessEntry]] = {}
        self._heard_by: dict[str, set[str]] = defaultdict(set)

    def arrange(self, room: object, pairs: set[Pair]) -> None:
        """From now on exactly `pairs` hear each other in `room`; an empty set dissolves it."""
        now = self._account.clock.time()
        current = self._open.setdefault(room, {})
        for pair in current.keys() - pairs:
            current.pop(pair).detail["end"] = now
            self._heard_by[pair[0]].discard(pair[1])
        for pair in sorted(pairs - current.keys()):
            current[pair] = self._account.witness.add(
                now, pair[0], "hears", speaker=pair[1], start=now, end=None
            )
            self._heard_by[pair[0]].add(pair[1])
        if not current:
            del self._open[room]
        self._account.changed()

    def talking_to(self, leg: str) -> set[str]:
        """The legs that `leg` hears and that hear it."""
        return {other for other in self._heard_by.get(leg, ()) if leg in self._heard_by.get(other, ())}
