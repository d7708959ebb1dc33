"""Distributions of the length of conversations, wrap-ups, rings and pauses on this floor, and of callers'
stay in line."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate, pairwise
from math import erfc, exp, isfinite, log, sqrt
from statistics import NormalDist
from typing import TypedDict

DURATION_BINS = 64
LONGEST = 7200.0
ABSURD = 12 * 3600.0
_RATIO = log(LONGEST) / (DURATION_BINS - 1)
EDGES = [0.0] + [exp(i * _RATIO) for i in range(DURATION_BINS)]
_MIDDLES = [log(0.7)] + [(i + 0.5) * _RATIO for i in range(DURATION_BINS - 1)]
_FEW = 60  # observations after which the prior no longer counts
_THIN = 15.0  # with fewer observations beyond a point, its tail is taken as lognormal
_normal = NormalDist()


def _below(x: float) -> float:
    """Return the share of a standard normal below x."""
    return 0.5 * erfc(-x / sqrt(2.0))


class KeptDurations(TypedDict):
    """The counts as plain JSON values."""

    counts: list[float]
    total: float
    seen: int


class Durations:
    """One kind of duration. `mean` (seconds) and `cv` (spread over mean) describe the prior."""

    def __init__(self, mean: float, cv: float, memory: int = 500, prior: float = 8.0) -> None:
        variance = log(1.0 + cv * cv)
        self._mu, self._sigma = log(mean) - variance / 2.0, sqrt(variance)
        self._prior_mean, self._prior = mean, prior
        self._keep = 1.0 - 1.0 / memory
        at_edges = [0.0] + [_below((log(edge) - self._mu) / self._sigma) for edge in EDGES[1:]]
        self._prior_shape = [b - a for a, b in pairwise(at_edges)]
        self.counts = [0.0] * DURATION_BINS
        self.weight, self.total, self.seen = 1.0, 0.0, 0
        self._built: tuple[int, list[float], float, float] | None = None

    def add(self, seconds: float) -> None:
        """Count one duration. What cannot be one (negative, half a day, not a number) is left out."""
        if not (isfinite(seconds) and 0.0 <= seconds < ABSURD):
            return
        # Instead of fading all the counts at each call, let the new one weigh more.
        self.weight /= self._keep
        self.counts[min(bisect_right(EDGES, seconds) - 1, DURATION_BINS - 1)] += self.weight
        self.total += seconds * self.weight
        self.seen += 1
        if self.weight > 1e6:
            self.counts = [c / self.weight for c in self.counts]
            self.total, self.weight = self.total / self.weight, 1.0

    def mean(self) -> float:
        """Return the mean, in seconds, the prior counted in with its full weight."""
        mass = sum(self.counts) / self.weight
        return (self.total / self.weight + self._prior_mean * self._prior) / (mass + self._prior)

    def quantiles(self, shares: list[float]) -> list[float]:
        return self.residuals(0.0, shares)

    def residuals(self, elapsed: float, shares: list[float]) -> list[float]:
        """Return the rest, in seconds, at each of the shares (0..1, rising) after `elapsed` seconds."""
        upto, mu, sigma = self._summary()
        whole = upto[-1]
        gone = self._mass_below(upto, elapsed)
        if elapsed > 0.0 and whole - gone < _THIN:
            return self._lognormal_residuals(elapsed, shares, mu, sigma)
        return [max(_inverse(upto, gone + (whole - gone) * share) - elapsed, 0.0) for share in shares]

    def _summary(self) -> tuple[list[float], float, float]:
        """Return cumulated counts at the edges, and the mean and spread of the logarithm."""
        if self._built is None or self._built[0] != self.seen:
            prior = self._prior * max(0.0, 1.0 - self.seen / _FEW)
            mass = [c / self.weight + prior * p for c, p in zip(self.counts, self._prior_shape, strict=True)]
            whole = sum(mass)
            mu = sum(m * x for m, x in zip(mass, _MIDDLES, strict=True)) / whole
            var = sum(m * (x - mu) ** 2 for m, x in zip(mass, _MIDDLES, strict=True)) / whole
            self._built = (self.seen, [0.0, *accumulate(mass)], mu, max(sqrt(var), 0.2))
        return self._built[1:]

    @staticmethod
    def _mass_below(upto: list[float], elapsed: float) -> float:
        if elapsed <= 0.0:
            return 0.0
        i = bisect_right(EDGES, elapsed) - 1
        if i >= DURATION_BINS:
            return upto[-1]
        return upto[i] + (upto[i + 1] - upto[i]) * (elapsed - EDGES[i]) / (EDGES[i + 1] - EDGES[i])

    @staticmethod
    def _lognormal_residuals(elapsed: float, shares: list[float], mu: float, sigma: float) -> list[float]:
        gone = min(_below((log(max(elapsed, 1.0)) - mu) / sigma), 1.0 - 1e-6)
        places = (_normal.inv_cdf(min(gone + (1.0 - gone) * share, 1.0 - 1e-7)) for share in shares)
        return [max(exp(mu + sigma * z) - elapsed, 1.0) for z in places]

    def dump(self) -> KeptDurations:
        scale = self.weight
        return {"counts": [c / scale for c in self.counts], "total": self.total / scale, "seen": self.seen}

    def load(self, kept: KeptDurations) -> None:
        self.counts, self.weight = [float(c) for c in kept["counts"]], 1.0
        self.total, self.seen = float(kept["total"]), int(kept["seen"])
        self._built = None


def _inverse(upto: list[float], mass: float) -> float:
    """Return the duration below which `mass` of the cumulated counts lie."""
    i = min(max(bisect_right(upto, mass) - 1, 0), DURATION_BINS - 1)
    inside = upto[i + 1] - upto[i]
    return EDGES[i] + (EDGES[i + 1] - EDGES[i]) * ((mass - upto[i]) / inside if inside > 0.0 else 0.0)


ABANDONMENT_BIN_S = 5.0
ABANDONMENT_BINS = 400
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
        self.gave_up = [0.0] * ABANDONMENT_BINS
        self.ended = [0.0] * ABANDONMENT_BINS
        self.partial = [0.0] * ABANDONMENT_BINS
        self._new = 0
        self._build()

    def add(self, waited: float, hung_up: bool) -> None:
        """Count one caller who left the line after `waited` seconds, by hanging up or to an agent."""
        if not (isfinite(waited) and waited >= 0.0):
            return
        i = min(int(waited / ABANDONMENT_BIN_S), ABANDONMENT_BINS - 1)
        self.ended[i] += 1.0
        self.partial[i] += min(waited - i * ABANDONMENT_BIN_S, ABANDONMENT_BIN_S)
        self.gave_up[i] += hung_up
        self._new += 1
        if self._new >= _REBUILD:
            for counts in (self.gave_up, self.ended, self.partial):
                counts[:] = [c * _FADE for c in counts]
            self._build()

    def survive(self, waited: float, more: float) -> float:
        """Return the probability (0..1) that a caller still there after `waited` seconds stays `more`
        seconds."""
        return exp(self._cumulated(waited) - self._cumulated(waited + more))

    def _cumulated(self, waited: float) -> float:
        place = waited / ABANDONMENT_BIN_S
        i = int(place)
        if i >= ABANDONMENT_BINS:
            return (
                self._hazard[ABANDONMENT_BINS]
                + (waited - ABANDONMENT_BIN_S * ABANDONMENT_BINS) * self._last_rate
            )
        start = self._hazard[i]
        return start + (place - i) * (self._hazard[i + 1] - start)

    def _build(self) -> None:
        later = [0.0, *accumulate(reversed(self.ended))]
        exposure = [
            self.partial[i] + ABANDONMENT_BIN_S * later[ABANDONMENT_BINS - 1 - i]
            for i in range(ABANDONMENT_BINS)
        ]
        overall = (sum(self.gave_up) + 2.0) / (sum(exposure) + 2.0 * _PRIOR_MEAN)
        rates: list[float] = []
        width = 1
        while len(rates) < ABANDONMENT_BINS:
            block = slice(len(rates), min(ABANDONMENT_BINS, len(rates) + width))
            rate = (sum(self.gave_up[block]) + _PULL) / (sum(exposure[block]) + _PULL / overall)
            rates += [rate] * (block.stop - block.start)
            width = max(1, int(block.stop * 0.35))
        self._hazard = [0.0, *accumulate(rate * ABANDONMENT_BIN_S for rate in rates)]
        self._last_rate = rates[-1]
        self._new = 0

    def dump(self) -> KeptPatience:
        return {"gave_up": list(self.gave_up), "ended": list(self.ended), "partial": list(self.partial)}

    def load(self, kept: KeptPatience) -> None:
        self.gave_up = [float(count) for count in kept["gave_up"]]
        self.ended = [float(count) for count in kept["ended"]]
        self.partial = [float(count) for count in kept["partial"]]
        self._build()
