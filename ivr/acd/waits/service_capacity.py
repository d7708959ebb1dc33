"""How many agents will become free for a queue by each time ahead: the sum over the agents signed in."""

from __future__ import annotations

from collections.abc import Iterable, Set
from itertools import accumulate

from ivr.acd.waits.agent_availability import MISSED, AgentAvailability, AvailabilityRow
from ivr.acd.waits.protocol import IDLE, PAUSE, RING, TALK, WRAP, AgentView
from ivr.acd.waits.staffing import Group
from ivr.acd.waits.time_grid import SIZE, TIMES, value_at

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
