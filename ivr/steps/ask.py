"""ask: a question answered with keys or speech, kept in a variable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ivr.engine.events import DigitsPressed, Event, SpeechHeard
from ivr.engine.filters import say_digits
from ivr.engine.instructions import Listen, Prompt
from ivr.engine.person_requests import says_one_of
from ivr.engine.phrases import listen, retry_prompt, say
from ivr.engine.prompts import NO_WORDS, PromptText, SpokenWords, ValueText, WhenText
from ivr.engine.session import storable
from ivr.engine.spoken_input import NO, YES, agreement, spoken_digits
from ivr.engine.step import AskingStep, GoTo, Move, StepName, Visit, Wait
from ivr.engine.values import VariableName

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


class Rule(BaseModel):
    """A condition for the answer, and what is said when the answer breaks it."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
    when: WhenText
    say: PromptText


class AskStep(AskingStep):
    """Ask for a number by keys, or for words by speech, and keep the answer in a variable.

    `digits: 6` expects exactly six keys; `digits: {min: 4, max: 8}` between four and eight, ended by the
    pound key or by silence; without `digits` any number of keys, or as many as each of the `choices` has.
    The pound key alone repeats the question and does not count as a wrong answer. `speech: true` takes spoken
    words instead; `hints` are words to expect. `save` names the variable. `choices` lists the only valid
    answers, and `synonyms` other words for them; hints and synonyms may be written for each language.
    `validate` is a rule for the answer, with the sentence for callers whose answer breaks it. `again` rewords
    the question for the second and the third time. `confirm: true` reads the answer back, and the caller
    presses 1 if it is right or 2 to enter it again. `known` is an answer that may already be known, from the
    customer's record or from an earlier step: then nothing is asked. With `sensitive: true` the recording of
    the call stops meanwhile, and agents, journal and history do not see the answer (the phone company does:
    for cards use the step `pay`). A 0 alone leads to a person here, too.

    ```yaml example
    steps:
      order:
        ask: Please enter your four digit order number.
        again: [It is in the upper right corner of our letter. Please enter its four digits.]
        digits: 4
        validate: {when: order_number > 1000, say: Our order numbers begin at one thousand and one.}
        known: "{{ customer.open_order }}"
        save: order_number
        confirm: true
        next: size
      size:
        ask: Is it a small or a large parcel?
        speech: true
        choices: [small, large]
        synonyms: {small: [little, tiny], large: {en-US: [big]}}
        hints: [parcel]
        save: size
        next: thanks
      thanks:
        say: Thank you. You gave us order {{ order_number | digits }}.
        next: bye
      bye: {hang_up: Goodbye.}
    ```
    """

    kind: ClassVar[str] = "ask"
    ask: PromptText
    again: Annotated[tuple[PromptText, ...], Field(max_length=2)] = ()
    save: VariableName
    next: StepName
    digits: Count | Length | None = None
    speech: bool = False
    hints: SpokenWords = NO_WORDS
    choices: tuple[str, ...] = ()
    synonyms: Annotated[dict[str, SpokenWords], Field(default_factory=dict)]
    rule: Rule | None = Field(default=None, alias="validate")
    known: ValueText | None = None
    confirm: bool = False
    sensitive: bool = False

    @field_validator("digits", mode="before")
    @classmethod
    def _readable_length(cls, written: Any) -> Any:
        if written is None or isinstance(written, int | dict | Length):
            return Length.model_validate(written) if isinstance(written, dict) else written
        if isinstance(written, str) and written.strip().isdigit():
            return int(written)
        raise PydanticCustomError("digits", "write how many keys: a number, or {min: 4, max: 8}")

    @model_validator(mode="after")
    def _keys_or_speech(self) -> AskStep:
        if self.speech and self.digits is not None:
            raise PydanticCustomError("ask", "digits and speech exclude each other (keep one of them)")
        return self

    @model_validator(mode="after")
    def _nothing_sensitive_said(self) -> AskStep:
        if self.sensitive and self.confirm:
            raise PydanticCustomError(
                "ask",
                "what is sensitive is not read back (take out confirm; a rule under validate can check it)",
            )
        return self

    def is_sensitive(self) -> bool:
        return self.sensitive

    @model_validator(mode="after")
    def _synonyms_of_choices(self) -> AskStep:
        for choice in self.synonyms:
            if choice not in self.choices:
                raise PydanticCustomError(
                    "ask", "'{choice}' has synonyms but is not one of the choices", {"choice": choice}
                )
        return self

    def hears_ahead(self, visit: Visit) -> bool:
        return True

    def accepts(self, visit: Visit, event: Event) -> bool:
        if "answer" in visit.session.scratch:
            return agreement(event, visit.session.language) in (YES, NO)
        if isinstance(event, DigitsPressed):
            return self._takes_keys and event.digits.isdecimal()
        return self._answer(visit, event) is not None

    def takes_entry(self) -> bool:
        return self._takes_keys and self._exact != 1

    @property
    def _takes_keys(self) -> bool:
        return not self.speech or bool(self.choices)

    @property
    def _exact(self) -> int | None:
        """Return the number of keys of every valid answer; None if it varies. No further key is awaited."""
        if isinstance(self.digits, int):
            return self.digits
        if isinstance(self.digits, Length) and self.digits.min == self.digits.max:
            return self.digits.min
        if not all(choice.isascii() and choice.isdecimal() for choice in self.choices) or "0" in self.choices:
            return None
        lengths = {len(choice) for choice in self.choices}
        return lengths.pop() if len(lengths) == 1 else None

    def enter(self, visit: Visit) -> Move:
        answer = self._known(visit)
        if answer is None:
            return Move(Wait(self._question(visit, self.ask.spoken(visit))))
        return self._confirm(visit, answer) if self.confirm else self._keep(answer)

    def hear(self, visit: Visit, event: Event) -> Move:
        if "answer" in visit.session.scratch:
            return self._confirmed(visit, event)
        answer = self._answer(visit, event)
        if answer is None:
            return self._ask_again(visit, event, ())
        if self.rule is not None and not self._is_valid(visit, answer):
            return self._ask_again(visit, event, self.rule.say.spoken(_with(visit, self.save, answer)))
        return self._confirm(visit, answer) if self.confirm else self._keep(answer)

    # The answer ---------------------------------------------------------------------------------------------

    def _known(self, visit: Visit) -> str | None:
        """Return the answer that is already known, if it is valid."""
        value = storable(self.known.value(visit)) if self.known else None
        if value is None or isinstance(value, bool | list | dict):
            return None
        answer = str(value).strip()
        right = answer in self.choices if self.choices else self.speech or self._is_number(answer)
        return answer if answer and right and self._is_valid(visit, answer) else None

    def _answer(self, visit: Visit, event: Event) -> str | None:
        """Return the answer if it is valid in form, or None."""
        if isinstance(event, SpeechHeard) and self.speech and event.text.strip():
            heard = event.text.strip()[:KEPT_LENGTH]
            if not self.choices:
                return heard
            if chosen := self._chosen(heard, visit.session.language):
                return chosen
        keyed = _keyed(event, visit.session.language)
        if (self.speech and not self.choices) or not self._is_number(keyed):
            return None
        return keyed if not self.choices or keyed in self.choices else None

    def _chosen(self, heard: str, language: str) -> str | None:
        return next((one for one in self.choices if says_one_of(heard, self._ways(one, language))), None)

    def _ways(self, choice: str, language: str) -> list[str]:
        """Return all words for a choice."""
        return [choice, *self.synonyms.get(choice, NO_WORDS).in_language(language)]

    def _is_number(self, keyed: str) -> bool:
        if not (keyed.isascii() and keyed.isdecimal()):
            return False
        if isinstance(self.digits, Length):
            return self.digits.min <= len(keyed) <= self.digits.max
        return self.digits in (None, len(keyed)) and len(keyed) <= 40

    def _is_valid(self, visit: Visit, answer: str) -> bool:
        return self.rule is None or self.rule.when.holds(_with(visit, self.save, answer))

    # Asking -------------------------------------------------------------------------------------------------

    def _question(self, visit: Visit, prompts: Iterable[Prompt]) -> Listen:
        language = visit.session.language
        hints = [word for choice in self.choices for word in self._ways(choice, language)]
        # Speech is on for keys too, so that "agent" is heard; off once noise was taken for an answer to keys.
        speech = False if visit.session.scratch.get("keys_only") else None
        expected = (*hints, *self.hints.in_language(language))
        return listen(visit, prompts, digits=self._exact, timeout=self.timeout, speech=speech, hints=expected)

    def _ask_again(self, visit: Visit, event: Event, reason: tuple[Prompt, ...]) -> Move:
        quiet = isinstance(event, SpeechHeard) and not self.speech
        memory = {**visit.session.scratch, **({"keys_only": True} if quiet else {})}
        visit = replace(visit, session=visit.session.with_(scratch=memory))
        if self.again:
            prompts = (*reason, *self.again[min(visit.failed, len(self.again) - 1)].spoken(visit))
        else:
            prompts = (*(reason or retry_prompt(visit, event, "wrong_entry")), *self.ask.spoken(visit))
        return Move(Wait(self._question(visit, prompts)), scratch=memory, understood=False)

    # Reading back -------------------------------------------------------------------------------------------

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
        given = agreement(event, visit.session.language)
        if given == YES:
            return self._keep(answer)
        if given == NO:
            # It counts as a try: a caller who has entered it three times is better off with a person.
            return Move(Wait(self._question(visit, self.ask.spoken(visit))), understood=False)
        return Move(Wait(self._read_back(visit, answer)), scratch={"answer": answer}, understood=False)

    def _keep(self, answer: str) -> Move:
        return Move(GoTo(self.next), remember={self.save: answer})


def _with(visit: Visit, name: str, value: str) -> Visit:
    """Return the visit as if the answer had been saved already, since rules use the variable's name."""
    variables = {**visit.session.variables, name: value}
    return replace(visit, session=visit.session.with_(variables=variables))


def _keyed(event: Event, language: str) -> str:
    """Return the keys pressed, or the digits that were spoken."""
    if isinstance(event, DigitsPressed):
        return event.digits
    return spoken_digits(event.text, language) if isinstance(event, SpeechHeard) else ""
