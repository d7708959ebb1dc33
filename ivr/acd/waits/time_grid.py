"""The times ahead at which supply is computed: close together soon, far apart later.

A curve is a list of values at `TIMES`, never falling. Every time is a multiple of `STEP`, so that a curve
can be read out of an evenly spaced table by index alone.
"""

from __future__ import annotations

from bisect import bisect_left

STEP = 5
HORIZON = 7200
FAR = 4 * 3600.0


def _times() -> list[int]:
    times, gap = [0], float(STEP)
    while times[-1] < HORIZON:
        times.append(min(HORIZON, times[-1] + STEP * round(gap / STEP)))
        gap *= 1.09
    return times


TIMES = _times()
SIZE = len(TIMES)
LAST = SIZE - 1
_BACK = 6  # the slope beyond the horizon is taken over so many of the last points


def reached(curve: list[float], level: float) -> float:
    """Return the first time, in seconds, at which the curve has risen to `level`; at most `FAR`."""
    j = bisect_left(curve, level)
    if j == 0:
        return 0.0
    if j < SIZE:
        below, above = curve[j - 1], curve[j]
        return TIMES[j - 1] + (TIMES[j] - TIMES[j - 1]) * (level - below) / (above - below)
    slope = (curve[LAST] - curve[LAST - _BACK]) / (TIMES[LAST] - TIMES[LAST - _BACK])
    return min(FAR, TIMES[LAST] + (level - curve[LAST]) / slope) if slope > 1e-6 else FAR


def value_at(curve: list[float], time: float) -> float:
    """Return the curve's value at `time` seconds ahead; beyond the horizon, its last value."""
    j = bisect_left(TIMES, time)
    if j == 0:
        return curve[0]
    if j >= SIZE:
        return curve[LAST]
    share = (time - TIMES[j - 1]) / (TIMES[j] - TIMES[j - 1])
    return curve[j - 1] + share * (curve[j] - curve[j - 1])
