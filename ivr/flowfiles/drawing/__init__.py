"""Draws a flow: as SVG, and as Mermaid or DOT text for other programs."""

from __future__ import annotations

from ivr.flowfiles.drawing.chart import Chart, ChartEdge, ChartNode, chart_of
from ivr.flowfiles.drawing.svg import StepNote, SvgOverlays, stylesheet, svg, svg_of_many
from ivr.flowfiles.drawing.text_formats import dot, mermaid

__all__ = [
    "Chart",
    "ChartEdge",
    "ChartNode",
    "StepNote",
    "SvgOverlays",
    "chart_of",
    "dot",
    "mermaid",
    "stylesheet",
    "svg",
    "svg_of_many",
]
