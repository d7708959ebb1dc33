"""When an agent of one skill group becomes free, by what the agent is doing now and for how long.

A row is, at each of `grid.TIMES`, the mean number of times one such agent will have become free, and its
variance: what remains of the present call or pause, then whole cycles after it.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from ivr.acd.waits.protocol import IDLE, PAUSE, TALK, WRAP
from ivr.acd.waits.queue_statistics import BreakStatistics, QueueStatistics
from ivr.acd.waits.renewal_process import STEPS, Pauses, after_pause, free_again
from ivr.acd.waits.time_grid import STEP, TIMES

MISSED = "missed"  # a pause imposed after a ring no answer

_NODES = 16
_SHARES = [(i + 0.5) / _NODES for i in range(_NODES)]
_CROSSED = [(i * 7 + 3) % _NODES for i in range(_NODES)]  # pairs long talks with any wrap-up
_CYCLE_NODES = 96
_INDEX = [STEPS + t // STEP for t in TIMES]
_RELOG_IN = 15.0  # seconds an agent set away after a missed ring takes to notice the way back

# Elapsed times at which rows are computed, in seconds; between them the nearest one serves.
_ELAPSED = [0, 10, 20, 35, 50, 70, 95, 125, 160, 200, 250, 310, 380, 460, 560, 680, 830, 1000, 1250, 1550,
            1950, 2500, 3300, 4500]  # fmt: skip
_BOUNDS = [(a + b) / 2 for a, b in pairwise(_ELAPSED)]


class AvailabilityRow:
    """One agent's releases. The mean is wanted at every time, the variance only at few of them."""

    __slots__ = ("_offsets", "_square", "_variance", "mean")

    def __init__(self, remaining: list[float], once: list[float], square: list[float]) -> None:
        offsets = [min(int(r / STEP + 0.5), STEPS) for r in remaining]
        columns = zip(*([once[i - offset] for i in _INDEX] for offset in offsets), strict=True)
        self.mean = [sum(column) / len(offsets) for column in columns]
        self._offsets, self._square = offsets, square
        self._variance: dict[int, float] = {}

    def variance_at(self, j: int) -> float:
        variance = self._variance.get(j)
        if variance is None:
            square = sum(self._square[_INDEX[j] - offset] for offset in self._offsets) / len(self._offsets)
            variance = self._variance[j] = max(square - self.mean[j] ** 2, 0.0)
        return variance


class AgentAvailability:
    """The rows of one skill group, computed when first asked for.

    `queues` gives the record and the share of calls of each queue the group serves; `breaks` is the floor's.
    """

    def __init__(self, queues: dict[str, tuple[QueueStatistics, float]], breaks: BreakStatistics) -> None:
        self._queues, self._breaks = queues, breaks
        self._imposed = [s + _RELOG_IN for s in breaks.imposed.quantiles(_SHARES[1::4])]
        taken = breaks.taken.quantiles(_SHARES[1::2])
        offers = sum(record.offers for record, _ in queues.values())
        missed = sum(record.missed for record, _ in queues.values()) / (offers + 20.0)
        pauses = Pauses([(breaks.chance(), taken), (missed, self._imposed)])
        missed_only = Pauses([(missed, self._imposed)])
        again, square = free_again(self._cycles(), pauses)
        once = [1.0 + x for x in again]
        once_square = [1.0 + 2.0 * x + s for x, s in zip(again, square, strict=True)]
        self._after_call = _padded(once, once_square, pauses)
        self._after_pause = _padded(once, once_square, missed_only)
        self._rows: dict[tuple[str, str | None, int], AvailabilityRow] = {}

    def _cycles(self) -> list[float]:
        """Return the lengths of a whole cycle at evenly spread shares: ring, talk and wrap-up."""
        total = sum(share for _, share in self._queues.values())
        cycles = []
        for record, share in self._queues.values():
            count = max(1, round(_CYCLE_NODES * share / total))
            shares = [(i + 0.5) / count for i in range(count)]
            beside = record.wrap.mean() + record.ring.mean()
            cycles += [talk + beside for talk in record.talk.quantiles(shares)]
        return sorted(cycles)

    def row(self, state: str, queue: str | None, elapsed: float) -> AvailabilityRow:
        """Return the row of an agent who has been `elapsed` seconds in `state`."""
        key = (state, queue, 0 if state == IDLE else bisect_left(_BOUNDS, elapsed))
        row = self._rows.get(key)
        if row is None:
            curves = self._after_call if state in (TALK, WRAP) else self._after_pause
            row = self._rows[key] = AvailabilityRow(
                self._remaining(state, queue, float(_ELAPSED[key[2]])), *curves
            )
        return row

    def _remaining(self, state: str, queue: str | None, elapsed: float) -> list[float]:
        record = self._queues[queue][0] if queue in self._queues else next(iter(self._queues.values()))[0]
        if state == TALK:
            wraps = record.wrap.quantiles(_SHARES)
            talks = record.talk.residuals(elapsed, _SHARES)
            return [talk + wraps[j] for talk, j in zip(talks, _CROSSED, strict=True)]
        if state == WRAP:
            return record.wrap.residuals(elapsed, _SHARES)
        if state == PAUSE:
            return self._breaks.taken.residuals(elapsed, _SHARES)
        if state == MISSED:
            return self._breaks.imposed.residuals(elapsed, _SHARES)
        return [0.0]


def _padded(once: list[float], square: list[float], pauses: Pauses) -> tuple[list[float], list[float]]:
    """Put a stretch of zeros before each curve, so that what lies before a release reads as nothing."""
    zeros = [0.0] * STEPS
    return zeros + after_pause(once, pauses), zeros + after_pause(square, pauses)
