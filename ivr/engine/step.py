"""The contract of a step: what a flow is made of.

A step type is one class in one file of `ivr/steps/`. Its fields are its YAML, its docstring its manual page.
It changes nothing itself: it returns a `Move`, and the interpreter walks on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from ivr.engine.effects import Effect
from ivr.engine.events import Event
from ivr.engine.facts import Facts
from ivr.engine.instructions import Instruction, Prompt
from ivr.engine.session import Session


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a text field that names something elsewhere: a step, flow, queue, calendar, source or audio file."""

    what: str


StepName = Annotated[str, Names("step")]
FlowName = Annotated[str, Names("flow")]
QueueName = Annotated[str, Names("queue")]
CalendarName = Annotated[str, Names("calendar")]


# Where a move leads ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GoTo:
    """Enter another step of the same flow. `event` is handed to it if it listens (a key pressed ahead)."""

    step: str
    event: Event | None = None


@dataclass(frozen=True, slots=True)
class EnterFlow:
    """Walk through another flow and come back to the step that `then` names."""

    flow: str
    then: str


@dataclass(frozen=True, slots=True)
class LeaveFlow:
    """The sub-flow is over; the outermost flow being over ends the call."""


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


@dataclass(frozen=True, slots=True)
class Move:
    """What a step decided. `remember` is merged into the variables, `scratch` replaces the step's own memory.

    `prompts` are said before whatever comes next. `understood` says whether the last input made sense.
    """

    to: GoTo | EnterFlow | LeaveFlow | ToPerson | Wait | AwaitAnswer | Finish
    prompts: tuple[Prompt, ...] = ()
    effects: tuple[Effect, ...] = ()
    remember: dict[str, Any] = field(default_factory=dict)
    scratch: dict[str, Any] = field(default_factory=dict)
    status: str | None = None
    queue: str | None = None
    language: str | None = None
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """What a step is given: the session so far, the facts, its own name, and the flow's settings."""

    session: Session
    facts: Facts
    name: str
    flow: Any  # ivr.engine.flow.Flow; not imported, since a flow holds steps


class Step(BaseModel):
    """Base of every step type.

    `kind` is the YAML key that names the type; the field of that name holds its main value. `manual` fields:
    the class docstring, with one `example` that a test loads and runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    kind: ClassVar[str] = ""
    listens: ClassVar[bool] = False
    """True when keys pressed ahead, during a message before, may be handed to this step."""

    def enter(self, visit: Visit) -> Move:
        """The caller arrives."""
        raise NotImplementedError

    def hear(self, visit: Visit, event: Event) -> Move:
        """Something the caller, the carrier or time did while the caller stands here."""
        raise NotImplementedError

    def exits(self) -> dict[str, str]:
        """Ways out: name of the exit → name of the step. Taken from the `StepName` fields by default."""
        raise NotImplementedError
