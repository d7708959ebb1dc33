"""Calibrates the range: learns from waits that ended how far the model was off, and where its tails are.

It uses the residual log(wait + 20 s) - log(predicted median + 20 s) over the spread the model claimed. Its 10
% and 90 % quantiles, mixed with the model's own while little was observed, replace the model's; their levels
move a little at each miss, so that the hit rate is held in the long run. Callers who hung up count too,
through the moment at which an agent would have reached them.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from math import exp, isfinite, log
from statistics import NormalDist
from typing import NamedTuple, TypedDict

SOFTEN = 20.0  # seconds: below this, being off by a factor does not matter
_KEEP = 400
_PRIOR = [NormalDist().inv_cdf((i + 0.5) / 100) for i in range(100)]
_Z = 1.2816
_REFRESH = 10
_KNOTS = [log(seconds + SOFTEN) for seconds in (30.0, 110.0, 330.0)]
_FADE = 0.997  # of the sums behind the bias, per wait
_DOUBT = 120.0  # weight, in callers, of the assumption that the model is not biased


class StatedEstimate(NamedTuple):
    """One estimate that waits for its outcome. `waited` in seconds; `centre` and `spread` in log units."""

    waited: float
    mean: float
    centre: float
    spread: float
    low: float
    high: float


class KeptTail(TypedDict):
    """A tail as plain JSON values."""

    recent: list[float]
    levels: list[float]


class KeptCalibration(TypedDict):
    """The record as plain JSON values."""

    real: float
    said: float
    count: float
    tails: list[KeptTail]


class Calibration:
    """The record of one queue, kept apart for first and for repeated announcements."""

    def __init__(self) -> None:
        self.real = self.said = self.count = 0.0
        self._tails = [Tail() for _ in _KNOTS]

    def ratio(self) -> float:
        """Return real over predicted waits, drawn towards 1 while little was seen."""
        if not self.count:
            return 1.0
        pull = _DOUBT * self.said / self.count
        return min(1.6, max(0.6, (self.real + pull) / (self.said + pull))) if pull > 0.0 else 1.0

    def tails(self, centre: float) -> tuple[float, float]:
        """Return the two quantiles of the standardised residual for a prediction of this size."""
        if centre <= _KNOTS[0]:
            return self._tails[0].quantiles
        for i in (1, 2):
            if centre < _KNOTS[i]:
                share = (centre - _KNOTS[i - 1]) / (_KNOTS[i] - _KNOTS[i - 1])
                (a, b), (c, d) = self._tails[i - 1].quantiles, self._tails[i].quantiles
                return a + share * (c - a), b + share * (d - b)
        return self._tails[-1].quantiles

    def learn(self, said: StatedEstimate, wait: float) -> None:
        """Compare one estimate with the wait it was about, in seconds from that moment."""
        self.real = self.real * _FADE + wait
        self.said = self.said * _FADE + said.mean
        self.count = self.count * _FADE + 1.0
        nearest = min(range(len(_KNOTS)), key=lambda i: abs(said.centre - _KNOTS[i]))
        residual = (log(wait + SOFTEN) - said.centre) / said.spread
        self._tails[nearest].learn(residual, said.low, said.high)

    def dump(self) -> KeptCalibration:
        tails = [tail.dump() for tail in self._tails]
        return {"real": self.real, "said": self.said, "count": self.count, "tails": tails}

    def load(self, kept: KeptCalibration) -> None:
        self.real, self.said, self.count = float(kept["real"]), float(kept["said"]), float(kept["count"])
        for tail, was in zip(self._tails, kept["tails"], strict=True):
            tail.load(was)


class Tail:
    """The outer quantiles of a residual, from its last 400 values and 100 standard normal ones."""

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=_KEEP)
        self._sorted: list[float] = []
        self._levels = [0.1, 0.1]
        self._since = 0
        self.quantiles = (-_Z, _Z)

    def learn(self, residual: float, low: float, high: float) -> None:
        if not isfinite(residual):
            return
        if len(self._recent) == _KEEP:
            del self._sorted[bisect_left(self._sorted, self._recent[0])]
        self._recent.append(residual)
        insort(self._sorted, residual)
        for side, missed in enumerate((residual < low, residual > high)):
            self._levels[side] = min(0.2, max(0.03, self._levels[side] + 0.002 * (0.1 - missed)))
        self._since += 1
        if self._since >= _REFRESH:
            self._refresh()

    def _refresh(self) -> None:
        self._since = 0
        values = sorted(self._sorted + _PRIOR)
        last = len(values) - 1
        low = values[max(0, int(self._levels[0] * len(values) - 0.5))]
        high = values[min(last, int((1.0 - self._levels[1]) * len(values)))]
        self.quantiles = (max(-5.0, min(low, -0.4)), min(5.0, max(high, 0.4)))

    def dump(self) -> KeptTail:
        return {"recent": [round(r, 4) for r in self._recent], "levels": list(self._levels)}

    def load(self, kept: KeptTail) -> None:
        self._recent = deque((float(r) for r in kept["recent"]), maxlen=_KEEP)
        self._sorted = sorted(self._recent)
        self._levels = [float(level) for level in kept["levels"]]
        self._refresh()


def softened(centre: float) -> float:
    """Return the seconds that a centre in log units stands for, never negative."""
    return max(exp(min(centre, 12.0)) - SOFTEN, 0.0)
