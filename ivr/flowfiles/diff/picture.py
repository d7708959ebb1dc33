"""Draws both versions of a flow in one picture: added is green, removed red, changed amber."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ivr.engine.flow import Flow, FlowSet
from ivr.flowfiles.diff.flow_sets import FlowChange
from ivr.flowfiles.drawing import StepNote, SvgOverlays, chart_of, svg_of_many
from ivr.flowfiles.drawing.chart import Chart, ChartEdge, ways_of

WORDS = {"added": "new", "removed": "gone", "changed": "changed", "renamed": "renamed"}


def diff_svg(changes: Sequence[FlowChange], old: FlowSet, new: FlowSet, *, style: bool = True) -> str:
    """Return a picture of the changed flows, one below the other."""
    drawn = [
        _drawn(change, old.flows.get(change.flow), new.flows.get(change.flow), style) for change in changes
    ]
    return svg_of_many(drawn)


def _drawn(change: FlowChange, old: Flow | None, new: Flow | None, style: bool) -> tuple[Chart, SvgOverlays]:
    if old is None or new is None:
        flow = old or new
        marks = dict.fromkeys(flow.steps, "removed" if new is None else "added")
        notes = {name: StepNote(WORDS[mark]) for name, mark in marks.items()}
        return chart_of(flow), SvgOverlays(notes, marks, style=style)
    known = change.renamed
    lost = {name: step for name, step in old.steps.items() if name not in new.steps and name not in known}
    both = replace(new, steps={**new.steps, **lost})
    before = {
        (known.get(way.source, way.source), known.get(way.target, way.target)): way.label
        for way in ways_of(old)
    }
    after = {(way.source, way.target) for way in ways_of(new)}
    gone = [ChartEdge(*ends, label) for ends, label in before.items() if ends not in after]
    chart = chart_of(both, [way for way in gone if way.source not in lost])
    marks, notes = _marks(change)
    return chart, SvgOverlays(
        notes,
        marks,
        lost_ways=frozenset((way.source, way.target) for way in gone),
        new_ways=frozenset(after - set(before)),
        style=style,
    )


def _marks(change: FlowChange) -> tuple[dict[str, str], dict[str, StepNote]]:
    marks: dict[str, str] = {}
    notes: dict[str, StepNote] = {}
    was = {after: before for before, after in change.renamed.items()}
    for sentence in change.sentences:
        if sentence.step:
            first = marks.get(sentence.step)
            marks[sentence.step] = first or ("changed" if sentence.what == "renamed" else sentence.what)
            word = f"was {was[sentence.step]}" if sentence.step in was else WORDS[sentence.what]
            notes[sentence.step] = StepNote(word)
    return marks, notes
