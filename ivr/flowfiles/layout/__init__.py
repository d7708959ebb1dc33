"""Where boxes and lines go: a layered layout from top to bottom, without anything to install.

Longest-path layers, orders by barycentre, places by least squares, lines that run at right angles. Lines
that lead to the same box share one trunk, so that a goodbye with twenty ways in stays readable. The same
input always gives the same picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ivr.flowfiles.layout.coordinates import Point, placed
from ivr.flowfiles.layout.layers import layered
from ivr.flowfiles.layout.order import ordered


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Connector:
    """From box to box. `label_width` is the room that its label wants below `source`."""

    source: str
    target: str
    label_width: float = 0.0


@dataclass(frozen=True, slots=True)
class Arranged:
    """`corners`: the upper left corner of each box; `routes`: the bends of each line, in the lines' order."""

    corners: dict[str, Point]
    routes: list[list[Point]]
    width: float
    height: float


def arrange(boxes: Sequence[Box], lines: Sequence[Connector]) -> Arranged:
    """Lines must not lead in a circle; no two may have the same ends."""
    sizes = {box.name: (box.width, box.height) for box in boxes}
    wanted = {(line.source, line.target): line.label_width for line in lines}
    layers = ordered(layered(list(sizes), list(wanted)))
    corners, routes, width, height = placed(layers, sizes, wanted)
    return Arranged(corners, [routes[line.source, line.target] for line in lines], width, height)
