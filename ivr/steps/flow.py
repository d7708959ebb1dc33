"""flow: run another flow and come back."""

from __future__ import annotations

from typing import ClassVar

from ivr.engine.step import EnterFlow, FlowName, Move, Step, StepName, Visit


class SubFlowStep(Step):
    """Run another flow, and go on at `next` when it ends with a `leave` step.

    Variables are shared. Inside, 0 leads to a person in the inner flow's queue.

    ```yaml example
    steps:
      identify:
        flow: identify
        next: wait
      wait: {queue: support}
    ```
    """

    kind: ClassVar[str] = "flow"
    passes: ClassVar[bool] = True
    flow: FlowName
    next: StepName

    def enter(self, visit: Visit) -> Move:
        return Move(EnterFlow(self.flow, self.next))
