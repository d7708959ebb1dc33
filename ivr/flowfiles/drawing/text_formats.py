"""Writes a chart as text for other programs: Mermaid and Graphviz's DOT. Names are numbered, texts are
quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ivr.flowfiles.drawing.chart import Chart, ChartNode, cut

SHAPES = {"menu": ("{{", "}}"), "ask": ("{{", "}}"), "hours": ("{", "}"), "branch": ("{", "}")}
ROUNDED = ("(", ")")
DOT_SHAPES = {
    "menu": "hexagon",
    "ask": "hexagon",
    "hours": "diamond",
    "branch": "diamond",
    "flow": "component",
}


def mermaid(charts: Sequence[Chart]) -> str:
    """Return a Mermaid flowchart, one subgraph for each flow."""
    out = ["flowchart TD"]
    for number, chart in enumerate(charts):
        ids = _ids(chart, number)
        out.append(f'  subgraph f{number}["{_mermaid(chart.title)}"]')
        for node in chart.nodes:
            opening, closing = SHAPES.get(node.kind, ROUNDED)
            opening, closing = ("[[", "]]") if node.flow else (opening, closing)
            out.append(f'    {ids[node.id]}{opening}"{_mermaid(_text(node))}"{closing}')
        for way in chart.ways:
            label = f'|"{_mermaid(way.whole or way.label)}"|' if way.label else ""
            out.append(f"    {ids[way.source]} -->{label} {ids[way.target]}")
        out.append("  end")
    return "\n".join(out) + "\n"


def dot(charts: Sequence[Chart]) -> str:
    """Return a Graphviz graph, one cluster for each flow."""
    out = ["digraph flows {", '  node [shape=box, style=rounded, fontname="sans-serif"];']
    for number, chart in enumerate(charts):
        ids = _ids(chart, number)
        out += [f"  subgraph cluster_{number} {{", f"    label={_dot(chart.title)};"]
        for node in chart.nodes:
            shape = f", shape={DOT_SHAPES[node.kind]}" if node.kind in DOT_SHAPES else ""
            out.append(f"    {ids[node.id]} [label={_dot(_text(node))}{shape}];")
        for way in chart.ways:
            label = f" [label={_dot(way.whole or way.label)}]" if way.label else ""
            out.append(f"    {ids[way.source]} -> {ids[way.target]}{label};")
        out.append("  }")
    return "\n".join([*out, "}"]) + "\n"


def _ids(chart: Chart, number: int) -> dict[str, str]:
    return {node.id: f"f{number}s{place}" for place, node in enumerate(chart.nodes)}


def _text(node: ChartNode) -> str:
    if node.jump:
        return f"↑ {node.name}"
    words = cut(node.words, 12, 260)
    return f"{node.name}: {words}" if words else node.name


def _mermaid(text: str) -> str:
    """Escape the characters that have a meaning for Mermaid inside quotes."""
    text = re.sub(r"[\s\x00-\x1f]+", " ", text)
    for char in '#&"<>`':
        code = f"#{ord(char)};"
        text = text.replace(char, code) if char != "#" else text.replace("#", "\0")
    return text.replace("\0", "#35;")


def _dot(text: str) -> str:
    text = re.sub(r"[\s\x00-\x1f]+", " ", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
