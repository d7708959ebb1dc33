"""Computes how many agents will become free for a queue by each future time: the sum over the agents signed
in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Set
from itertools import accumulate, pairwise

from ivr.acd.waits.protocol import IDLE, PAUSE, RING, TALK, WRAP, AgentView
from ivr.acd.waits.queue_statistics import BreakStatistics, QueueStatistics
from ivr.acd.waits.staffing import HORIZON, SIZE, STEP, TIMES, Group, value_at

STEPS = HORIZON // STEP + 1
_PATHS = 127  # prime, so that every multiplier below visits every value
_CYCLES = 40
_MULTIPLIER = 45


def _lattice() -> list[list[int]]:
    """Return, for each draw, which of `_SHARES` each path has: every one of them once."""
    columns = []
    for d in range(2 * _CYCLES):
        by, shift = pow(_MULTIPLIER, d + 1, _PATHS), int(_PATHS * (d * 0.6180339887 % 1.0))
        columns.append([(i * by + shift) % _PATHS for i in range(_PATHS)])
    return columns


_PATH_SHARES = [(i + 0.5) / _PATHS for i in range(_PATHS)]
_DRAWS = _lattice()


class Pauses:
    """Pauses between a call and the next: `(probability, durations)` of each kind, in seconds."""

    def __init__(self, kinds: list[tuple[float, list[float]]]) -> None:
        self.kinds = [(chance, lengths) for chance, lengths in kinds if chance > 0.003]

    def drawn(self, share: float) -> float:
        for chance, lengths in self.kinds:
            if share < chance:
                return lengths[int(share / chance * len(lengths))]
            share -= chance
        return 0.0


def free_again(cycles: list[float], pauses: Pauses) -> tuple[list[float], list[float]]:
    """Return, at each `STEP` up to `HORIZON`, the mean number of times an agent who takes a call now has
    become free again, and the mean of its square."""
    first, second = [0.0] * STEPS, [0.0] * STEPS
    clock = [0.0] * _PATHS
    talks = [cycles[int(share * len(cycles))] for share in _PATH_SHARES]
    paused = [pauses.drawn(share) for share in _PATH_SHARES]
    for k in range(_CYCLES):
        talk, pause = _DRAWS[2 * k], _DRAWS[2 * k + 1]
        ended = True
        for i in range(_PATHS):
            at = clock[i]
            if at >= HORIZON:
                continue
            at += max(talks[talk[i]] + paused[pause[i]], 1.0)
            clock[i] = at
            step = int(at / STEP + 0.5)
            if step < STEPS:
                ended = False
                first[step] += 1.0
                second[step] += 2 * k + 1  # what the square grows by from k to k + 1
        if ended:
            break
    return [x / _PATHS for x in accumulate(first)], [x / _PATHS for x in accumulate(second)]


def after_pause(curve: list[float], pauses: Pauses) -> list[float]:
    """Return the curve of an agent who may first pause: a mixture of the curve, later by each pause."""
    stays = 1.0 - sum(chance for chance, _ in pauses.kinds)
    mixed = [stays * x for x in curve]
    for chance, lengths in pauses.kinds:
        for seconds in lengths:
            late, weight = int(seconds / STEP + 0.5), chance / len(lengths)
            mixed[late:] = [m + weight * c for m, c in zip(mixed[late:], curve, strict=False)]
    return mixed


MISSED = "missed"  # a pause imposed after a ring no answer

_NODES = 16
_SHARES = [(i + 0.5) / _NODES for i in range(_NODES)]
_CROSSED = [(i * 7 + 3) % _NODES for i in range(_NODES)]  # pairs long talks with any wrap-up
_CYCLE_NODES = 96
_INDEX = [STEPS + t // STEP for t in TIMES]
_RELOG_IN = 15.0  # seconds until an agent set away after a missed ring notices and comes back

# Elapsed times at which rows are computed, in seconds; between them the nearest one serves.
_ELAPSED = [0, 10, 20, 35, 50, 70, 95, 125, 160, 200, 250, 310, 380, 460, 560, 680, 830, 1000, 1250, 1550,
            1950, 2500, 3300, 4500]  # fmt: skip
_BOUNDS = [(a + b) / 2 for a, b in pairwise(_ELAPSED)]


class AvailabilityRow:
    """One agent's releases. The mean is needed at every time, the variance only at few of them."""

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
    """The rows of one skill group, computed when first used.

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
    """Put zeros before each curve, so that times before a release read as nothing."""
    zeros = [0.0] * STEPS
    return zeros + after_pause(once, pauses), zeros + after_pause(square, pauses)


_LONGEST = 86_400.0
_NOT_REALLY_IDLE = 2.0


class ServiceCapacity:
    """The curve of one skill group. `here` counts the group's agents who are signed in."""

    __slots__ = ("_keep", "_more", "_rows", "here", "mean")

    def __init__(
        self, rows: list[AvailabilityRow], drift: list[float] | None, newcomer: AvailabilityRow
    ) -> None:
        self.here = len(rows)
        self._rows = rows
        self._keep: list[float] | None = None
        self._more: list[float] | None = None
        self.mean = [sum(column) for column in zip(*(row.mean for row in rows), strict=True)] or [0.0] * SIZE
        if drift is not None:
            self._drifted(drift, newcomer)

    def _drifted(self, drift: list[float], newcomer: AvailabilityRow) -> None:
        """Slow the curve down for agents about to leave, and add those about to come."""
        if self.here and min(drift) < 0.0:
            self._keep = [min(1.0, max(0.02, 1.0 + min(d, 0.0) / self.here)) for d in drift]
            rises = (b - a for a, b in zip([0.0, *self.mean], self.mean, strict=False))
            self.mean = list(accumulate(r * k for r, k in zip(rises, self._keep, strict=True)))
        risen = list(accumulate((max(d, 0.0) for d in drift), max))
        if risen[-1] > 0.0:
            more = [0.0] * SIZE
            for j in range(1, SIZE):
                coming = risen[j] - risen[j - 1]
                if coming > 0.02:
                    for i in range(j, SIZE):
                        more[i] += coming * value_at(newcomer.mean, TIMES[i] - TIMES[j])
            self._more = more
            self.mean = [m + x for m, x in zip(self.mean, more, strict=True)]

    def variance_at(self, j: int) -> float:
        variance = sum(row.variance_at(j) for row in self._rows)
        if self._keep is not None:
            variance *= max(self._keep[j], 0.1)
        return variance + self._more[j] if self._more is not None else variance


