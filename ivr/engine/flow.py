"""A flow and the set of all flows: immutable, identified by the hash of their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from ivr.engine.context import NOTHING
from ivr.engine.step import Step


@dataclass(frozen=True, slots=True)
class FlowSource:
    """The place of a step in a file, for faults at run time. `line` counts from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Flow:
    """One call flow. `human` names the queue that 0 leads to. `languages[0]` is the default.

    The step that 0 leads to is made by the engine; no flow can name, bind or remove it.
    """

    name: str
    title: str
    languages: tuple[str, ...]
    human: str
    start: str
    steps: Mapping[str, Step]
    speech: bool = True
    tries: int = 3
    sources: Mapping[str, FlowSource] = field(default_factory=lambda: NOTHING)
    titles: Mapping[str, str] = field(default_factory=lambda: NOTHING)


class BuiltInSteps(Protocol):
    """Makes the steps that the engine enters without an author having written them."""

    def queue(self, name: str) -> Step:
        """Return the step that puts a caller in line for a person in the queue `name`."""
        ...

    def message(self, name: str) -> Step:
        """Return the step that takes a voicemail for the queue `name`."""
        ...

    def callback(self, name: str) -> Step:
        """Return the step that books a callback for the queue `name`."""
        ...

    def returned(self, kept: str, name: str, sure: bool) -> Step:
        """Return the step that offers the place kept in the queue `name`: `kept` is place or callback; `sure`
        says that the caller is the one for whom it is kept."""
        ...


@dataclass(frozen=True, slots=True)
class FlowSet:
    """All flows of one revision. `texts` is file name → YAML text, from which the set can be read again.

    `implicit` makes the steps behind 0: it is ivr.steps.built_in.BuiltIn(), passed in by the loader of flows,
    since the engine knows no step types.
    """

    revision: str
    flows: Mapping[str, Flow]
    texts: Mapping[str, str] = field(default_factory=dict)
    implicit: BuiltInSteps | None = None
