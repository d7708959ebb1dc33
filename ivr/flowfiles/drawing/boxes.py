"""One step as a box: icon, name, kind, first words, and a line of figures when there are any."""

from __future__ import annotations

from html import escape

from ivr.flowfiles.drawing.chart import ChartNode
from ivr.flowfiles.drawing.svg_overlays import KINDS, OTHER, SvgOverlays
from ivr.flowfiles.drawing.text_size import cut, lines, width

BOX_WIDTH, HEAD, LINE, FIGURES = 224.0, 34.0, 17.0, 26.0
INSIDE, WIDEST = 12.0, 330.0


def size_of(node: ChartNode, label_room: float, figures: bool, note: str = "") -> tuple[float, float]:
    """(width, height) of a node's box; it is as wide as its figures and the labels below it need."""
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
    """The box at its place. With links it can be reached by Tab and leads to the step's row in the table."""
    family, icon = KINDS.get(node.kind, OTHER)
    change, note = dressing.changes.get(node.id, ""), dressing.notes.get(node.id)
    classes = ["step", "jump" if node.jump else family]
    classes += [f"is-{change}"] if change else []
    classes += [note.tone] if note and note.tone else []
    classes += ["start"] if first else []
    classes += [] if node.reached else ["unreached"]
    drawn = _jump(node, size) if node.jump else _box(node, size, icon, note.text if note else "")
    title = f"<title>{escape(_told(node))}</title>"
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


def _told(node: ChartNode) -> str:
    """What a pointer resting on the box, and a screen reader, are told."""
    if node.jump:
        return f"back to {node.name}"
    return f"{node.name} ({node.kind.replace('_', ' ')})" + (f": {node.words}" if node.words else "")
