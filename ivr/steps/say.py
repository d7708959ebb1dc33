"""say: a message."""

from __future__ import annotations

from typing import ClassVar

from ivr.engine.events import Event
from ivr.engine.prompts import PromptText
from ivr.engine.step import GoTo, Move, Step, StepName, Tell, Visit, said_ahead


class SayStep(Step):
    """Say something and go on.

    A caller who knows what comes next need not listen to the end: keys pressed or words said during the
    message answer the menu or question that follows, with all their digits. 0 leads to a person, as
    everywhere.

    ```yaml example
    steps:
      welcome:
        say: Thank you for calling Northwind. Press 0 at any time to speak to a person.
        next: department
      department:
        menu: For orders, press 1. For billing, press 2.
        keys: {1: done, 2: done}
      done:
        hang_up: Goodbye.
    ```
    """

    kind: ClassVar[str] = "say"
    passes: ClassVar[bool] = True
    say: PromptText
    next: StepName

    def enter(self, visit: Visit) -> Move:
        prompts = self.say.spoken(visit)
        return Move(Tell(prompts, self.next)) if prompts else Move(GoTo(self.next))

    def hear(self, visit: Visit, event: Event) -> Move:
        return Move(GoTo(self.next), ahead=said_ahead(event))
