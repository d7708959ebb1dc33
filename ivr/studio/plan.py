"""The plan of an import: steps that refer to each other by the widgets they came from.

Names come last, when it is known what each step says and what leads to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

# No widget has these names. END is where a silent widget ended the call.
PERSON, GOODBYE, END = "\0person", "\0goodbye", "\0end"


@dataclass(frozen=True, slots=True)
class WidgetTarget:
    """A step, identified by its id in the plan."""

    id: str


@dataclass
class SpokenPrompt:
    """A prompt and the language its widget speaks ("" for the flow's own)."""

    text: str
    language: str = ""

    def joined(self, after: SpokenPrompt) -> SpokenPrompt:
        """Return both, one after the other."""
        return SpokenPrompt(f"{self.text} {after.text}".strip(), self.language)


@dataclass
class PlannedStep:
    """One step. `body` is its YAML, with To and Spoken in place of names and prompts."""

    id: str
    kind: str
    body: dict[str, Any]
    widgets: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def exits(self) -> list[str]:
        """Return the ids it leads to, in the order they are written."""
        return list(dict.fromkeys(found.id for found in _references(self.body)))

    def lead(self, change: Callable[[str], str]) -> None:
        """Change every id that it leads to."""
        self.body = _changed(self.body, change)


@dataclass
class Plan:
    """Everything that will be written."""

    flow: str
    title: str
    start: str = ""
    human: str = "support"
    inner: bool = False
    nodes: dict[str, PlannedStep] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)  # name → title
    calendars: dict[str, dict[str, Any]] = field(default_factory=dict)
    calendar_notes: dict[str, str] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    voices: dict[str, str] = field(default_factory=dict)
    subflows: dict[str, str] = field(default_factory=dict)  # flow name → Studio's SID
    sources: dict[str, dict[str, str]] = field(default_factory=dict)  # name of a data source → its settings
    remarks: list[str] = field(default_factory=list)

    def resolved(self, id_: str) -> str:
        """Return the step for an id, skipping widgets that left no step; a person when there is none."""
        seen = set()
        while id_ in self.aliases and id_ not in seen:
            seen.add(id_)
            id_ = self.aliases[id_]
        return id_ if id_ in self.nodes or id_ == END else PERSON

    def walk(self) -> list[str]:
        """Return the ids that callers can reach, each followed by those it leads to."""
        order: dict[str, None] = {}
        waiting = [self.start]
        while waiting:
            id_ = waiting.pop()
            if id_ not in order and id_ in self.nodes:
                order[id_] = None
                waiting += reversed(self.nodes[id_].exits())
        return list(order)


def _references(value: Any) -> Iterator[WidgetTarget]:
    if isinstance(value, WidgetTarget):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _references(key)
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, WidgetTarget):
        return WidgetTarget(change(value.id))
    if isinstance(value, dict):
        result: dict[Any, Any] = {}
        for key, item in value.items():
            key, item = _changed(key, change), _changed(item, change)
            # Two lists of words may lead to one step.
            result[key] = [*result[key], *item] if key in result and isinstance(item, list) else item
        return result
    if isinstance(value, list):
        return [_changed(item, change) for item in value]
    return value
