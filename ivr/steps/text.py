"""text: send a text message."""

from __future__ import annotations

from typing import ClassVar

from pydantic import field_validator
from pydantic_core import PydanticCustomError

from ivr.engine.effects import SendText
from ivr.engine.instructions import words_of
from ivr.engine.prompts import PromptText, ValueText
from ivr.engine.session import storable
from ivr.engine.step import GoTo, Move, Step, StepName, Visit


class TextStep(Step):
    """Send the caller a text message and go on at once, without waiting for its delivery.

    It goes from the number that was dialled to the number they call from, or to the one in `to`: only to
    ordinary telephones of our country and of the `neighbours` in the settings, at most three in one
    call, and few in a day.
    It is sent at most once: when it is unknown whether it went out, it is not sent again, and the agent reads
    that in the history. A caller who withholds their number gets none; with `no_number` the call then goes on
    there. People who answered STOP to our texts get none.

    ```yaml example
    steps:
      send:
        text: "Northwind: your order {{ order_number }} was sent on {{ sent_on | date }}."
        to: "{{ mobile }}"
        no_number: sorry
        next: told
      told: {hang_up: I have sent you a text message. Goodbye.}
      sorry: {queue: support}
    ```
    """

    kind: ClassVar[str] = "text"
    passes: ClassVar[bool] = True
    text: PromptText
    to: ValueText | None = None
    no_number: StepName | None = None
    next: StepName

    @field_validator("text")
    @classmethod
    def _only_words(cls, text: PromptText) -> PromptText:
        if text.audio:
            raise PydanticCustomError("text", "a text message has no recording (write its words)")
        return text

    def enter(self, visit: Visit) -> Move:
        asked = storable(self.to.value(visit)) if self.to else None
        to = str(asked).strip() if asked else ""
        if not to and not visit.session.call.caller:
            return Move(GoTo(self.no_number or self.next))
        body = " ".join(words_of(part) for part in self.text.spoken(visit))
        effects = (SendText(to, body),) if body else ()
        return Move(GoTo(self.next), effects=effects)
