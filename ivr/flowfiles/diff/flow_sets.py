"""Compares two versions of the flows and describes each difference in a sentence: steps added, removed,
renamed or changed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from ivr.engine.flow import Flow, FlowSet
from ivr.engine.prompts import PromptText
from ivr.engine.step import Step
from ivr.flowfiles.references import values_in

ADDED, REMOVED, CHANGED, RENAMED = "added", "removed", "changed", "renamed"
CONTEXT = 3  # words kept on either side of a change
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Sentence:
    """One difference in words. `step` is empty for the flow itself; `what` is added, removed, changed or
    renamed."""

    step: str
    what: str
    text: str


def as_text(value: object) -> str:
    """Return a value as it is said."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(as_text(item) for item in value) or "nothing"
    if isinstance(value, dict):
        return ", ".join(f"{key}: {as_text(item)}" for key, item in value.items()) or "nothing"
    text = re.sub(r"\s+", " ", str(value)).strip()
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def changed_to(name: str, old: object, new: object) -> str:
    """Return a sentence such as `tries is now 2 (was 3)`."""
    if old is None:
        return f"{name} is now {as_text(new)}"
    if new is None:
        return f"{name} is no longer set (was {as_text(old)})"
    return f"{name} is now {as_text(new)} (was {as_text(old)})"


def reworded(old: str, new: str) -> str:
    """Return `“… press 1 for [-orders-] {+parcels+} …”`: removed words in [- -], added words in {+ +}."""
    before, after = old.split(), new.split()
    parts: list[str] = []
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for place, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal":
            parts.append(_middle(before[a:b], first=place == 0, last=place == len(blocks) - 1))
            continue
        if b > a:
            parts.append(f"[-{' '.join(before[a:b])}-]")
        if d > c:
            parts.append(f"{{+{' '.join(after[c:d])}+}}")
    return f"“{' '.join(part for part in parts if part)}”"


def _middle(words: list[str], *, first: bool, last: bool) -> str:
    if first and last:
        return " ".join(words)
    head = [] if first else words[:CONTEXT]
    tail = [] if last else words[-CONTEXT:]
    if len(words) <= len(head) + len(tail):
        return " ".join(words)
    return " ".join([*head, "…", *tail])


def body_of(step: Step) -> dict[str, Any]:
    """Return the step as plain values, as its author wrote it, with its type."""
    return {"type": step.kind, **step.model_dump(by_alias=True, mode="json", exclude_none=True)}


def step_sentences(name: str, old: Step, new: Step, known: Mapping[str, str]) -> Iterator[Sentence]:
    """Yield every difference between two versions of one step; `known` are steps that were only renamed."""
    texts = []
    if old.kind != new.kind:
        texts.append(f"{name} is now of type {new.kind.replace('_', ' ')} (was {old.kind.replace('_', ' ')})")
    texts += _exits(name, old, new, known)
    texts += _prompts(name, old, new)
    if old.kind == new.kind:
        texts += _settings(name, old, new)
    for text in texts:
        yield Sentence(name, CHANGED, text)


def _exits(name: str, old: Step, new: Step, known: Mapping[str, str]) -> Iterator[str]:
    before = {path: known.get(to, to) for path, to in old.exits().items() if not path.startswith("words.")}
    after = {path: to for path, to in new.exits().items() if not path.startswith("words.")}
    for path in [*before, *(path for path in after if path not in before)]:
        was, now = before.get(path), after.get(path)
        if was == now:
            continue
        option = _option(name, path)
        if was is None:
            yield f"{option} is new and leads to {now}"
        elif now is None:
            yield f"{option} is gone (it led to {was})"
        else:
            yield f"{option} now leads to {now} (was {was})"


def _option(name: str, path: str) -> str:
    parts = path.split(".")
    if parts[0] == "keys":
        return f"option {'.'.join(parts[1:])} of {name}"
    if len(parts) > 1 and parts[1].isdigit():
        return f"way {int(parts[1]) + 1} of {name}"
    if path == "next":
        return f"{name}, when it is done,"
    return f"“{path.replace('_', ' ')}” of {name}"


def _said(step: Step) -> dict[tuple, str]:
    """Return every text of a step: (path, language) → text."""
    return {
        (*inside, language): template.source
        for inside, value in values_in(step)
        if isinstance(value, PromptText)
        for language, template in value.texts.items()
    }


def _prompts(name: str, old: Step, new: Step) -> Iterator[str]:
    before, after = _said(old), _said(new)
    if old.kind != new.kind:  # the first words of both, in whichever setting
        before = {("", path[-1]): text for path, text in before.items()}
        after = {("", path[-1]): text for path, text in after.items()}
    for path in [*before, *(path for path in after if path not in before)]:
        was, now = before.get(path), after.get(path)
        language = f" in {path[-1]}" if path[-1] else ""
        if was is None:
            yield f"{name} now says{language}: “{now}”"
        elif now is None:
            yield f"{name} no longer says{language}: “{was}”"
        elif was.split() != now.split():
            yield f"{name} says{language}: {reworded(was, now)}"


def _settings(name: str, old: Step, new: Step) -> Iterator[str]:
    """Yield the differences in settings that are neither an exit nor a prompt."""
    before, after = _others(old), _others(new)
    for key in [*before, *(key for key in after if key not in before)]:
        if before.get(key) != after.get(key):
            label = " ".join(part for part in key.split(".") if part != old.kind).replace("_", " ")
            what = f"{label} of {name}" if label else name
            yield changed_to(what, before.get(key), after.get(key))


def _others(step: Step) -> dict[str, Any]:
    exits = set(step.exits())
    found: dict[str, Any] = {}
    for inside, value in values_in(step):
        path = ".".join(map(str, inside))
        if isinstance(value, PromptText) or path in exits or value is None:
            continue
        if inside[0] == "words" and len(inside) > 1:
            path, value = f"words for {inside[1]}", [*found.get(f"words for {inside[1]}", []), value]
        for part in ("template", "condition"):  # values and conditions as written
            value = getattr(getattr(value, part, None), "source", value)
        found[path] = value
    return found


ALIKE = 0.72
MOST = 60  # of each: comparing all with all is quadratic

Bodies = Mapping[str, Mapping[str, Any]]


def renames(old: Bodies, new: Bodies) -> dict[str, str]:
    """Return old name → new name, the most similar first. Each name is used once."""
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
    """The changes of one flow. `renamed` is old step → new step."""

    flow: str
    what: str
    sentences: list[Sentence] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)


def compare(old: FlowSet, new: FlowSet) -> list[FlowChange]:
    """Return every flow that differs, by name. Comments and the order of lines are no change."""
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