def rows_of(
    agents: Iterable[AgentView],
    t: float,
    releases: AgentAvailability,
    missed: Set[object],
    someone_waits: bool,
) -> list[AvailabilityRow]:
    """Return one row per agent, by what each is doing. `missed` are those set away after a ring no answer."""
    rows = []
    for agent in agents:
        state = agent.state
        elapsed = t - agent.since
        if not 0.0 <= elapsed < _LONGEST:  # also when it is not a number
            elapsed = _LONGEST if elapsed >= _LONGEST else 0.0
        if state == RING:
            rows.append(releases.row(TALK, agent.queue, 0.0))
        elif state in (TALK, WRAP):
            rows.append(releases.row(state, agent.queue, elapsed))
        elif state == PAUSE:
            rows.append(releases.row(MISSED if agent.id in missed else PAUSE, None, elapsed))
        elif someone_waits and elapsed > _NOT_REALLY_IDLE:
            # Idle beside a line that nobody takes from: not really there.
            rows.append(releases.row(PAUSE, None, 0.0))
        else:
            rows.append(releases.row(IDLE, None, 0.0))
    return rows


def sharing(queue: str, groups: Iterable[Group]) -> set[str]:
    """Return the queues whose callers compete with this one's for agents, directly or through others."""
    shared = [set(group) for group in groups if len(group) > 1]
    found, grown = {queue}, True
    while grown:
        grown = False
        for group in shared:
            if not found.isdisjoint(group) and not found.issuperset(group):
                found |= group
                grown = True
    return found
