"""Each box in a layer below all boxes that lead to it; long lines get a place in the layers between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

FEWEST_IN_A_ROW = 7
Item = tuple[str, int]
"""(box, 0) is the box itself; (box, n) the trunk of lines that lead to it, passing through layer n - 1."""


@dataclass
class Layers:
    """`rows` from top to bottom. `onward` leads from each item to items of the next row."""

    rows: list[list[Item]]
    onward: dict[Item, list[Item]] = field(default_factory=dict)

    def back(self) -> dict[Item, list[Item]]:
        """From each item to the items of the row above that lead to it."""
        found: dict[Item, list[Item]] = {item: [] for row in self.rows for item in row}
        for item, targets in self.onward.items():
            for target in targets:
                found[target].append(item)
        return found


def layered(names: Sequence[str], lines: Sequence[tuple[str, str]]) -> Layers:
    """Longest-path layers, the trunks of long lines, and in each row the order of a walk from the top."""
    depth = _depths(names, lines)
    rows: list[list[Item]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    onward: dict[Item, list[Item]] = {(name, 0): [] for name in names}
    for source, target in lines:
        here: Item = (source, 0)
        for layer in range(depth[source] + 1, depth[target] + 1):
            there = (target, 0 if layer == depth[target] else layer + 1)
            onward.setdefault(there, [])
            if there not in onward[here]:
                onward[here].append(there)
            here = there
    for item in _walk(names, onward):
        rows[item[1] - 1 if item[1] else depth[item[0]]].append(item)
    return Layers(rows, onward)


def _depths(names: Sequence[str], lines: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The row of each box: below all that lead to it. A full row sends those with the least below them on,
    so that a menu of menus grows downwards and not only sideways."""
    onward: dict[str, list[str]] = {name: [] for name in names}
    waiting_for = dict.fromkeys(names, 0)
    for source, target in lines:
        onward[source].append(target)
        waiting_for[target] += 1
    below = _longest_below(names, onward, dict(waiting_for))
    most = max(FEWEST_IN_A_ROW, round(math.sqrt(len(names))))
    ready = [name for name in names if not waiting_for[name]]
    depth: dict[str, int] = {}
    row = 0
    while ready:
        ready.sort(key=lambda name: -below[name])  # stable: ties stay in the flow's own order
        taken, ready = ready[:most], ready[most:]
        for name in taken:
            depth[name] = row
            for target in onward[name]:
                waiting_for[target] -= 1
                if not waiting_for[target]:
                    ready.append(target)
        row += 1
    return depth


def _longest_below(
    names: Sequence[str], onward: dict[str, list[str]], waiting_for: dict[str, int]
) -> dict[str, int]:
    """How many boxes the longest way on from each box has. Raises ValueError for a circle."""
    inline = [name for name in names if not waiting_for[name]]
    for name in inline:  # grows while it is walked
        for target in onward[name]:
            waiting_for[target] -= 1
            if not waiting_for[target]:
                inline.append(target)
    if len(inline) < len(names):
        raise ValueError("the lines lead in a circle")
    below: dict[str, int] = {}
    for name in reversed(inline):
        below[name] = max((below[target] + 1 for target in onward[name]), default=0)
    return below


def _walk(names: Sequence[str], onward: dict[Item, list[Item]]) -> list[Item]:
    """Depth first: what belongs to the first option comes before what belongs to the second."""
    seen: dict[Item, None] = {}
    waiting = [(name, 0) for name in reversed(names)]
    while waiting:
        item = waiting.pop()
        if item not in seen:
            seen[item] = None
            waiting += reversed(onward[item])
    return list(seen)
