"""The wait estimator: learns from events, answers for one caller at a time.

A model of the floor (which agents become free when, which callers ahead stay how long) gives the distribution
of the wait; the record of past estimates corrects its bias and its range. See `docs/waits.md`. No clock, no
randomness: the same events and snapshots give the same answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import merge
from itertools import accumulate, islice
from math import log

from ivr.acd.waits.calibration import SOFTEN, StatedEstimate, softened
from ivr.acd.waits.learning import KeptLearning, Learning, finite
from ivr.acd.waits.protocol import IDLE, AgentView, Estimate, Event, Snapshot, WaitingCaller
from ivr.acd.waits.queue_ahead import SharedLine, ahead_in_one, spread_of_waits
from ivr.acd.waits.queue_statistics import QueueStatistics
from ivr.acd.waits.service_capacity import AgentAvailability, ServiceCapacity, rows_of, sharing
from ivr.acd.waits.staffing import FAR, TIMES, Group

_NO_HOPE = 3 * 3600.0  # with no agent signed in, a later time is no expectation at all


class WaitEstimator:
    """Expected waits for every queue of one site. `observe` in time order, `estimate` at any time."""

    name = "presszero"
    kinds = None

    def __init__(self) -> None:
        self._learnt = Learning()
        self._releases: dict[Group, tuple[int, AgentAvailability]] = {}

    def observe(self, ev: Event) -> None:
        """Learn from one event. Invalid events are ignored; nothing is raised."""
        self._learnt.observe(ev)

    def estimate(self, snap: Snapshot) -> Estimate | None:
        """Return the wait still to come of the caller at `snap.line[snap.pos]`, in seconds.

        None when nobody serves the queue and nobody is expected to. The answer is kept, to be compared with
        its outcome.
        """
        found = self.predict(snap)
        if found is None:
            return None
        estimate, said = found
        self.said(snap.me.id, said)
        return estimate

    def predict(self, snap: Snapshot) -> tuple[Estimate, StatedEstimate] | None:
        """Return the estimate and the data to learn from its outcome, which is left to the caller."""
        if not finite(snap.t):
            return None
        queue = snap.me.queue
        law = self._law(snap, queue)
        if law is None:
            return None
        record = self._learnt.queue(queue)
        ring = record.ring.mean()
        return self._calibrated(snap, record, [min(wait, FAR) + ring for wait in law])

    def said(self, call: object, said: StatedEstimate) -> None:
        """Keep the prediction for this call until an agent reaches it. Absurd values are ignored."""
        if all(map(finite, said)) and said.waited >= 0.0 and said.spread > 0.0:
            self._learnt.said(call, said)

    def notice(self, here: Mapping[str, Group], t: float) -> None:
        """Note everybody who is signed in at `t`, with the queues they serve."""
        if finite(t):
            self._learnt.staffing.notice(here, t)

    def dump(self) -> KeptLearning:
        """Return everything that was learnt, as plain JSON values."""
        return self._learnt.dump()

    def load(self, kept: KeptLearning) -> None:
        """Restore what `dump` returned, replacing what was learnt here."""
        self._learnt.load(kept)
        self._releases.clear()

    def _law(self, snap: Snapshot, queue: str) -> list[float] | None:
        queues, supplies = self._supplies(snap, queue)
        mine = [supply for group, supply in supplies.items() if queue in group]
        if not mine:
            return None
        record = self._learnt.queue(queue)
        if len(queues) == 1 and len(mine) == 1:
            curve = self._without_overtaking(mine[0].mean, snap, record)
            turns, variance = ahead_in_one(islice(snap.line, max(snap.pos, 0)), snap.t, curve, record)
        else:
            line = SharedLine(supplies, queues)
            line.walk(_ahead(snap, queues), snap.t, self._learnt.queue)
            curve = self._without_overtaking(line.pool(line.serving[queue]), snap, record)
            turns, variance = line.ahead_of(queue)
        overtaking = record.rate_above(snap.t, _number(snap.me.priority))
        law = spread_of_waits(
            curve,
            lambda j: sum(supply.variance_at(j) for supply in mine) + overtaking * TIMES[j],
            turns,
            variance,
        )
        return None if law[2] >= _NO_HOPE and not any(supply.here for supply in mine) else law

    def _supplies(self, snap: Snapshot, queue: str) -> tuple[set[str], dict[Group, ServiceCapacity]]:
        """Return the queues that share agents with this one, and the supply of each group serving them."""
        staffing = self._learnt.staffing
        staffing.tick(snap.t)
        agents: dict[Group, list[AgentView]] = {}
        for agent in snap.agents:
            group = tuple(agent.skills)
            agents.setdefault(group, []).append(agent)
            staffing.seen(agent.id, group)
        queues = sharing(queue, agents)
        supplies = {}
        for group in [*agents, *(g for g in staffing.groups() if g not in agents)]:
            if queues.isdisjoint(group):
                continue
            releases, here = self._group_releases(group), agents.get(group, ())
            rows = rows_of(here, snap.t, releases, self._learnt.missed, bool(snap.line))
            drift = staffing.drift(group, len(rows), snap.t)
            if rows or drift is not None:
                supplies[group] = ServiceCapacity(rows, drift, releases.row(IDLE, None, 0.0))
        return queues, supplies

    def _group_releases(self, group: Group) -> AgentAvailability:
        """Return the group's table, computed anew as more talks have ended: often at first, then rarely."""
        ended = self._learnt.talks
        known = self._releases.get(group)
        if known is None or ended - known[0] >= min(120, max(20, known[0] // 6)):
            learnt = self._learnt
            queues = {name: (learnt.queue(name), learnt.share(group, name)) for name in group}
            known = self._releases[group] = (ended, AgentAvailability(queues, learnt.breaks))
        return known[1]

    @staticmethod
    def _without_overtaking(curve: list[float], snap: Snapshot, record: QueueStatistics) -> list[float]:
        """Take away the agents that callers of higher priority, still to come, will take."""
        rate = record.rate_above(snap.t, _number(snap.me.priority))
        if rate <= 0.0:
            return curve
        return list(accumulate((m - rate * t for m, t in zip(curve, TIMES, strict=True)), max))

    @staticmethod
    def _calibrated(
        snap: Snapshot, record: QueueStatistics, waits: list[float]
    ) -> tuple[Estimate, StatedEstimate]:
        waited = max(_number(snap.waited), 0.0)
        calibration = record.repeat if waited > 0.0 else record.first
        centre = log(waits[2] + SOFTEN)
        spread = max((log(waits[4] + SOFTEN) - log(waits[0] + SOFTEN)) / 2.563, 0.1)
        mean = sum(waits) / len(waits)
        low_tail, high_tail = calibration.tails(centre)
        low, high = softened(centre + spread * low_tail), max(softened(centre + spread * high_tail), 5.0)
        point = min(max(mean * calibration.ratio(), 1.0, low), high)
        return Estimate(point, low, high), StatedEstimate(waited, mean, centre, spread, low_tail, high_tail)


def _ahead(snap: Snapshot, queues: set[str]) -> Iterable[WaitingCaller]:
    """Yield everyone served before this caller, of every queue that shares its agents, in service order."""
    mine = [islice(snap.line, max(snap.pos, 0))]
    others = (
        [waiting for waiting in snap.lines.get(queue, ()) if waiting.key < snap.me.key]
        for queue in queues
        if queue != snap.me.queue
    )
    return merge(*mine, *others, key=lambda waiting: waiting.key)


def _number(value: object) -> float:
    return float(value) if finite(value) else 0.0
