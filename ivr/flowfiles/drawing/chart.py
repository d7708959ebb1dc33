"""The drawn content of a flow: its steps with their first words, and the edges between them. No
coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ivr.engine.flow import Flow
from ivr.engine.prompts import PromptText
from ivr.engine.step import Step
from ivr.flowfiles.prompt_checks import plain_words
from ivr.flowfiles.references import values_in

NARROW, WIDE = set("iljtfrI.,:;'’|!()[] "), set("mwMWÄÖÜ@%—…")


def width(text: str, size: float) -> float:
    """Return the width in pixels, for a system font of this size."""
    total = 0.0
    for char in text:
        if char in NARROW:
            total += 0.36
        elif char in WIDE:
            total += 0.95
        elif ord(char) > 0x2E80:
            total += 1.0
        else:
            total += 0.72 if char.isupper() else 0.61
    return total * size


def cut(text: str, size: float, room: float) -> str:
    """Return the text, or as much of it as fits with an ellipsis."""
    if width(text, size) <= room:
        return text
    while text and width(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def lines(text: str, size: float, room: float, most: int) -> list[str]:
    """Return the text in at most so many lines, the last one cut short."""
    found: list[str] = []
    words = re.split(r"\s+", text.strip())
    while words and words[0] and len(found) < most:
        line = words.pop(0)
        while words and width(f"{line} {words[0]}", size) <= room:
            line += f" {words.pop(0)}"
        if len(found) == most - 1 and words:
            line = f"{line} {' '.join(words)}"
        found.append(cut(line, size, room))
    return found


LONGEST_LABEL = 22


@dataclass(frozen=True, slots=True)
class ChartNode:
    """A step. `jump` marks a pointer back to the step `target` above, which replaces a line upwards."""

    id: str
    name: str
    kind: str
    words: str = ""
    says: bool = False
    flow: str = ""
    human: str = ""
    jump: bool = False
    reached: bool = True


@dataclass(frozen=True, slots=True)
class ChartEdge:
    """An edge between two nodes. `label` is the key or the answer that leads there, cut to fit beside a line;
    `whole` is all of it."""

    source: str
    target: str
    label: str = ""
    whole: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A flow ready to be laid out, without cycles."""

    flow: str
    title: str
    human: str
    nodes: tuple[ChartNode, ...]
    ways: tuple[ChartEdge, ...]


def ways_of(flow: Flow) -> list[ChartEdge]:
    """Return the edges between the steps of a flow."""
    ways = [way for name, step in flow.steps.items() for way in _ways(name, step)]
    return [way for way in ways if way.target in flow.steps]


def chart_of(flow: Flow, more: Iterable[ChartEdge] = ()) -> Chart:
    """Return the chart of a flow with `more` edges than it has. Edges back to an earlier step become pointers
    with its name."""
    ways = [*ways_of(flow), *more]
    reached, upward = _walked(flow, ways)
    nodes = [_node(flow, name, name in reached) for name in flow.steps]
    onward = []
    for way in ways:
        if (way.source, way.target) in upward:
            jump = ChartNode(f"{way.source}>{way.target}", way.target, "jump", jump=True)
            nodes.append(replace(jump, reached=way.source in reached))
            way = replace(way, target=jump.id)
        onward.append(way)
    return Chart(flow.name, flow.title, flow.human, tuple(_from_start(flow, nodes)), tuple(onward))


def _from_start(flow: Flow, nodes: list[ChartNode]) -> list[ChartNode]:
    return sorted(nodes, key=lambda node: (node.id != flow.start, not node.reached))


def _node(flow: Flow, name: str, reached: bool) -> ChartNode:
    step = flow.steps[name]
    prompt = first_prompt(step)
    words = spoken(prompt, flow.languages[0]) if prompt else main_value(step)
    human = str(getattr(step, "human", "") or "")
    flow_name = str(getattr(step, "flow", "")) if step.kind == "flow" else ""
    return ChartNode(name, name, step.kind, words, bool(prompt), flow_name, human, reached=reached)


def first_prompt(step: Step) -> PromptText | None:
    """Return the first prompt of this step."""
    return next((value for _, value in values_in(step) if isinstance(value, PromptText)), None)


