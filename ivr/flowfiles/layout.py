"""Places boxes and lines of a picture: a layered layout from top to bottom, without further dependencies."""

from __future__ import annotations

import math
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

FEWEST_IN_A_ROW = 7
Item = tuple[str, int]
"""(box, 0) is the box itself; (box, n) the trunk of lines that lead to it, passing through layer n - 1."""


@dataclass
class Layers:
    """Rows of a layout. `rows` go from top to bottom; `onward` leads from each item to items of the
    next row."""

    rows: list[list[Item]]
    onward: dict[Item, list[Item]] = field(default_factory=dict)

    def back(self) -> dict[Item, list[Item]]:
        """Return, for each item, the items of the row above that lead to it."""
        found: dict[Item, list[Item]] = {item: [] for row in self.rows for item in row}
        for item, targets in self.onward.items():
            for target in targets:
                found[target].append(item)
        return found


def layered(names: Sequence[str], lines: Sequence[tuple[str, str]]) -> Layers:
    """Return longest-path layers, the trunks of long lines, and in each row the order of a walk from
    the top."""
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
    """Return the row of each box: below all boxes that lead to it. A full row moves the boxes with the least
    below them down, so that a menu of menus grows downwards and not only sideways."""
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
    """Return how many boxes the longest path from each box has. Raises ValueError for a cycle."""
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
    """Order depth first: everything below the first option comes before everything below the second."""
    seen: dict[Item, None] = {}
    waiting = [(name, 0) for name in reversed(names)]
    while waiting:
        item = waiting.pop()
        if item not in seen:
            seen[item] = None
            waiting += reversed(onward[item])
    return list(seen)


ORDER_SWEEPS, SETTLING = 16, 10


def ordered(layers: Layers) -> Layers:
    """Return the best order found by some sweeps down and up."""
    back = layers.back()
    best, fewest = layers, crossings(layers)
    rows = layers.rows
    for sweep in range(ORDER_SWEEPS):
        if fewest == 0:
            break
        rows = _swept(rows, back if sweep % 2 == 0 else layers.onward, down=sweep % 2 == 0)
        tried = Layers(rows, layers.onward)
        count = crossings(tried)
        if count < fewest:
            best, fewest = tried, count
    return _settled(best, layers)


def crossings(layers: Layers) -> int:
    """Return how many pairs of lines cross."""
    total = 0
    for upper, lower in zip(layers.rows, layers.rows[1:], strict=False):
        at = {item: place for place, item in enumerate(lower)}
        passed: list[int] = []
        for item in upper:
            ends = sorted(at[target] for target in layers.onward[item])
            total += sum(len(passed) - bisect_right(passed, end) for end in ends)
            for end in ends:
                insort(passed, end)
    return total


def _swept(rows: list[list[Item]], neighbours: dict[Item, list[Item]], *, down: bool) -> list[list[Item]]:
    result = [list(row) for row in rows]
    places = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
    for place in places:
        fixed = result[place - 1 if down else place + 1]
        at = {item: number for number, item in enumerate(fixed)}
        was = {item: number for number, item in enumerate(result[place])}

        def middle(item: Item, at=at, was=was) -> tuple[float, int]:
            near = [at[other] for other in neighbours[item] if other in at]
            return (sum(near) / len(near) if near else float(was[item]), was[item])

        result[place].sort(key=middle)
    return result


def _settled(best: Layers, first: Layers) -> Layers:
    """Exchange neighbours when fewer lines cross then, or as many and the flow's own order is kept."""
    back, onward = best.back(), best.onward
    own = {item: place for row in first.rows for place, item in enumerate(row)}
    rows = [list(row) for row in best.rows]
    at = {item: place for row in rows for place, item in enumerate(row)}
    for _ in range(SETTLING):
        moved = False
        for row in rows:
            for place in range(len(row) - 1):
                one, other = row[place], row[place + 1]
                now = _between(back[one], back[other], at) + _between(onward[one], onward[other], at)
                then = _between(back[other], back[one], at) + _between(onward[other], onward[one], at)
                if then < now or (then == now and own[other] < own[one]):
                    row[place], row[place + 1] = other, one
                    at[one], at[other] = at[other], at[one]
                    moved = True
        if not moved:
            break
    return Layers(rows, onward)


def _between(left: list[Item], right: list[Item], at: dict[Item, int]) -> int:
    """Return how many lines of two neighbours cross on their way to one row."""
    return sum(at[one] > at[other] for one in left for other in right)


NEAR = 9.0


