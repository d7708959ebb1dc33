"""How long callers stay: the chance that a caller who has waited so long will wait so much longer.

The hazard of hanging up is counted in bins of five seconds (hang-ups over seconds spent waiting), smoothed
over wider and wider blocks and drawn towards the overall rate where little was seen.
"""

from __future__ import annotations

from itertools import accumulate
from math import exp, isfinite
from typing import TypedDict

BIN = 5.0
BINS = 400
_REBUILD = 25
_FADE = 0.995  # per rebuild: five thousand callers of memory
_PRIOR_MEAN = 700.0  # seconds one caller waits before hanging up, before any was seen
_PULL = 4.0  # hang-ups' worth of the overall rate in every block


class KeptPatience(TypedDict):
    """The counts as plain JSON values."""

    gave_up: list[float]
    ended: list[float]
    partial: list[float]


class AbandonmentModel:
    def __init__(self) -> None:
        self.gave_up = [0.0] * BINS
        self.ended = [0.0] * BINS
        self.partial = [0.0] * BINS
        self._new = 0
        self._build()

    def add(self, waited: float, hung_up: bool) -> None:
        """Count one caller who left the line after `waited` seconds, by hanging up or to an agent."""
        if not (isfinite(waited) and waited >= 0.0):
            return
        i = min(int(waited / BIN), BINS - 1)
        self.ended[i] += 1.0
        self.partial[i] += min(waited - i * BIN, BIN)
        self.gave_up[i] += hung_up
        self._new += 1
        if self._new >= _REBUILD:
            for counts in (self.gave_up, self.ended, self.partial):
                counts[:] = [c * _FADE for c in counts]
            self._build()

    def survive(self, waited: float, more: float) -> float:
        """Return the chance (0..1) that a caller still there after `waited` seconds stays `more` seconds."""
        return exp(self._cumulated(waited) - self._cumulated(waited + more))

    def _cumulated(self, waited: float) -> float:
        place = waited / BIN
        i = int(place)
        if i >= BINS:
            return self._hazard[BINS] + (waited - BIN * BINS) * self._last_rate
        start = self._hazard[i]
        return start + (place - i) * (self._hazard[i + 1] - start)

    def _build(self) -> None:
        later = [0.0, *accumulate(reversed(self.ended))]
        exposure = [self.partial[i] + BIN * later[BINS - 1 - i] for i in range(BINS)]
        overall = (sum(self.gave_up) + 2.0) / (sum(exposure) + 2.0 * _PRIOR_MEAN)
        rates: list[float] = []
        width = 1
        while len(rates) < BINS:
            block = slice(len(rates), min(BINS, len(rates) + width))
            rate = (sum(self.gave_up[block]) + _PULL) / (sum(exposure[block]) + _PULL / overall)
            rates += [rate] * (block.stop - block.start)
            width = max(1, int(block.stop * 0.35))
        self._hazard = [0.0, *accumulate(rate * BIN for rate in rates)]
        self._last_rate = rates[-1]
        self._new = 0

    def dump(self) -> KeptPatience:
        return {"gave_up": list(self.gave_up), "ended": list(self.ended), "partial": list(self.partial)}

    def load(self, kept: KeptPatience) -> None:
        self.gave_up = [float(count) for count in kept["gave_up"]]
        self.ended = [float(count) for count in kept["ended"]]
        self.partial = [float(count) for count in kept["partial"]]
        self._build()
