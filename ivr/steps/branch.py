"""branch: choose the next step by conditions."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ivr.engine.prompts import WhenText
from ivr.engine.step import GoTo, Move, Step, StepName, Visit


class BranchCase(BaseModel):
    """A condition and where it leads."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    when: WhenText
    next: StepName


class BranchStep(Step):
    """Go on at the step of the first condition that holds, or at `otherwise`. Nothing is said.

    Conditions compare variables, `customer`, `caller`, `hours`, `queue` and `queues` (how long a line is, as
    in `queues.support.minutes > 15`: see docs/queues.md): `==`, `!=`, `<`, `>`, `in`, joined by `and`, `or`,
    `not`. Keyed digits count as a number when they are compared with one; letter case does not matter.
    A comparison with an unknown value is false.

    ```yaml example
    steps:
      size:
        branch:
          - when: customer.tier == 'gold' or amount > 500
            next: gold
          - when: not hours.office.open
            next: night
        otherwise: everyone
      gold: {queue: gold}
      night: {hang_up: We are closed. Goodbye.}
      everyone: {queue: support}
    ```
    """

    kind: ClassVar[str] = "branch"
    passes: ClassVar[bool] = True
    branch: Annotated[list[BranchCase], Field(min_length=1)]
    otherwise: StepName

    def enter(self, visit: Visit) -> Move:
        chosen = next((way.next for way in self.branch if way.when.holds(visit)), self.otherwise)
        return Move(GoTo(chosen))