@dataclass
class Group:
    """The lines to one item, which share a bend. `ports` is where they come from."""

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
        """Return whether one of our lines comes down where the other's line goes down to its target."""
        return any(abs(port - other.x) < NEAR for port in self.ports)


def tracks(groups: list[Group]) -> tuple[dict[Item, int], int]:
    """Return (track of each group's target, number of tracks); 0 is the upper one."""
    waiting = [group for group in groups if not group.is_straight]
    chosen: dict[Item, int] = {group.target: 0 for group in groups}
    taken: list[list[Group]] = []
    floor: dict[Item, int] = {}
    while waiting:
        group = _next_group(waiting)
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


def _next_group(waiting: list[Group]) -> Group:
    """Return a group that no other must be above; if they block each other, the narrowest one."""
    free = [
        group
        for group in waiting
        if not any(other is not group and other.must_be_above(group) for other in waiting)
    ]
    return min(free or waiting, key=lambda group: (group.reach[1] - group.reach[0], group.x))


Point = tuple[float, float]
Sizes = Mapping[str, tuple[float, float]]
MARGIN, GAP, TRUNK_GAP = 24.0, 30.0, 16.0
ABOVE, TRACK, BELOW = 38.0, 12.0, 20.0  # between two rows: room for labels, for each track, for arrows
COORDINATE_SWEEPS = 14  # even: the last sweep goes up, so that a box is centred above the boxes it leads to


def placed(
    layers: Layers, sizes: Sizes, wanted: Mapping[tuple[str, str], float]
) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]], float, float]:
    """Return (corners by name, routes by ends, width, height)."""
    ports = _ports(layers, wanted)
    middles = _middles(layers, sizes, ports)
    tops, bends, entries, height = _rows(layers, sizes, ports, middles)
    corners = {
        name: (middles[name, 0] - sizes[name][0] / 2, tops[place])
        for place, row in enumerate(layers.rows)
        for name, trunk in row
        if not trunk
    }
    layer_of = {item: place for place, row in enumerate(layers.rows) for item in row}
    routes = {}
    for source, target in wanted:
        x = middles[source, 0] + ports[source, 0][_next_item(layers, source, target)]
        y = corners[source][1] + sizes[source][1]
        route, here = [(x, y)], (source, 0)
        while here != (target, 0):
            here = _next_item(layers, here[0], target, here[1])
            bend = bends.get(here, y)
            x = entries.get(here, middles[here])
            route += [(route[-1][0], bend), (x, bend), (x, tops[layer_of[here]])]
        routes[source, target] = _straight(route)
    width = max((x + sizes[name][0] for name, (x, _) in corners.items()), default=0.0)
    return corners, routes, max(width, *middles.values(), 0.0) + MARGIN, height


def _next_item(layers: Layers, source: str, target: str, trunk: int = 0) -> Item:
    return next(item for item in layers.onward[source, trunk] if item[0] == target)


def _ports(layers: Layers, wanted: Mapping[tuple[str, str], float]) -> dict[Item, dict[Item, float]]:
    """Return where each line leaves its box, counted from the middle: side by side in the order of the
    targets."""
    at = {item: place for row in layers.rows for place, item in enumerate(row)}
    ports: dict[Item, dict[Item, float]] = {}
    for item, targets in layers.onward.items():
        inline = sorted(targets, key=at.__getitem__)
        widths = [wanted.get((item[0], target[0]), 0.0) if not item[1] else 0.0 for target in inline]
        room = [max(width, 14.0) + 8.0 for width in widths]
        x, offsets = -sum(room) / 2, {}
        for target, width in zip(inline, room, strict=True):
            offsets[target] = x + width / 2
            x += width
        ports[item] = offsets
    return ports


def _middles(layers: Layers, sizes: Sizes, ports: dict[Item, dict[Item, float]]) -> dict[Item, float]:
    """Solve least squares: every item as near as its row allows to the middle of those it is connected to."""
    back = layers.back()
    x: dict[Item, float] = {}
    for row in layers.rows:
        x.update(zip(row, _spread([0.0] * len(row), _apart(row, sizes), [1.0] * len(row)), strict=True))
    for sweep in range(COORDINATE_SWEEPS):
        down = sweep % 2 == 0
        for row in layers.rows if down else reversed(layers.rows):
            wishes = []
            for item in row:
                above = [x[source] + ports[source][item] for source in back[item]]
                below = [x[target] - offset for target, offset in ports[item].items()]
                near = above if down else below
                wishes.append(sum(near) / len(near) if near else x[item])
            weights = [4.0 if trunk else 1.0 for _, trunk in row]
            x.update(zip(row, _spread(wishes, _apart(row, sizes), weights), strict=True))
    left = min((x[item] - _half(item, sizes) for item in x), default=0.0)
    return {item: round(middle - left + MARGIN, 1) for item, middle in x.items()}


