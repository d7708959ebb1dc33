"""ask: a question answered with keys or speech, kept in a variable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ivr.engine.events import DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.filters import say_digits
from ivr.engine.instructions import Listen, Prompt
from ivr.engine.listening import listen, say
from ivr.engine.person import says_one_of
from ivr.engine.prompts import PromptText
from ivr.engine.step import AskingStep, GoTo, Move, StepName, Visit, Wait
from ivr.engine.variables import VariableName

KEPT_LENGTH = 500
Count = Annotated[int, Field(ge=1, le=40)]


class Length(BaseModel):
    """How many keys: at least `min`, at most `max`."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    min: Count = 1
    max: Count = 40

    @model_validator(mode="after")
    def _in_order(self) -> Length:
        if self.min > self.max:
            raise PydanticCustomError("length", "min is larger than max (exchange them)")
        return self


class Ask(AskingStep):
    """Ask for a number by keys, or for words by speech, and keep the answer in a variable.

    `digits: 6` wants exactly six keys; `digits: {min: 4, max: 8}` between four and eight, ended by the pound
    key or by silence; without `digits` any number. `speech: true` takes spoken words instead. `save` names
    the variable. `choices` lists the only answers that are right. `confirm: true` reads the answer back, and
    the caller presses 1 if it is right or 2 to enter it again. A 0 alone goes to a person, also here.

    ```yaml example
    steps:
      order:
        ask: Please enter your four digit order number.
        digits: 4
        save: order_number
        confirm: true
        next: thanks
      thanks:
        say: Thank you. You gave us order {{ order_number | digits }}.
        next: bye
      bye: {hang_up: Goodbye.}
    ```
    """

    kind: ClassVar[str] = "ask"
    ask: PromptText
    save: VariableName
    next: StepName
    digits: Count | Length | None = None
    speech: bool = False
    choices: tuple[str, ...] = ()
    confirm: bool = False

    @field_validator("digits", mode="before")
    @classmethod
    def _readable_length(cls, written: Any) -> Any:
        if written is None or isinstance(written, int | dict | Length):
            return Length.model_validate(written) if isinstance(written, dict) else written
        if isinstance(written, str) and written.strip().isdigit():
            return int(written)
        raise PydanticCustomError("digits", "write how many keys: a number, or {{min: 4, max: 8}}")

    @model_validator(mode="after")
    def _keys_or_speech(self) -> Ask:
        if self.speech and self.digits is not None:
            raise PydanticCustomError("ask", "digits and speech exclude each other (keep one of them)")
        return self

    def enter(self, visit: Visit) -> Move:
        return Move(Wait(self._question(visit, ())))

    def hear(self, visit: Visit, event: Event) -> Move:
        if "answer" in visit.session.scratch:
            return self._confirmed(visit, event)
        answer = self._answer(event)
        if answer is None:
            return self._again(visit, _complaint(event))
        return self._confirm(visit, answer) if self.confirm else self._keep(answer)

    def _question(self, visit: Visit, before: Iterable[Prompt]) -> Listen:
        exact = self.digits if isinstance(self.digits, int) else None
        prompts = (*before, *self.ask.spoken(visit))
        # Speech is on for keys too, so that "agent" is heard; off once noise was taken for an answer to keys.
        speech = False if visit.session.scratch.get("keys_only") else None
        return listen(visit, prompts, digits=exact, timeout=self.timeout, speech=speech, hints=self.choices)

    def _answer(self, event: Event) -> str | None:
        """The answer when it is one of those wanted; None otherwise."""
        if isinstance(event, SpeechHeard) and self.speech and event.text.strip():
            heard = event.text.strip()[:KEPT_LENGTH]
            if not self.choices:
                return heard
            return next((choice for choice in self.choices if says_one_of(heard, [choice])), None)
        keyed = _keyed(event)
        if self.speech and not self.choices:
            return None
        if not (keyed.isascii() and keyed.isdecimal()) or not self._right_length(len(keyed)):
            return None
        return keyed if not self.choices or keyed in self.choices else None

    def _right_length(self, count: int) -> bool:
        if isinstance(self.digits, Length):
            return self.digits.min <= count <= self.digits.max
        return self.digits in (None, count) and count <= 40

    def _again(self, visit: Visit, complaint: str) -> Move:
        quiet = complaint == "not_understood" and not self.speech
        memory = {**visit.session.scratch, **({"keys_only": True} if quiet else {})}
        visit = replace(visit, session=visit.session.with_(scratch=memory))
        return Move(Wait(self._question(visit, (say(visit, complaint),))), scratch=memory, understood=False)

    def _confirm(self, visit: Visit, answer: str) -> Move:
        return Move(Wait(self._read_back(visit, answer)), scratch={"answer": answer})

    def _read_back(self, visit: Visit, answer: str) -> Listen:
        heard = say(visit, "you_said", value=answer)
        if answer.isdecimal():
            spoken = say_digits(answer, None)
            heard = say(visit, "you_entered", value=spoken)
        return listen(visit, (heard, say(visit, "confirm_keys")), timeout=self.timeout)

    def _confirmed(self, visit: Visit, event: Event) -> Move:
        answer = visit.session.scratch["answer"]
        if isinstance(event, DigitsPressed) and event.digits == "1":
            return self._keep(answer)
        if isinstance(event, DigitsPressed) and event.digits == "2":
            # Counts as a try: who has entered it three times is better off with a person.
            return Move(Wait(self._question(visit, ())), understood=False)
        return Move(Wait(self._read_back(visit, answer)), scratch={"answer": answer}, understood=False)

    def _keep(self, answer: str) -> Move:
        return Move(GoTo(self.next), remember={self.save: answer})


def _keyed(event: Event) -> str:
    """The keys pressed, or the digits that were said one by one."""
    if isinstance(event, DigitsPressed):
        return event.digits
    return re.sub(r"[\s.,-]", "", event.text) if isinstance(event, SpeechHeard) else ""


def _complaint(event: Event) -> str:
    if isinstance(event, InputTimedOut):
        return "no_input"
    return "not_understood" if isinstance(event, SpeechHeard) else "wrong_entry"
