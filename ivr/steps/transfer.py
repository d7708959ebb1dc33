"""transfer: connect the caller to a number outside."""

from __future__ import annotations

import re
from typing import Annotated, ClassVar

from pydantic import Field

from ivr.engine.events import Event, TransferEnded
from ivr.engine.instructions import Dial, HangUp
from ivr.engine.phrases import say
from ivr.engine.prompts import PromptText
from ivr.engine.step import Finish, GoTo, Move, QueueName, Step, StepName, TargetName, ToPerson, Visit, Wait

E164 = re.compile(r"\+[1-9]\d{6,14}")
TALKED = frozenset({"completed", "answered"})


class TransferStep(Step):
    """Connect the caller to an outside telephone number, and continue the flow when that ends.

    The number is written here (`"+14155550100"`) or in the settings under a name. `say` is heard first, and 0
    works while it is said. When nobody is reached the caller goes to `busy`, `no_answer` or `failed`; if the
    exit is not written, to a person. After the conversation the call goes on at `next`, or ends with a
    goodbye.

    ```yaml example
    steps:
      warehouse:
        transfer: "+14155550100"
        say: I am connecting you to the warehouse.
        timeout: 25
        no_answer: sorry
        next: bye
      sorry: {voicemail: support}
      bye: {hang_up: Goodbye.}
    ```
    """

    kind: ClassVar[str] = "transfer"
    transfer: TargetName
    say: PromptText | None = None
    timeout: Annotated[int, Field(ge=5, le=120)] = 30
    next: StepName | None = None
    busy: StepName | None = None
    no_answer: StepName | None = None
    failed: StepName | None = None
    human: QueueName | None = None

    def enter(self, visit: Visit) -> Move:
        number = self.transfer if E164.fullmatch(self.transfer) else visit.context.targets[self.transfer]
        prompts = self.say.spoken(visit) if self.say else ()
        return Move(Wait(Dial(number, self.timeout)), prompts=prompts)

    def hear(self, visit: Visit, event: Event) -> Move:
        if not isinstance(event, TransferEnded):
            return self.enter(visit)
        if event.status in TALKED:
            return Move(GoTo(self.next) if self.next else Finish(HangUp((say(visit, "goodbye"),))))
        missed = {"busy": self.busy, "no-answer": self.no_answer}.get(event.status, self.failed)
        return Move(GoTo(missed) if missed else ToPerson("transfer"))
