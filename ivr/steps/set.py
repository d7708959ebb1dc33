"""set: give variables a value."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.engine.prompts import ValueText
from ivr.engine.session import storable
from ivr.engine.step import GoTo, Move, Step, StepName, Visit
from ivr.engine.values import VariableName


class SetStep(Step):
    """Give one or more variables a value. Later steps, the agent's screen and the next call can use them.

    A single `{{ name }}` copies the value unchanged; anything else becomes text.

    ```yaml example
    steps:
      note:
        set:
          topic: billing
          summary: "{{ caller.number }} about {{ topic | default('something') }}"
        next: wait
      wait: {queue: billing}
    ```
    """

    kind: ClassVar[str] = "set"
    passes: ClassVar[bool] = True
    set: Annotated[dict[VariableName, ValueText], Field(min_length=1)]
    next: StepName

    def enter(self, visit: Visit) -> Move:
        values = {name: storable(text.value(visit)) for name, text in self.set.items()}
        return Move(GoTo(self.next), remember=values)
