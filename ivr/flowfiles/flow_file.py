"""Turns one YAML document into a draft of a flow: the readable parts, and problems for the rest.

A draft survives mistakes, so that one run can report all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ivr.engine.flow import Flow, FlowSource
from ivr.engine.step import QueueName, Step, StepName
from ivr.flowfiles.fields import Language, Name
from ivr.flowfiles.problems import Problem, errors, listed, quoted
from ivr.flowfiles.pydantic_errors import Part, field_names, problems_of
from ivr.flowfiles.reader import YamlDocument
from ivr.flowfiles.references import Reference, references

StepTypes = Mapping[str, type[Step]]
MOST_EXPRESSIONS = 2000  # each is compiled


class FlowFile(BaseModel):
    """A flow file: the settings of the flow, and its steps by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    flow: Annotated[Name, Field(description="the name of this flow")]
    title: Annotated[str, Field(max_length=200, description="what people call it")] = ""
    languages: (
        Annotated[list[Language], Field(min_length=1, description="the first is the default")] | None
    ) = None
    human: Annotated[QueueName, Field(description="the queue in which 0 finds a person")]
    start: Annotated[StepName, Field(description="the step that comes first")]
    speech: Annotated[bool, Field(description="callers may speak instead of pressing keys")] = True
    tries: Annotated[int, Field(ge=1, le=3, description="so many wrong answers lead to a person")] = 3
    steps: Annotated[dict[str, Any], Field(min_length=1, description="every step by its name")]


@dataclass
class Draft:
    """The known parts of one flow. `steps` holds those without errors, `kinds` every type ("" if unknown)."""

    part: Part
    name: str
    start: str
    human: str
    languages: tuple[str, ...]
    head: FlowFile | None
    step_names: tuple[str, ...] = ()
    steps: dict[str, Step] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    references: dict[str, list[Reference]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    _parts: dict[str, Part] = field(default_factory=dict)

    def step_part(self, step: str) -> Part:
        part = self._parts.get(step)
        if part is None:
            title = (*self.part.title, f"step {quoted(step)[1:-1]}")
            self._parts[step] = part = self.part.below(("steps", step), title)
        return part

    def refs(self, step: str) -> list[Reference]:
        """Return what the step names, even if it has mistakes."""
        return self.references.get(step, [])

    def bodies(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each step as the author wrote it."""
        steps = self.part.document.value["steps"] if self.step_names else {}
        for name, body in steps.items():
            if isinstance(body, dict):
                yield name, body

    def finished(self) -> Flow:
        """Return the finished flow. Only for drafts without errors."""
        head = self.head
        if head is None or errors(self.problems):
            raise ValueError(f"flow {self.name} has errors")
        document = self.part.document
        return Flow(
            name=self.name,
            title=head.title or self.name,
            languages=self.languages,
            human=self.human,
            start=self.start,
            steps=dict(self.steps),
            speech=head.speech,
            tries=head.tries,
            sources={
                name: FlowSource(document.file, document.at_key(("steps", name)).line)
                for name in self.step_names
            },
        )


def draft(document: YamlDocument, step_types: StepTypes, languages: list[str]) -> Draft | None:
    """Read one flow; `languages` are used when it names none. Return None if nothing could be read."""
    data = document.value
    if data is None:
        return None
    if document.text.count("{{") > MOST_EXPRESSIONS:
        message, remedy = (
            f"this file has more than {MOST_EXPRESSIONS} places with {{{{",
            "split it into several flows",
        )
        document.problems.append(
            Problem(document.file, 1, 1, "file", message, remedy, "too_many_expressions")
        )
        return None
    if not isinstance(data, dict):
        part = Part(document, (), ("file",))
        document.problems.append(
            part.problem((), "this is not a flow", "begin with 'flow: name' on a line of its own", "shape")
        )
        return None
    result = _head(document, data, languages)
    steps = data.get("steps")
    if isinstance(steps, dict):
        result.step_names = tuple(steps)
        for name, body in steps.items():
            _read_step(result, name, body, step_types)
    return result


def _head(document: YamlDocument, data: dict[str, Any], languages: list[str]) -> Draft:
    name = data.get("flow")
    name = name if isinstance(name, str) and name else "?"
    part = Part(document, (), (f"flow {quoted(name)[1:-1]}",))
    head, problems = None, []
    try:
        head = FlowFile.model_validate(data)
    except ValidationError as fault:
        problems = problems_of(fault, part, FlowFile, data)
    return Draft(
        part=part,
        name=name,
        start=_text(data, "start"),
        human=_text(data, "human"),
        languages=tuple((head and head.languages) or languages),
        head=head,
        problems=problems,
    )


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _read_step(result: Draft, name: str, body: Any, step_types: StepTypes) -> None:
    part = result.step_part(name)
    problems = []
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name):
        message = f"{quoted(name)} cannot be the name of a step"
        problems.append(
            part.problem((), message, "use letters, digits, _ and -, at most 64", "bad_name", at_key=True)
        )
    kind, found = _kind(part, body, step_types)
    problems += found
    result.kinds[name] = kind
    if kind:
        result.references[name] = references(step_types[kind], body)
        body, bound = _without_zero(part, body)
        problems += bound
        try:
            result.steps[name] = step_types[kind].model_validate(body)
        except ValidationError as fault:
            problems += problems_of(fault, part, step_types[kind], body)
    result.problems += problems


def _without_zero(part: Part, body: dict[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Remove a use of the key 0, which always leads to a person. The rest of the step is still checked."""
    keys = body.get("keys")
    bound = [key for key in keys if key.strip() == "0"] if isinstance(keys, dict) else []
    message = "key 0 belongs to the caller: it always reaches a person"
    remedy = "use another key; 'human: queue' says in which queue the person is found"
    problems = [part.problem(("keys", key), message, remedy, "zero_bound", at_key=True) for key in bound]
    if not bound:
        return body, []
    return {**body, "keys": {key: to for key, to in keys.items() if key not in bound}}, problems


def _kind(part: Part, body: Any, step_types: StepTypes) -> tuple[str, list[Problem]]:
    """Return the step's type, or the problem that there is none."""
    if not isinstance(body, dict):
        message = "a step is settings, one 'name: value' on each line" if body else "this step is empty"
        remedy = f"add a line that names its type: {listed(step_types)}"
        return "", [part.problem((), message, remedy, "step_shape", at_key=True)]
    present = [key for key in body if key in step_types]
    # `queue: billing` with `say: …` is a queue step with words before it: `say` is one of its settings.
    fitting = [kind for kind in present if set(present) - {kind} <= set(field_names(step_types[kind]))]
    if fitting:
        return fitting[0], []
    if present:
        message = f"this step has more than one type: {' and '.join(present)}"
        return "", [part.problem((present[1],), message, "make two steps of it", "two_types", at_key=True)]
    known = {name for model in step_types.values() for name in field_names(model)}
    for key in body:
        remedy = part.suggestions.remedy(key, step_types, " ") if key not in known else " "
        if remedy != " ":
            message = f"there is no step type {quoted(key)}"
            return "", [part.problem((key,), message, remedy, "unknown_type", at_key=True)]
    remedy = f"add a line that names its type: {listed(step_types)}"
    return "", [part.problem((), "this step has no type", remedy, "no_type", at_key=True)]
