"""Draws a chart as SVG. All text from authors is escaped; the same chart gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path

from ivr.flowfiles.drawing.chart import Chart, ChartEdge, ChartNode, cut, lines, width
from ivr.flowfiles.layout import Arranged, Box, Connector, Point, arrange


@dataclass(frozen=True, slots=True)
class StepNote:
    """A line of figures under a step. `tone` is "", "warm" or "hot"."""

    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class SvgOverlays:
    """Additions to a picture: `notes` by step; `changes` by step is added, removed or changed; `link` makes
    the address of a step.

    With `style` the picture contains its own colours, for a stand-alone file; a page with a strict content
    policy links the stylesheet instead.
    """

    notes: Mapping[str, StepNote] = field(default_factory=dict)
    changes: Mapping[str, str] = field(default_factory=dict)
    lost_ways: frozenset[tuple[str, str]] = frozenset()
    new_ways: frozenset[tuple[str, str]] = frozenset()
    links: bool = False
    style: bool = True


# Kind → (its colour, its icon in a box of 16 by 16).
KINDS: dict[str, tuple[str, str]] = {
    "say": ("tells", "M3 6v4h2.5L9 13V3L5.5 6zM11.5 5.5a3.5 3.5 0 0 1 0 5"),
    "language": ("tells", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM2 8h12M8 2c-4 4-4 8 0 12 4-4 4-8 0-12"),
    "menu": ("asks", "M3 3h3v3H3zM10 3h3v3h-3zM3 10h3v3H3zM10 10h3v3h-3z"),
    "ask": ("asks", "M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.7.4-1 .8-1 1.7M8 12.8v.2"),
    "survey": ("asks", "M8 2l1.8 3.9 4.2.5-3.1 2.9.8 4.2L8 11.4l-3.7 2.1.8-4.2L2 6.4l4.2-.5z"),
    "pay": ("asks", "M2 4h12v8H2zM2 7h12"),
    "hours": ("decides", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 4.5V8l2.5 1.5"),
    "branch": ("decides", "M8 2v4M8 6L4 10v4M8 6l4 4v4"),
    "set": ("decides", "M3 13l1-3 7-7 2 2-7 7z"),
    "lookup": ("decides", "M7 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 10l4 4"),
    "queue": ("person", "M8 3a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM3.5 13.5c0-2.5 2-4 4.5-4s4.5 1.5 4.5 4"),
    "callback": (
        "person",
        "M3 3h3l1 3-1.5 1.2a8 8 0 0 0 3.3 3.3L10 9l3 1v3c-6"
        " .5-10.5-4-10-10M14 2l-4 4m0-3v3h3",
    ),
    "transfer": ("person", "M2 8h10M9 4.5L12.5 8 9 11.5M14 3v10"),
    "voicemail": (
        "keeps",
        "M4.5 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
        "M11.5 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4.5 11h7",
    ),
    "record": ("keeps", "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z"),
    "text": ("keeps", "M2.5 3.5h11v7h-6L4 13.5v-3H2.5z"),
    "flow": ("enters", "M3 2.5h6v4H3zM7 9.5h6v4H7zM5 6.5v5h2"),
    "leave": ("ends", "M13 8H4M7.5 4.5L4 8l3.5 3.5"),
    "hang_up": ("ends", "M2 9c3-3 9-3 12 0l-2 2-2-1V8.5a6 6 0 0 0-4 0V10l-2 1z"),
}  # fmt: skip
OTHER = ("decides", "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3z")


@cache
def stylesheet() -> str:
    """Return the colours of pictures, light and dark."""
    return (Path(__file__).parent / "drawing.css").read_text(encoding="utf-8")


BOX_WIDTH, HEAD, LINE, FIGURES = 224.0, 34.0, 17.0, 26.0
INSIDE, WIDEST = 12.0, 330.0


def size_of(node: ChartNode, label_room: float, figures: bool, note: str = "") -> tuple[float, float]:
    """Return (width, height) of a node's box, wide enough for its figures and the labels below it."""
    if node.jump:
        return width(node.name, 12) + 44, 28.0
    wide = max(BOX_WIDTH, label_room, min(1.08 * width(note, 12) + 2 * INSIDE, WIDEST))
    return wide, HEAD + 10 + LINE * len(_words(node, wide)) - (4 if not node.words else 0) + figures * FIGURES


