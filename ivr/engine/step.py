"""The contract of a step, the element of a flow.

A step type is one class in one file of `ivr/steps/`. Its fields are its YAML, its docstring its manual page.
A step changes nothing itself: it returns a `Move`, and the interpreter carries it out.
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
    """Say `prompts`, and go on at `then`: in the document of the next question, if that may be answered
    meanwhile; else in a document of its own."""

    prompts: tuple[Prompt, ...]
    then: str


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Run another flow and come back to the step that `then` names."""

    flow: str
    then: str


@dataclass(frozen=True, slots=True)
class LeaveFlow:
    """End the sub-flow; the end of the outermost flow ends the call."""


@dataclass(frozen=True, slots=True)
class Detour:
    """Enter `step` and keep this one, with its memory, to return to (a message taken while in line)."""

    step: str


@dataclass(frozen=True, slots=True)
class Back:
    """Return from a detour, or go to a person when there is nothing to return to."""


@dataclass(frozen=True, slots=True)
class StartOver:
    """Start again at the beginning of the dialled flow, as if nothing had been asked yet."""


@dataclass(frozen=True, slots=True)
class ToPerson:
    """Put the caller through to a person: the flow's own queue unless `queue` names another."""

    reason: str
    queue: str = ""


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay here and give the line `instruction`; its outcome is passed to `hear`."""

    instruction: Instruction


@dataclass(frozen=True, slots=True)
class AwaitAnswer:
    """Stay here until the service has answered the last effect (no instruction goes to the line)."""


@dataclass(frozen=True, slots=True)
class Finish:
    """End the call after `instruction` (a HangUp)."""

    instruction: Instruction


Destination = (
    GoTo | Tell | EnterFlow | LeaveFlow | Detour | Back | StartOver | ToPerson | Wait | AwaitAnswer | Finish
)


def said_ahead(event: Event) -> Event | None:
    """Return what the caller pressed or said in a message, for the question after it."""
    return event if isinstance(event, DigitsPressed | SpeechHeard) else None


@dataclass(frozen=True, slots=True)
class Move:
    """A step's decision. `remember` is merged into the variables, `scratch` replaces the step's own memory.

    `prompts` are said before anything else. `understood` says whether the last input was valid. `noted` is
    for the trace: variables that had no value. `ahead` is what the caller pressed or said here, meant for the
    next question.
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
    """The input of a step: the session so far, the facts, its own name, and the flow's settings.

    `failed` counts the invalid inputs in this step. `ahead` is what the caller pressed or said before this
    step began, during a message. `missing` collects the names of variables that had no value.
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
    """True when callers only pass through: what they press or say here is meant for a later question."""
    toward_person: ClassVar[bool] = False
    """True when a caller at this step is already on the way to a person."""
    takes_message: ClassVar[bool] = False
    """True when this step records a message."""

    def enter(self, visit: Visit) -> Move:
        """The caller arrives."""
        raise NotImplementedError

    def hear(self, visit: Visit, event: Event) -> Move:
        """Handle an event while the caller is at this step: by the caller, the carrier or time. By default:
        start again."""
        return self.enter(visit)

    def hears_ahead(self, visit: Visit) -> bool:
        """Return whether the question of this step may be answered before it has been heard."""
        return False

    def accepts(self, visit: Visit, event: Event) -> bool:
        """Return whether `event`, which came before the question was heard, is valid as its answer."""
        return False

    def lists(self, visit: Visit, event: Event) -> bool:
        """Return whether the author has listed exactly these words as an answer."""
        return False

    def takes_entry(self) -> bool:
        """Return whether an answer may have more than one key."""
        return False

    def passes_keys(self) -> bool:
        """Return whether keys pressed here are kept for the next question."""
        return self.passes

    def keeps_zero(self, visit: Visit) -> bool:
        """Return whether 0 must be passed to `hear`, because the caller is already in line for a person."""
        return self.toward_person

    def is_sensitive(self) -> bool:
        """Return whether input here must not be recorded, and may be seen by nobody but the flow."""
        return False

    def exits(self) -> dict[str, str]:
        """Return the exits: name of the exit → name of the step. Taken from the `StepName` fields."""
        return {".".join(map(str, path)): name for path, name in references(self, "step")}


class AskingStep(Step):
    """Base of the steps that expect an answer. `human` names the queue that 0 leads to from here.

    `tries` invalid inputs lead to a person; `timeout` is seconds of silence.
    """

    human: QueueName | None = None
    tries: Annotated[int, Field(ge=1, le=MOST_TRIES)] | None = None
    timeout: Annotated[int, Field(ge=1, le=30)] = 5

    def is_last_try(self, visit: Visit) -> bool:
        """Return whether one more invalid input leads to a person: by step, by flow, at most 3."""
        return is_last_try(self, visit)


def is_last_try(step: Step, visit: Visit) -> bool:
    """Return the same for a step of any kind, which may have `tries` of its own or none."""
    tries: int | None = getattr(step, "tries", None)
    return visit.failed + 1 >= min(tries or visit.flow.tries, MOST_TRIES)


def references(model: BaseModel, what: str) -> list[tuple[tuple[str | int, ...], str]]:
    """Return where `model` names something of the kind `what`: (path of fields and keys, name)."""
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
