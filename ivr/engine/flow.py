"""A flow and the book of all flows: immutable, known by the hash of their text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.engine.facts import NOTHING
from ivr.engine.step import Step


@dataclass(frozen=True, slots=True)
class Source:
    """Where a step stands in a file: for faults at run time. `line` counts from 1."""

    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Flow:
    """One call flow. `human` names the queue in which 0 finds a person. `languages[0]` is the default.

    `person` is the step a caller enters by pressing 0; no flow can name, bind or remove it.
    """

    name: str
    title: str
    languages: tuple[str, ...]
    human: str
    start: str
    steps: Mapping[str, Step]
    speech: bool = True
    tries: int = 3
    sources: Mapping[str, Source] = field(default_factory=lambda: NOTHING)
    titles: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class FlowBook:
    """All flows of one revision. `texts` is file name → YAML text, from which the book can be read again.

    `queue_step` makes the step that puts a caller in a named queue, `message_step` the one that takes a
    voicemail for it: the engine enters them without the flow's author having written them.
    """

    revision: str
    flows: Mapping[str, Flow]
    texts: Mapping[str, str] = field(default_factory=dict)
