"""Two versions of the flows → sentences about each: steps that came, went, got another name or other
settings."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from ivr.engine.flow import Flow, FlowSet
from ivr.flowfiles.diff.sentences import ADDED, CHANGED, REMOVED, RENAMED, Sentence, changed_to
from ivr.flowfiles.diff.step_changes import body_of, step_sentences

ALIKE = 0.72
MOST = 60  # of each: comparing all with all is quadratic

Bodies = Mapping[str, Mapping[str, Any]]


def renames(old: Bodies, new: Bodies) -> dict[str, str]:
    """Old name → new name, the most alike first. Each name is used once."""
    gone = [name for name in old if name not in new][:MOST]
    come = [name for name in new if name not in old][:MOST]
    pairs = []
    for before in gone:
        for after in come:
            share = _likeness(old[before], new[after])
            if share >= ALIKE:
                pairs.append((-share, before, after))
    found: dict[str, str] = {}
    for _, before, after in sorted(pairs):
        if before not in found and after not in found.values():
            found[before] = after
    return found


def _likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    if one.get("type") != other.get("type"):
        return 0.0
    if one == other:
        return 1.0
    matcher = SequenceMatcher(None, _text(one), _text(other), autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE else 0.0


def _text(body: Mapping[str, Any]) -> list[str]:
    return json.dumps(body, sort_keys=True, ensure_ascii=False).replace('"', " ").split()


HEAD = ("title", "languages", "human", "speech", "tries")


@dataclass(frozen=True, slots=True)
class FlowChange:
    """What changed in one flow. `renamed` is old step → new step."""

    flow: str
    what: str
    sentences: list[Sentence] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


def compare(old: FlowSet, new: FlowSet) -> list[FlowChange]:
    """Every flow that is not as it was, by name. Comments and the order of lines are no change."""
    changes = []
    for name in sorted({*old.flows, *new.flows}):
        before, after = old.flows.get(name), new.flows.get(name)
        if before is None or after is None:
            whole = after or before
            what = ADDED if before is None else REMOVED
            text = f"flow {name} is {'new' if before is None else 'gone'} ({len(whole.steps)} steps)"
            changes.append(FlowChange(name, what, [Sentence("", what, text)]))
            continue
        known = renames(_bodies(before), _bodies(after))
        sentences = [*_head(before, after, known), *_steps(before, after, known)]
        if sentences:
            changes.append(FlowChange(name, CHANGED, sentences, known))
    return changes


def _bodies(flow: Flow) -> dict[str, dict[str, Any]]:
    return {name: body_of(step) for name, step in flow.steps.items()}


def _head(old: Flow, new: Flow, known: dict[str, str]) -> Iterator[Sentence]:
    if known.get(old.start, old.start) != new.start:
        yield Sentence("", CHANGED, f"calls now begin at {new.start} (was {old.start})")
    if old.human != new.human:
        yield Sentence("", CHANGED, f"0 now finds a person in the queue {new.human} (was {old.human})")
    for name in HEAD:
        before, after = getattr(old, name), getattr(new, name)
        if before != after and name != "human":
            yield Sentence("", CHANGED, changed_to(f"{name} of the flow", before, after))


def _steps(old: Flow, new: Flow, known: dict[str, str]) -> Iterator[Sentence]:
    was = {after: before for before, after in known.items()}
    for name, step in new.steps.items():
        before = was.get(name, name)
        kind = step.kind.replace("_", " ")
        if before not in old.steps:
            yield Sentence(name, ADDED, f"{name} is new: {_article(kind)} {kind}")
            continue
        if before != name:
            yield Sentence(name, RENAMED, f"{before} is now called {name}")
        yield from step_sentences(name, old.steps[before], step, known)
    for name, step in old.steps.items():
        if name not in new.steps and name not in known:
            kind = step.kind.replace("_", " ")
            yield Sentence(name, REMOVED, f"{name} is gone: it was {_article(kind)} {kind}")


def _article(kind: str) -> str:
    return "an" if kind[0] in "aeiou" and kind != "hours" else "a"
