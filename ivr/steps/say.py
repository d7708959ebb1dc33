"""say: a message."""

from __future__ import annotations

from typing import ClassVar

from ivr.engine.events import DigitsPressed, Event, SpeechHeard
from ivr.engine.listening import listen
from ivr.engine.prompts import PromptText
from ivr.engine.step import GoTo, Move, Step, StepName, Visit, Wait


class Say(Step):
    """Say something and go on.

    A caller who knows what comes next need not listen to the end: a key pressed during the message is taken
    as the answer to the menu that follows. 0 goes to a person, as everywhere.

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
    say: PromptText
    next: StepName

    def enter(self, visit: Visit) -> Move:
        if visit.ahead is not None:
            return Move(GoTo(self.next, visit.ahead))
        prompts = self.say.spoken(visit)
        if not prompts:
            return Move(GoTo(self.next))
        return Move(Wait(listen(visit, prompts, timeout=1)))

    def hear(self, visit: Visit, event: Event) -> Move:
        if isinstance(event, DigitsPressed):
            return Move(GoTo(self.next, event))
        if isinstance(event, SpeechHeard) and not visit.session.scratch.get("again"):
            if self._understood_next(visit, event):
                return Move(GoTo(self.next, event))
            # A cough or a voice in the room must not cost the caller the message: once more, by keys only.
            again = listen(visit, self.say.spoken(visit), timeout=1, speech=False)
            return Move(Wait(again), scratch={"again": True})
        return Move(GoTo(self.next))

    def _understood_next(self, visit: Visit, event: Event) -> bool:
        following = visit.flow.steps.get(self.next)
        return following is not None and following.listens and following.accepts(visit, event)
