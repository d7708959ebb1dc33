"""The contract of a step: what a flow is made of.

A step type is one class in one file of `ivr/steps/`. Its fields are its YAML, its docstring its manual page.
It changes nothing itself: it returns a `Move`, and the interpreter walks on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field

from ivr.engine.context import CallContext
from ivr.engine.effects import Effect
from ivr.engine.events import DigitsPressed, Event, SpeechHeard
from ivr.engine.instructions import Instruction, Prompt
from ivr.engine.session import Session


@dataclass(frozen=True, slots=True)
class ReferenceNames:
    """Marks a text field that names something elsewhere: a step, flow, queue, calendar, source or audio
    file."""

    what: str


MOST_TRIES = 3
StepName = Annotated[str, ReferenceNames("step")]
FlowName = Annotated[str, ReferenceNames("flow")]
QueueName = Annotated[str, ReferenceNames("queue")]
CalendarName = Annotated[str, ReferenceNames("calendar")]
TargetName = Annotated[str, ReferenceNames("target")]
SourceName = Annotated[str, ReferenceNames("source")]
LanguageName = Annotated[str, ReferenceNames("language")]


# Where a move leads -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoTo:
    """Enter another step of the same flow."""

    step: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Say `prompts`, and go on at `then`: in the document of the question behind, where there is one that may
    be answered meanwhile; else in a document of its own."""

    prompts: tuple[Prompt, ...]
    then: str


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Walk through another flow and come back to the step that `then` names."""

    flow: str
    then: str


@dataclass(frozen=True, slots=True)
class LeaveFlow:
    """The sub-flow is over; the outermost flow being over ends the call."""


@dataclass(frozen=True, slots=True)
class Detour:
    """Enter `step` and keep this one, with its memory, to come back to (a message taken while in line)."""

    step: str


@dataclass(frozen=True, slots=True)
class Back:
    """Return from a detour; to a person when there is nothing to return to."""


@dataclass(frozen=True, slots=True)
class StartOver:
    """From the beginning of the flow that was dialled, as if nothing had been asked yet."""


@dataclass(frozen=True, slots=True)
class ToPerson:
    """Put the caller through to a person: the flow's own queue unless `queue` names another."""

    reason: str
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay here and tell the line `instruction`; its outcome comes to `hear`."""

    instruction: Instruction


@dataclass(frozen=True, slots=True)
class AwaitAnswer:
    """Stay here until the service has answered the last effect (no instruction goes to the line)."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The call is over after `instruction` (a HangUp)."""

    instruction: Instruction


Destination = (
    GoTo | Tell | EnterFlow | LeaveFlow | Detour | Back | StartOver | ToPerson | Wait | AwaitAnswer | Finish
)


def said_ahead(event: Event) -> Event | None:
    """What the caller pressed or said in a message, for the question behind it."""
    return event if isinstance(event, DigitsPressed | SpeechHeard) else None


@dataclass(frozen=True, slots=True)
class Move:
    """What a step decided. `remember` is merged into the variables, `scratch` replaces the step's own memory.

    `prompts` are said before whatever comes next. `understood` says whether the last input made sense.
    `noted` is for the trace: variables that had no value. `ahead` is what the caller pressed or said here,
    and meant for the question behind.
    """

    to: Destination
    prompts: tuple[Prompt, ...] = ()
    effects: tuple[Effect, ...] = ()
    remember: dict[str, Any] = field(default_factory=dict)
    scratch: dict[str, Any] = field(default_factory=dict)
    status: str | None = None
    queue: str | None = None
    language: str | None = None
    recording: str | None = None
    understood: bool = True
    noted: tuple[str, ...] = ()
    ahead: Event | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """What a step is given: the session so far, the facts, its own name, and the flow's settings.

    `failed` counts the inputs in this step that made no sense. `ahead` is what the caller pressed or said
    before this step began, during a message. `missing` collects the names of variables that had no value.
    """

    session: Session
    context: CallContext
    name: str
    flow: Any  # ivr.engine.flow.Flow; not imported, since a flow holds steps
    failed: int = 0
    ahead: Event | None = None
    missing: list[str] = field(default_factory=list)


