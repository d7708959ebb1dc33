"""The answer to one event."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.engine.effects import Effect
from ivr.engine.instructions import Instruction
from ivr.engine.session import Session
from ivr.engine.trace import TraceEntry


@dataclass(frozen=True, slots=True)
class Turn:
    """`instruction` is None when the call is over, or when the last effect wants an answer first: resume with
    `QueueReported` for `JoinQueue`, with `LookedUp` for `LookUp`, in the same webhook.
    """

    session: Session
    instruction: Instruction | None
    effects: tuple[Effect, ...] = ()
    trace: tuple[TraceEntry, ...] = ()
