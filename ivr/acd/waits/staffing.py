"""Learns how many agents are usually signed in at this time of day, and so who is about to come or go.

It learns in slots of five minutes per skill group, and is trusted by the days seen and by how well it
explains who is here now. Agents lost together within seconds are an outage, not a habit: until they are back
nothing is learnt.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Mapping
from typing import TypedDict

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


SLOT = 300.0
SLOTS = 288
Group = tuple[str, ...]
_HALF_TRUST = 0.25  # days after which the profile has half its weight
_DAYS = 20.0  # of memory
_LATE_SLOTS = 2
_POINTS = [*range(0, SIZE, 4), SIZE - 1]


class KeptStaffing(TypedDict):
    """The profile as plain JSON values."""

    profile: list[tuple[int, list[str], float, float]]
    slot: int | None
    groups: list[tuple[object, list[str]]]
    signed_in: list[object]


class Staffing:
    def __init__(self) -> None:
        self.group_of: dict[object, Group] = {}
        self.signed_in: set[object] = set()
        self.profile: dict[int, dict[Group, list[float]]] = {}
        self._slot: int | None = None
        self._lost: deque[float] = deque(maxlen=64)
        self._outage: tuple[float, float] | None = None  # until when, and how many must be back
        self._drifts: dict[Group, tuple[tuple[int, int], list[float] | None]] = {}

    def groups(self) -> set[Group]:
        return set(self.group_of.values())

    def seen(self, agent: object, group: Group) -> None:
        if self.group_of.get(agent) != group and (agent in self.group_of or len(self.group_of) < 20_000):
            self.group_of[agent] = group
            self.signed_in.add(agent)

    def notice(self, here: Mapping[str, Group], t: float) -> None:
        """Note everybody who is signed in now, with the queues each serves, which corrects what was
        missed."""
        self.tick(t)
        for agent, group in here.items():
            self.seen(agent, group)
        self.signed_in = {agent for agent in here if agent in self.group_of}

    def came(self, agent: object) -> None:
        self.signed_in.add(agent)

    def left(self, agent: object, t: float) -> None:
        before = len(self.signed_in)
        self.signed_in.discard(agent)
        self._lost.append(t)
        lost = sum(1 for at in self._lost if abs(t - at) < 20.0)
        if lost >= 3 and lost >= 0.22 * (before + lost - 1):
            self._outage = (t + 7200.0, 0.9 * (before + lost - 1))

    def tick(self, t: float) -> None:
        """Note who is signed in whenever a new slot begins; slots without any event repeat the last one."""
        slot = int(t // SLOT)
        if slot == self._slot or (self._slot is not None and 0 < self._slot - slot <= _LATE_SLOTS):
            return  # events that came a little late, or a clock put back by minutes: counted already
        passed = 1 if self._slot is None else min(max(slot - self._slot, 0), SLOTS)
        self._slot = slot
        if self._outage and t < self._outage[0] and len(self.signed_in) < self._outage[1]:
            return
        self._outage = None
        counts = dict.fromkeys(self.groups(), 0)
        for agent in self.signed_in:
            group = self.group_of.get(agent)
            if group is not None:
                counts[group] += 1
        for at in range(slot - passed + 1, slot + 1):
            row = self.profile.setdefault(at % SLOTS, {})
            for group, count in counts.items():
                mean_days = row.setdefault(group, [0.0, 0.0])
                mean_days[1] = min(mean_days[1] + 1.0, _DAYS)
                mean_days[0] += (count - mean_days[0]) / mean_days[1]

    def drift(self, group: Group, here: int, t: float) -> list[float] | None:
        """Return the expected change in the number of agents at each of `TIMES`; None when there is none.

        `here` is how many of the group are signed in now.
        """
        minute = (int(t // 60.0), here)
        known = self._drifts.get(group)
        if known is None or known[0] != minute:
            known = self._drifts[group] = (minute, self._expected_change(group, here, t % 86400.0 / SLOT))
        return known[1]

    def _expected_change(self, group: Group, here: int, place: float) -> list[float] | None:
        now = self._usual(group, place)
        if now is None:
            return None
        days = self.profile[int(place) % SLOTS][group][1]
        trust = days / (days + _HALF_TRUST) if here else 1.0
        trust *= max(0.0, 1.0 - abs(here - now) / max(now, here, 2.0))
        changes = [0.0]
        for j in _POINTS[1:]:
            then = self._usual(group, place + TIMES[j] / SLOT)
            changes.append(changes[-1] if then is None else (then - now) * trust)
        if max(changes) < 0.2 and min(changes) > -0.2:
            return None
        return _stretched(changes)

    def _usual(self, group: Group, place: float) -> float | None:
        i = int(place)
        a = self.profile.get(i % SLOTS, {}).get(group)
        b = self.profile.get((i + 1) % SLOTS, {}).get(group)
        return a[0] + (b[0] - a[0]) * (place - i) if a and b else None

    def dump(self) -> KeptStaffing:
        rows = self.profile.items()
        return {
            "profile": [
                (slot, list(group), mean, days) for slot, row in rows for group, (mean, days) in row.items()
            ],
            "slot": self._slot,
            "groups": [(agent, list(group)) for agent, group in self.group_of.items()],
            "signed_in": sorted(self.signed_in, key=repr),
        }

    def load(self, kept: KeptStaffing) -> None:
        self.profile = {}
        for slot, group, mean, days in kept["profile"]:
            self.profile.setdefault(int(slot), {})[tuple(group)] = [float(mean), float(days)]
        self._slot = None if kept["slot"] is None else int(kept["slot"])
        self.group_of = {agent: tuple(group) for agent, group in kept["groups"]}
        self.signed_in = set(kept["signed_in"])
        self._lost.clear()
        self._outage, self._drifts = None, {}


def _stretched(changes: list[float]) -> list[float]:
    """Spread the changes, known at `_POINTS`, over all of `TIMES`."""
    spread = [0.0] * SIZE
    for a, b, low, high in zip(_POINTS, _POINTS[1:], changes, changes[1:], strict=False):
        for j in range(a, b + 1):
            share = (TIMES[j] - TIMES[a]) / max(TIMES[b] - TIMES[a], 1)
            spread[j] = low + share * (high - low)
    return spread
