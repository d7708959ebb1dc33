"""queue: wait for a person."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from ivr.engine.events import Event
from ivr.engine.prompts import PromptText
from ivr.engine.step import Move, QueueName, Step, StepName, Visit
from ivr.engine.waiting import WaitingLoop


class QueueStep(Step):
    """Put the caller in line for a person.

    The caller hears `say` (or the engine's own words), then music, and about once a minute an estimate of the
    wait: an honest range, or only the place in line when no honest number is known. While waiting, 0 confirms
    that the place is kept, 1 books a callback if the queue has `callbacks`, 2 takes a message if the queue
    allows it, and 3 turns the music off and on; the place is kept until the callback is booked or the message
    left. Only possible choices are offered. When the queue is closed, no agent serves it, or the wait has
    become too long, the caller is told so and offered the same choices. Overflow, a full line, closing time
    and the music are settings of the queue. `priority` above 0 puts callers before others, and the agent
    must have `skills` besides those of the queue. After the conversation the call goes on at `next`, or ends
    with a goodbye.

    ```yaml example
    steps:
      billing:
        queue: billing
        say: I will put you through to billing.
        priority: 1
        next: thanks
      thanks: {hang_up: Thank you. Goodbye.}
    ```
    """

    kind: ClassVar[str] = "queue"
    toward_person: ClassVar[bool] = True
    queue: QueueName
    say: PromptText | None = None
    priority: Annotated[int, Field(ge=0, le=9)] = 0
    skills: Annotated[dict[str, Annotated[int, Field(ge=1, le=9)]], Field(default_factory=dict)]
    next: StepName | None = None

    def enter(self, visit: Visit) -> Move:
        return self._hold(visit).enter()

    def hear(self, visit: Visit, event: Event) -> Move:
        return self._hold(visit).hear(event)

    def _hold(self, visit: Visit) -> WaitingLoop:
        welcome = self.say.spoken(visit) if self.say else ()
        return WaitingLoop(visit, self.queue, self.priority, welcome, self.next, self.skills)