class Step(BaseModel):
    """Base of every step type.

    `kind` is the YAML key that names the type; the field of that name holds its main value. `manual` fields:
    the class docstring, with one `example` that a test loads and runs.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        arbitrary_types_allowed=True,
        coerce_numbers_to_str=True,
        protected_namespaces=(),
    )

    kind: ClassVar[str] = ""
    passes: ClassVar[bool] = False
    """True when callers only pass through: what they press or say here is meant for a question behind."""
    toward_person: ClassVar[bool] = False
    """True when whoever stands here is already on the way to a person."""
    takes_message: ClassVar[bool] = False
    """True when this step records a message."""

    def enter(self, visit: Visit) -> Move:
        """The caller arrives."""
        raise NotImplementedError

    def hear(self, visit: Visit, event: Event) -> Move:
        """Something the caller, the carrier or time did while the caller stands here. By default: start
        again."""
        return self.enter(visit)

    def hears_ahead(self, visit: Visit) -> bool:
        """Whether the question that is asked here may be answered before it has been heard."""
        return False

    def accepts(self, visit: Visit, event: Event) -> bool:
        """Whether `event`, which came before the question was heard, makes sense as its answer."""
        return False

    def lists(self, visit: Visit, event: Event) -> bool:
        """Whether the author has listed just these words as an answer."""
        return False

    def takes_entry(self) -> bool:
        """Whether an answer may have more than one key."""
        return False

    def passes_keys(self) -> bool:
        """Whether what is pressed here is kept for the question behind."""
        return self.passes

    def keeps_zero(self, visit: Visit) -> bool:
        """True when 0 must come to `hear`, because the caller stands in line for a person already."""
        return self.toward_person

    def is_sensitive(self) -> bool:
        """True when what is said or keyed here must not be recorded, and nobody but the flow may see it."""
        return False

    def exits(self) -> dict[str, str]:
        """Ways out: name of the exit → name of the step. Taken from the `StepName` fields."""
        return {".".join(map(str, path)): name for path, name in references(self, "step")}


class AskingStep(Step):
    """Base of the steps that want an answer. `human` names the queue in which 0 finds a person, from here.

    `tries` inputs that make no sense lead to a person; `timeout` is seconds of silence.
    """

    human: QueueName | None = None
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] | None = None
    timeout: Annotated[int, Field(ge=1, le=30)] = 5

    def is_last_try(self, visit: Visit) -> bool:
        """Whether one more input that makes no sense leads to a person: by step, by flow, at most 3."""
        return is_last_try(self, visit)


def is_last_try(step: Step, visit: Visit) -> bool:
    """The same for a step of any kind, which may have `tries` of its own or none."""
    tries: int | None = getattr(step, "tries", None)
    return visit.failed + 1 >= min(tries or visit.flow.tries, MOST_TRIES)


def references(model: BaseModel, what: str) -> list[tuple[tuple[str | int, ...], str]]:
    """Where `model` names something of the kind `what`: (path of fields and keys, name)."""
    found: list[tuple[tuple[str | int, ...], str]] = []
    for name, info in type(model).model_fields.items():
        annotation = Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        found += _references(annotation, getattr(model, name), what, (info.alias or name,))
    return found


def _references(
    annotation: Any, value: Any, what: str, path: tuple[str | int, ...]
) -> list[tuple[tuple[str | int, ...], str]]:
    if value is None:
        return []
    if isinstance(value, BaseModel):
        return [((*path, *rest), name) for rest, name in references(value, what)]
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        if any(
            isinstance(mark, ReferenceNames) and mark.what == what for mark in arguments[1:]
        ) and isinstance(value, str):
            return [(path, value)]
        return _references(arguments[0], value, what, path)
    if isinstance(value, Mapping) and len(arguments) == 2:
        keys = [pair for key in value for pair in _references(arguments[0], key, what, (*path, key))]
        return keys + [
            p for key, item in value.items() for p in _references(arguments[1], item, what, (*path, key))
        ]
    if isinstance(value, list | tuple) and arguments:
        return [p for i, item in enumerate(value) for p in _references(arguments[0], item, what, (*path, i))]
    return [pair for part in arguments for pair in _references(part, value, what, path)]
