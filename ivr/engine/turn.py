"""The answer to one event, and the trace of what led to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ivr.engine.effects import Effect
from ivr.engine.instructions import Instruction
from ivr.engine.session import Session

ENTERED = "entered"  # the caller reached the step
HEARD = "heard"  # a valid input
PROMPT_CUT = "prompt_cut"  # a key or word during a message, passed on
NO_INPUT = "no_input"  # silence where an answer was expected
NOT_UNDERSTOOD = "not_understood"  # a wrong key or words that match nothing
ASKED_FOR_PERSON = "asked_for_person"  # 0, or a word for a person
GAVE_UP = "gave_up"  # too many tries: to a person
FAULT = "fault"  # the step failed: to a person
MISSING = "missing"  # a variable in a prompt had no value
JOINED = "joined"  # an agent took the call
ENDED_HERE = "ended_here"  # the call ended while the caller stood at this step


@dataclass(frozen=True, slots=True)
class TraceEntry:
    """One line of the trace. `what` is one of the words above. `file` and `line` are empty for the engine's
    own steps. `after` among the details is how many seconds of messages are said before it."""

    what: str
    flow: str
    step: str
    kind: str = ""
    file: str = ""
    line: int = 0
    details: dict[str, Any] = field(default_factory=dict)

    def as_plain(self) -> dict[str, Any]:
        """Return a dict that `json` can write."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Turn:
    """The result of one event. `instruction` is None when the call is over, or when the last effect needs an
    answer first: resume with `QueueReported` for `JoinQueue`, with `LookedUp` for `LookUp`, in the same
    webhook."""

    session: Session
    instruction: Instruction | None
    effects: tuple[Effect, ...] = ()
    trace: tuple[TraceEntry, ...] = ()
