"""Processes the line ahead of one caller: how many of them will still be there when their turn comes.

Caller after caller is given the next agent expected to be free; how far off that is determines how likely the
caller stays for it. The remainder is the number of releases before this caller's turn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable
from math import sqrt
from operator import add

from ivr.acd.waits.protocol import VIRTUAL_PLACE, WaitingCaller
from ivr.acd.waits.queue_statistics import QueueStatistics
from ivr.acd.waits.service_capacity import ServiceCapacity
from ivr.acd.waits.staffing import FAR, LAST, TIMES, Group, reached, value_at

QUANTILES = (-1.2816, -0.5244, 0.0, 0.5244, 1.2816)  # of the normal law: 10, 30, 50, 70 and 90 %
_MODEL_ERROR = 0.08  # relative, of the supply predicted
_WASTED = 0.1  # of a whole call: the cost of dialling a customer in vain


def stay_probability(waiting: WaitingCaller, t: float, more: float, record: QueueStatistics) -> float:
    """Return the share of an agent's turn that this place in line will take, `more` seconds from now."""
    if waiting.kind == VIRTUAL_PLACE:
        chance = record.reached / record.dialled
        return chance + (1.0 - chance) * _WASTED
    waited = t - waiting.enq_t
    if not 0.0 <= waited < 86_400.0:
        waited = 0.0
    return record.patience.survive(waited, more)


def ahead_in_one(
    ahead: Iterable[WaitingCaller], t: float, curve: list[float], record: QueueStatistics
) -> tuple[float, float]:
    """Return mean and variance of the turns taken by those ahead, where one queue has its agents alone."""
    turns = variance = 0.0
    j = 1
    for waiting in ahead:
        level = turns + 1.0
        while j < LAST and curve[j] < level:
            j += 1
        low, high = curve[j - 1], curve[j]
        if high >= level:
            part = (level - low) / (high - low) if high > low else 0.0
            at = TIMES[j - 1] + (TIMES[j] - TIMES[j - 1]) * part
        else:
            at = reached(curve, level)
        share = stay_probability(waiting, t, max(at, 0.0), record)
        turns += share
        variance += share * (1.0 - share)
    return turns, variance


class SharedLine:
    """Several queues and skill groups: each caller takes the next release of any group that may serve."""

    def __init__(self, supplies: dict[Group, ServiceCapacity], queues: Iterable[str]) -> None:
        self._curves = {group: supply.mean for group, supply in supplies.items()}
        self._used = dict.fromkeys(supplies, 0.0)
        self._variance = 0.0
        self.serving = {q: tuple(g for g in supplies if q in g) for q in queues}
        self._pools: dict[tuple[Group, ...], list[float]] = {}

    def pool(self, groups: tuple[Group, ...]) -> list[float]:
        """Return the sum of the curves of these groups."""
        if groups not in self._pools:
            first, *others = (self._curves[g] for g in groups)
            for curve in others:
                first = list(map(add, first, curve))
            self._pools[groups] = first
        return self._pools[groups]

    def walk(
        self, ahead: Iterable[WaitingCaller], t: float, record_of: Callable[[str], QueueStatistics]
    ) -> None:
        for waiting in ahead:
            groups = self.serving.get(waiting.queue)
            if not groups:
                continue
            at = reached(self.pool(groups), sum(self._used[g] for g in groups) + 1.0)
            share = stay_probability(waiting, t, at, record_of(waiting.queue))
            self._variance += share * (1.0 - share)
            self._charge(groups, at, share)

    def _charge(self, groups: tuple[Group, ...], at: float, share: float) -> None:
        """Charge a turn to the groups in proportion to what each will have free by then."""
        if len(groups) == 1:
            self._used[groups[0]] += share
            return
        free = [max(value_at(self._curves[g], at) - self._used[g], 1e-3) for g in groups]
        for group, part in zip(groups, free, strict=True):
            self._used[group] += share * part / sum(free)

    def ahead_of(self, queue: str) -> tuple[float, float]:
        """Return mean and variance of the turns taken by those ahead from the groups serving the queue."""
        turns = sum(self._used[g] for g in self.serving[queue])
        return turns, self._variance * min(1.0, turns / max(sum(self._used.values()), 1e-9))


def spread_of_waits(
    curve: list[float], variance_at: Callable[[int], float], turns: float, variance: float
) -> list[float]:
    """Return the wait, in seconds, at each of `QUANTILES`, for a caller who needs `turns` + 1 releases.

    The number of releases needed is taken as Gamma with the variance of supply and demand together
    (Wilson and Hilferty's cube-root approximation) and read through the supply curve.
    """
    level = turns + 1.0
    j = min(max(bisect_left(curve, level), 1), LAST)
    low, high = curve[j - 1], curve[j]
    # Between two times, so that one caller more in line never narrows the range by a step.
    part = min(max((level - low) / (high - low), 0.0), 1.0) if high > low else 0.0
    supply = (1.0 - part) * variance_at(j - 1) + part * variance_at(j)
    dispersion = (supply + variance + (_MODEL_ERROR * level) ** 2) / level
    shape = level / min(max(dispersion, 0.15), 6.0)
    waits = []
    for z in QUANTILES:
        root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape))
        waits.append(min(reached(curve, level * max(root, 0.02) ** 3), FAR))
    return waits