def spoken(prompt: PromptText, language: str) -> str:
    """Return the words of a prompt in the flow's first language, on one line and without markup."""
    texts = prompt.texts
    template = texts.get(language) or texts.get("") or next(iter(texts.values()))
    return re.sub(r"\s+", " ", plain_words(template.source)).strip()


def main_value(step: Step) -> str:
    """Return the subject of a silent step: its calendar, queue, data source, or the variables it sets."""
    value = getattr(step, step.kind, None)
    if isinstance(value, str):
        return "" if step.kind == "leave" else value
    if isinstance(value, dict):
        parts = (
            f"{name} = {getattr(getattr(item, 'template', item), 'source', item)}"
            for name, item in value.items()
        )
        return ", ".join(parts)
    return ""


def _ways(name: str, step: Step) -> Iterator[ChartEdge]:
    """Yield every target once, with all labels that lead there: two keys to one step are one line."""
    labels: dict[str, list[str]] = {}
    for path, target in step.exits().items():
        label = _label(step, path)
        labels.setdefault(target, [])
        if label is not None and label not in labels[target]:
            labels[target].append(label)
    whole = {target: _joined(every) for target, every in labels.items()}
    short = _shortened(list(whole.values()))
    for target, label in whole.items():
        yield ChartEdge(name, target, short[label], label)


def _joined(labels: list[str]) -> str:
    """Join labels. The plain `next` has no label, unless another exit leads to the same step."""
    return ", ".join(label or "next" for label in labels) if len(labels) > 1 else "".join(labels)


def _label(step: Step, path: str) -> str | None:
    """Return the label of an exit: `keys.1` → 1, `next` → nothing, `branch.0.next` → its condition. Words
    that double a key have none."""
    parts = path.split(".")
    if parts[0] == "words":
        return None
    if parts[0] == "keys":
        return ".".join(parts[1:])
    if len(parts) > 2 and parts[1].isdigit():
        way: Any = getattr(step, parts[0])[int(parts[1])]
        when = getattr(getattr(way, "when", None), "condition", None)
        return " ".join(when.source.split()) if when is not None else parts[-1]
    return "" if parts[-1] == "next" else parts[-1].replace("_", " ")


def _shortened(labels: list[str]) -> dict[str, str]:
    """Shorten labels to fit beside a line. Labels that would look the same begin where they differ."""
    found = {}
    for label in labels:
        alike = [each for each in labels if _cut(each) == _cut(label)]
        begin = _beginning(label, _first_difference(alike)) if len(set(alike)) > 1 else 0
        found[label] = _cut(f"…{label[begin:]}" if begin else label)
    return found


def _beginning(label: str, difference: int) -> int:
    """Return where a label begins whose difference must be visible: at a word, and early enough for its
    end."""
    words = [found.end() for found in re.finditer(r"[ .]", label)]
    fits = next((word for word in words if word >= len(label) - LONGEST_LABEL + 1), len(label))
    differs = max((word for word in words if word <= difference), default=0)
    return min(fits, differs)


def _first_difference(labels: list[str]) -> int:
    columns = enumerate(zip(*labels, strict=False))
    return next((place for place, letters in columns if len(set(letters)) > 1), min(map(len, labels)))


def _cut(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1].rstrip() + "…"


def _walked(flow: Flow, ways: list[ChartEdge]) -> tuple[set[str], set[tuple[str, str]]]:
    """Return (the steps that callers can reach, the edges that lead back to a step on the current path)."""
    onward: dict[str, list[str]] = {name: [] for name in flow.steps}
    for way in ways:
        onward[way.source].append(way.target)
    reached: set[str] = set()
    done: set[str] = set()
    upward: set[tuple[str, str]] = set()
    for first in (flow.start, *flow.steps):
        waiting = [(first, iter(onward[first]))] if first not in done else []
        open_: set[str] = {first}
        while waiting:
            name, targets = waiting[-1]
            target = next(targets, None)
            if target is None:
                waiting.pop()
                open_.discard(name)
                done.add(name)
            elif target in open_:
                upward.add((name, target))
            elif target not in done:
                open_.add(target)
                waiting.append((target, iter(onward[target])))
        if first == flow.start and not reached:
            reached = set(done)
    return reached, upward
