"""From orders to coordinates: boxes near what they belong to, lines along tracks between the rows."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from ivr.flowfiles.layout.layers import Item, Layers
from ivr.flowfiles.layout.tracks import Group, tracks

Point = tuple[float, float]
Sizes = Mapping[str, tuple[float, float]]
MARGIN, GAP, TRUNK_GAP = 24.0, 30.0, 16.0
ABOVE, TRACK, BELOW = 38.0, 12.0, 20.0  # between two rows: room for labels, for each track, for arrows
SWEEPS = 14  # even: the last one goes up, so that a box stands in the middle of what it leads to


def placed(
    layers: Layers, sizes: Sizes, wanted: Mapping[tuple[str, str], float]
) -> tuple[dict[str, Point], dict[tuple[str, str], list[Point]], float, float]:
    """(corners by name, routes by ends, width, height)."""
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
        x = middles[source, 0] + ports[source, 0][_next(layers, source, target)]
        y = corners[source][1] + sizes[source][1]
        route, here = [(x, y)], (source, 0)
        while here != (target, 0):
            here = _next(layers, here[0], target, here[1])
            bend = bends.get(here, y)
            x = entries.get(here, middles[here])
            route += [(route[-1][0], bend), (x, bend), (x, tops[layer_of[here]])]
        routes[source, target] = _straight(route)
    width = max((x + sizes[name][0] for name, (x, _) in corners.items()), default=0.0)
    return corners, routes, max(width, *middles.values(), 0.0) + MARGIN, height


def _next(layers: Layers, source: str, target: str, trunk: int = 0) -> Item:
    return next(item for item in layers.onward[source, trunk] if item[0] == target)


def _ports(layers: Layers, wanted: Mapping[tuple[str, str], float]) -> dict[Item, dict[Item, float]]:
    """Where each line leaves its box, counted from the middle: side by side in the order of what it leads
    to."""
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
    """Least squares: every item as near as its row allows to the middle of those it belongs to."""
    back = layers.back()
    x: dict[Item, float] = {}
    for row in layers.rows:
        x.update(zip(row, _spread([0.0] * len(row), _apart(row, sizes), [1.0] * len(row)), strict=True))
    for sweep in range(SWEEPS):
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
    """The nearest positions to the wishes that keep the order and the distances (pool adjacent violators)."""
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
    """(top of each row, where the lines to each item bend, where they come in, height of all)."""
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
    """A line from nearly above comes straight down, though not in the middle of the box."""
    nearest = min(starts, key=lambda start: abs(start - middle))
    return nearest if abs(nearest - middle) <= (room if len(starts) == 1 else min(room, 16.0)) else middle


def _straight(route: list[Point]) -> list[Point]:
    """Without the points that lie on a straight line or on each other."""
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
