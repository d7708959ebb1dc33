"""A flow as a picture: SVG to look at, Mermaid and DOT as text for other programs."""

from __future__ import annotations

from ivr.flowfiles.drawing.chart import Chart, Node, Way, chart_of
from ivr.flowfiles.drawing.dressing import Dressing, Note, stylesheet
from ivr.flowfiles.drawing.svg import svg, svg_of_many
from ivr.flowfiles.drawing.words import dot, mermaid

__all__ = [
    "Chart",
    "Dressing",
    "Node",
    "Note",
    "Way",
    "chart_of",
    "dot",
    "mermaid",
    "stylesheet",
    "svg",
    "svg_of_many",
]