def node_svg(
    node: ChartNode,
    corner: tuple[float, float],
    size: tuple[float, float],
    dressing: SvgOverlays,
    flow: str,
    *,
    first: bool,
) -> str:
    """Return the box at its place. With links, Tab reaches it, and it leads to the step's row in the
    table."""
    family, icon = KINDS.get(node.kind, OTHER)
    change, note = dressing.changes.get(node.id, ""), dressing.notes.get(node.id)
    classes = ["step", "jump" if node.jump else family]
    classes += [f"is-{change}"] if change else []
    classes += [note.tone] if note and note.tone else []
    classes += ["start"] if first else []
    classes += [] if node.reached else ["unreached"]
    drawn = _jump(node, size) if node.jump else _box(node, size, icon, note.text if note else "")
    title = f"<title>{escape(_accessible_text(node))}</title>"
    place = f"translate({corner[0]:.1f} {corner[1]:.1f})"
    shape = f'<g class="{" ".join(classes)}" transform="{place}">{title}{drawn}</g>'
    if not dressing.links:
        return shape
    return f'<a href="#step-{escape(flow, quote=True)}-{escape(node.name, quote=True)}">{shape}</a>'


def _box(node: ChartNode, size: tuple[float, float], icon: str, figures: str) -> str:
    wide, high = size
    behind = (
        f'<rect class="behind" x="5" y="5" width="{wide:.1f}" height="{high:.1f}" rx="10"/>'
        if node.flow
        else ""
    )
    kind = node.kind.replace("_", " ")
    room = wide - 44 - INSIDE - width(kind, 11) - 8
    parts = [
        behind,
        f'<rect class="box" width="{wide:.1f}" height="{high:.1f}" rx="10"/>',
        '<rect class="band" x="8" y="8" width="24" height="24" rx="7"/>',
        f'<path class="glyph" transform="translate(12 12)" d="{icon}"/>',
        f'<text class="name" x="40" y="25">{escape(cut(node.name, 14, room))}</text>',
        f'<text class="kind" x="{wide - INSIDE:.1f}" y="24">{escape(kind)}</text>',
    ]
    for place, line in enumerate(_words(node, wide)):
        parts.append(
            f'<text class="words" x="{INSIDE:.0f}" y="{HEAD + 14 + place * LINE:.0f}">{escape(line)}</text>'
        )
    if figures:
        y = high - FIGURES
        parts.append(f'<path class="rule" d="M0 {y:.1f}H{wide:.1f}"/>')
        text = cut(figures, 12, wide - INSIDE)
        parts.append(f'<text class="figures" x="{INSIDE:.0f}" y="{y + 17.5:.1f}">{escape(text)}</text>')
    return "".join(parts)


def _jump(node: ChartNode, size: tuple[float, float]) -> str:
    return (
        f'<rect class="box" width="{size[0]:.1f}" height="28" rx="14"/>'
        '<path class="glyph" transform="translate(10 6)" d="M8 13V4M4 8l4-4 4 4"/>'
        f'<text class="words" x="30" y="18.5">{escape(node.name)}</text>'
    )


def _words(node: ChartNode, wide: float) -> list[str]:
    room = wide - 2 * INSIDE
    text = f"“{node.words}”" if node.says else node.words
    if node.flow:
        text = f"through the flow {node.flow}"
    found = lines(text, 12, room, 2) if text else []
    if node.human:
        found.append(cut(f"0 finds a person in {node.human}", 12, room))
    return found


def _accessible_text(node: ChartNode) -> str:
    """Return the text for a tooltip and a screen reader."""
    if node.jump:
        return f"back to {node.name}"
    return f"{node.name} ({node.kind.replace('_', ' ')})" + (f": {node.words}" if node.words else "")


HEADING = 64.0
ROUND = 7.0
LABEL = 12.0


def svg(chart: Chart, dressing: SvgOverlays | None = None) -> str:
    """Return one flow as a document."""
    return svg_of_many([(chart, dressing or SvgOverlays())])


def svg_of_many(charts: Sequence[tuple[Chart, SvgOverlays]]) -> str:
    """Return flows one below the other. The overlays of the first decide whether the picture contains its
    colours."""
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
    """Return (the flow with its heading, width, height)."""
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
    """Return the label of an edge, with the whole text as a tooltip if it had to be cut."""
    wide = max(_label_width(way.label), 20.0)
    whole = f"<title>{escape(way.whole)}</title>" if way.whole not in ("", way.label) else ""
    label = (
        f'<rect class="tag" x="{_n(x - wide / 2)}" y="{_n(y + 8)}" width="{_n(wide)}" height="20" rx="10"/>'
        f'<text class="label" x="{_n(x)}" y="{_n(y + 22)}">{escape(way.label)}</text>'
    )
    return f"<g>{whole}{label}</g>" if whole else label


def _rounded(route: list[Point]) -> str:
    """Return a path with round corners."""
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
