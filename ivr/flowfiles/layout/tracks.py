"""Which height each line bends at between two rows, so that no two lie on each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from ivr.flowfiles.layout.layers import Item

NEAR = 9.0


@dataclass
class Group:
    """The lines to one item: they share a bend. `ports` is where they come from."""

    target: Item
    x: float
    ports: list[float] = field(default_factory=list)

    @property
    def reach(self) -> tuple[float, float]:
        return min(self.x, *self.ports) - NEAR, max(self.x, *self.ports) + NEAR

    @property
    def is_straight(self) -> bool:
        return all(abs(port - self.x) < 0.5 for port in self.ports)

    def must_be_above(self, other: Group) -> bool:
        """One of our lines comes down where the other's line goes down to its target."""
        return any(abs(port - other.x) < NEAR for port in self.ports)


def tracks(groups: list[Group]) -> tuple[dict[Item, int], int]:
    """(track of each group's target, how many tracks there are); 0 is the upper one."""
    waiting = [group for group in groups if not group.is_straight]
    chosen: dict[Item, int] = {group.target: 0 for group in groups}
    taken: list[list[Group]] = []
    floor: dict[Item, int] = {}
    while waiting:
        group = _next(waiting)
        waiting.remove(group)
        low, high = group.reach
        track = floor.get(group.target, 0)
        while track < len(taken) and any(o.reach[0] < high and low < o.reach[1] for o in taken[track]):
            track += 1
        while track >= len(taken):
            taken.append([])
        taken[track].append(group)
        chosen[group.target] = track
        for other in waiting:
            if group.must_be_above(other):
                floor[other.target] = max(floor.get(other.target, 0), track + 1)
    return chosen, len(taken)


def _next(waiting: list[Group]) -> Group:
    """One that nobody else must be above; when they are in each other's way, the one that reaches least."""
    free = [
        group
        for group in waiting
        if not any(other is not group and other.must_be_above(group) for other in waiting)
    ]
    return min(free or waiting, key=lambda group: (group.reach[1] - group.reach[0], group.x))
