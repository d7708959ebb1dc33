"""A chart as SVG. Everything an author wrote is escaped; the same chart gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ivr.flowfiles.drawing.boxes import node_svg, size_of
from ivr.flowfiles.drawing.chart import Chart, ChartEdge
from ivr.flowfiles.drawing.svg_overlays import SvgOverlays, stylesheet
from ivr.flowfiles.drawing.text_size import width
from ivr.flowfiles.layout import Arranged, Box, Connector, arrange
from ivr.flowfiles.layout.coordinates import Point

HEADING = 64.0
ROUND = 7.0
LABEL = 12.0


def svg(chart: Chart, dressing: SvgOverlays | None = None) -> str:
    """One flow as a document."""
    return svg_of_many([(chart, dressing or SvgOverlays())])


def svg_of_many(charts: Sequence[tuple[Chart, SvgOverlays]]) -> str:
    """Flows one below the other. The first one's dressing decides whether the picture brings its colours."""
    parts, y, widest = [], 0.0, 0.0
    for chart, dressing in charts:
        body, wide, high = _panel(chart, dressing)
        parts.append(f'<g transform="translate(0 {_n(y)})">{body}</g>')
        y, widest = y + high, max(widest, wide)
    name = escape(", ".join(chart.title for chart, _ in charts), quote=True)
    style = f"<style>{stylesheet()}</style>" if charts and charts[0][1].style else ""
    size = f'width="{_n(widest)}" height="{_n(y)}" viewBox="0 0 {_n(widest)} {_n(y)}"'
    space = 'xmlns="http://www.w3.org/2000/svg" class="flow-drawing"'
    head = f'<svg {space} {size} role="group" aria-label="{name}">'
    ground = f'<rect class="ground" width="{_n(widest)}" height="{_n(y)}"/>'
    return f"{head}{style}{ground}\n" + "\n".join(parts) + "\n</svg>\n"


def _panel(chart: Chart, dressing: SvgOverlays) -> tuple[str, float, float]:
    """(the flow with its heading, width, height)."""
    texts = {name: note.text for name, note in dressing.notes.items()}
    boxes = [
        Box(node.id, *size_of(node, _label_room(chart, node.id), node.id in texts, texts.get(node.id, "")))
        for node in chart.nodes
    ]
    lines = [Connector(way.source, way.target, _label_width(way.label)) for way in chart.ways]
    arranged = arrange(boxes, lines)
    title = escape(chart.title)
    aside = f"flow {chart.flow} · 0 finds a person in the queue {chart.human}"
    head = (
        f'<text class="heading" x="24" y="34">{title}</text>'
        f'<text class="aside" x="24" y="54">{escape(aside)}</text>'
    )
    sizes = {box.name: box for box in boxes}
    body = _ways(chart, arranged, dressing)
    for place, node in enumerate(chart.nodes):
        box = sizes[node.id]
        body += node_svg(
            node, arranged.corners[node.id], (box.width, box.height), dressing, chart.flow, first=not place
        )
    wide = max(arranged.width, width(aside, 13) + 48, width(chart.title, 19) + 48)
    return f'{head}<g transform="translate(0 {_n(HEADING)})">{body}</g>', wide, arranged.height + HEADING


def _label_width(label: str) -> float:
    return width(label, LABEL) + 12 if label else 0.0


def _label_room(chart: Chart, node: str) -> float:
    return sum(max(_label_width(way.label), 14) + 8 for way in chart.ways if way.source == node)


def _ways(chart: Chart, arranged: Arranged, dressing: SvgOverlays) -> str:
    lines, arrows, labels = [], {}, []
    for way, route in zip(chart.ways, arranged.routes, strict=True):
        ends = (way.source, way.target.rpartition(">")[2])  # a pointer stands for its step
        change = (
            " is-added" if ends in dressing.new_ways else " is-removed" if ends in dressing.lost_ways else ""
        )
        lines.append(f'<path class="way{change}" d="{_rounded(route)}"/>')
        x, y = route[-1]
        arrows[way.target] = f'<path class="arrow" d="M{_n(x)} {_n(y)}l-4.5-8h9z"/>'
        if way.label:
            labels.append(_label(way, *route[0]))
    lines.sort(key=lambda line: "is-" in line)
    return "".join([*lines, *arrows.values(), *labels])


def _label(way: ChartEdge, x: float, y: float) -> str:
    """What leads along a way; the whole of it where it had to be cut, under the pointer."""
    wide = max(_label_width(way.label), 20.0)
    whole = f"<title>{escape(way.whole)}</title>" if way.whole not in ("", way.label) else ""
    label = (
        f'<rect class="tag" x="{_n(x - wide / 2)}" y="{_n(y + 8)}" width="{_n(wide)}" height="20" rx="10"/>'
        f'<text class="label" x="{_n(x)}" y="{_n(y + 22)}">{escape(way.label)}</text>'
    )
    return f"<g>{whole}{label}</g>" if whole else label


def _rounded(route: list[Point]) -> str:
    """A path with round corners."""
    path = f"M{_n(route[0][0])} {_n(route[0][1])}"
    for before, corner, after in zip(route, route[1:], route[2:], strict=False):
        enter, leave = _toward(corner, before), _toward(corner, after)
        path += (
            f"L{_n(enter[0])} {_n(enter[1])}Q{_n(corner[0])} {_n(corner[1])} {_n(leave[0])} {_n(leave[1])}"
        )
    return path + f"L{_n(route[-1][0])} {_n(route[-1][1])}"


def _toward(corner: Point, other: Point) -> Point:
    long = abs(other[0] - corner[0]) + abs(other[1] - corner[1])
    share = min(ROUND, long / 2) / long if long else 0.0
    return corner[0] + (other[0] - corner[0]) * share, corner[1] + (other[1] - corner[1]) * share


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
