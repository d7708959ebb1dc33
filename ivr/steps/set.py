"""set: give variables a value."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import Field

from ivr.engine.prompts import ValueText
from ivr.engine.step import GoTo, Move, Step, StepName, Visit
from ivr.engine.variables import VariableName


class Set(Step):
    """Give one or more variables a value. Later steps, the agent's screen and the next call can use them.

    A lone `{{ name }}` copies the value as it is; anything else becomes text.

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
    set: Annotated[dict[VariableName, ValueText], Field(min_length=1)]
    next: StepName

    def enter(self, visit: Visit) -> Move:
        values = {name: _storable(text.value(visit)) for name, text in self.set.items()}
        return Move(GoTo(self.next), remember=values)


def _storable(value: Any) -> Any:
    """The value in a form that JSON keeps: a session goes through JSON between any two turns."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _storable(item) for key, item in value.items()}
    return str(value)
