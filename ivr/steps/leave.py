"""leave: the end of a sub-flow."""

from __future__ import annotations

from typing import ClassVar, Literal

from ivr.engine.step import LeaveFlow, Move, Step, Visit


class LeaveStep(Step):
    """End this flow and go back to the flow that entered it. If no flow entered it, the call ends with a
    goodbye.

    ```yaml example
    steps:
      thanks:
        say: Thank you, that is all I need.
        next: back
      back:
        leave: flow
    ```
    """

    kind: ClassVar[str] = "leave"
    passes: ClassVar[bool] = True
    leave: Literal["flow"]

    def enter(self, visit: Visit) -> Move:
        return Move(LeaveFlow())