def _half(item: Item, sizes: Sizes) -> float:
    return 2.0 if item[1] else sizes[item[0]][0] / 2


def _apart(row: list[Item], sizes: Sizes) -> list[float]:
    gaps = []
    for one, other in pairwise(row):
        gap = TRUNK_GAP if one[1] or other[1] else GAP
        gaps.append(_half(one, sizes) + _half(other, sizes) + gap)
    return gaps


def _spread(wishes: list[float], apart: list[float], weights: list[float]) -> list[float]:
    """Return the positions nearest to the wishes that keep the order and the distances (pool adjacent
    violators)."""
    shift, blocks = 0.0, []
    shifts = []
    for place, wish in enumerate(wishes):
        shift += apart[place - 1] if place else 0.0
        shifts.append(shift)
        blocks.append([wish - shift, weights[place], 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            mean, weight, count = blocks.pop()
            last = blocks[-1]
            last[0] = (last[0] * last[1] + mean * weight) / (last[1] + weight)
            last[1], last[2] = last[1] + weight, last[2] + count
    flat = [mean for mean, _, count in blocks for _ in range(int(count))]
    return [value + moved for value, moved in zip(flat, shifts, strict=True)]


def _rows(
    layers: Layers, sizes: Sizes, ports: dict[Item, dict[Item, float]], x: dict[Item, float]
) -> tuple[list[float], dict[Item, float], dict[Item, float], float]:
    """Return (top of each row, where the lines to each item bend, where they come in, total height)."""
    tops, bends, entries, y = [], {}, {}, MARGIN
    for place, row in enumerate(layers.rows):
        tops.append(y)
        y += max((sizes[name][1] for name, trunk in row if not trunk), default=0.0)
        groups = []
        for target in layers.rows[place + 1] if place + 1 < len(layers.rows) else ():
            starts = [x[source] + ports[source][target] for source in row if target in ports[source]]
            if starts:
                entries[target] = _entry(x[target], starts, 0.0 if target[1] else _half(target, sizes) - 24)
                groups.append(Group(target, entries[target], starts))
        if groups:
            chosen, count = tracks(groups)
            bends |= {item: y + ABOVE + track * TRACK for item, track in chosen.items()}
            y += ABOVE + count * TRACK + BELOW
    return tops, bends, entries, y + MARGIN


def _entry(middle: float, starts: list[float], room: float) -> float:
    """Return where a line enters a box: straight down if it comes from nearly above, even if not in the
    middle."""
    nearest = min(starts, key=lambda start: abs(start - middle))
    return nearest if abs(nearest - middle) <= (room if len(starts) == 1 else min(room, 16.0)) else middle


def _straight(route: list[Point]) -> list[Point]:
    """Drop points that lie on a straight line or on each other."""
    kept: list[Point] = []
    for point in route:
        if kept and abs(kept[-1][0] - point[0]) < 0.5 and abs(kept[-1][1] - point[1]) < 0.5:
            continue
        if len(kept) > 1 and (
            (abs(kept[-2][0] - kept[-1][0]) < 0.5 and abs(kept[-1][0] - point[0]) < 0.5)
            or (abs(kept[-2][1] - kept[-1][1]) < 0.5 and abs(kept[-1][1] - point[1]) < 0.5)
        ):
            kept.pop()
        kept.append(point)
    return kept


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Connector:
    """A line from box to box. `label_width` is the room that its label needs below `source`."""

    source: str
    target: str
    label_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Arranged:
    """A finished layout. `corners`: the upper left corner of each box; `routes`: the bends of each line, in
    the lines' order."""

    corners: dict[str, Point]
    routes: list[list[Point]]
    width: float
    height: float


def arrange(boxes: Sequence[Box], lines: Sequence[Connector]) -> Arranged:
    """Lay out boxes and lines. Lines must not form a cycle; no two may have the same ends."""
    sizes = {box.name: (box.width, box.height) for box in boxes}
    wanted = {(line.source, line.target): line.label_width for line in lines}
    layers = ordered(layered(list(sizes), list(wanted)))
    corners, routes, width, height = placed(layers, sizes, wanted)
    return Arranged(corners, [routes[line.source, line.target] for line in lines], width, height)
