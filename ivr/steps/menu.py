"""menu: a choice by key or by word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, ClassVar

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from ivr.engine.events import DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.instructions import Prompt
from ivr.engine.person_requests import says_one_of
from ivr.engine.phrases import listen, retry_prompt
from ivr.engine.prompts import PromptText
from ivr.engine.spoken_input import key_given
from ivr.engine.step import AskingStep, GoTo, Move, StepName, Visit, Wait

KEYS = frozenset("123456789*#")


class MenuStep(AskingStep):
    """Ask the caller to choose with one key, by saying its number, or with words.

    `keys` assigns keys to steps; key 0 always leads to a person and is not written. `words` lists, for a
    step, words that mean the same as its key. After `tries` invalid answers (3 unless the flow or the step
    says less) the caller is put through to a person; with `no_input`, a caller who stays silent goes there
    instead. `timeout` is the number of seconds of silence that count as no answer.

    ```yaml example
    steps:
      department:
        menu: For orders, press 1 or say orders. For billing, press 2.
        keys: {1: orders, 2: billing}
        words: {orders: [orders, package]}
        tries: 2
        timeout: 6
      orders: {hang_up: Goodbye from orders.}
      billing: {hang_up: Goodbye from billing.}
    ```
    """

    kind: ClassVar[str] = "menu"
    menu: PromptText
    keys: Annotated[dict[str, StepName], Field(min_length=1)]
    words: Annotated[dict[StepName, list[str]], Field(default_factory=dict)]
    no_input: StepName | None = None

    @field_validator("keys")
    @classmethod
    def _sound_keys(cls, keys: dict[str, str]) -> dict[str, str]:
        for key in keys:
            if key == "0":
                raise PydanticCustomError(
                    "zero",
                    "key 0 always reaches a person and cannot be used (take it out; human: names the queue)",
                )
            if key not in KEYS:
                raise PydanticCustomError("key", "'{key}' is not a key (use 1 to 9, * or #)", {"key": key})
        return keys

    @field_validator("words", mode="before")
    @classmethod
    def _one_word_is_a_list(cls, words: object) -> object:
        if not isinstance(words, dict):
            return words
        return {step: [said] if isinstance(said, str) else said for step, said in words.items()}

    def enter(self, visit: Visit) -> Move:
        return self._ask(visit, ())

    def hear(self, visit: Visit, event: Event) -> Move:
        if chosen := self._chosen(event, visit.session.language):
            return Move(GoTo(chosen))
        if isinstance(event, InputTimedOut) and self.no_input and self.is_last_try(visit):
            return Move(GoTo(self.no_input))
        if isinstance(event, InputTimedOut | DigitsPressed | SpeechHeard):
            return self._again(visit, event)
        return self.enter(visit)

    def hears_ahead(self, visit: Visit) -> bool:
        return True

    def accepts(self, visit: Visit, event: Event) -> bool:
        return self._chosen(event, visit.session.language) is not None

    def lists(self, visit: Visit, event: Event) -> bool:
        return self._said(event) is not None

    def _chosen(self, event: Event, language: str) -> str | None:
        return self._said(event) or self.keys.get(key_given(event, language))

    def _said(self, event: Event) -> str | None:
        if not isinstance(event, SpeechHeard):
            return None
        return next((step for step, words in self.words.items() if says_one_of(event.text, words)), None)

    def _again(self, visit: Visit, event: Event) -> Move:
        move = self._ask(visit, retry_prompt(visit, event))
        return Move(move.to, understood=False)

    def _ask(self, visit: Visit, before: Iterable[Prompt]) -> Move:
        hints = [word for words in self.words.values() for word in words]
        prompts = (*before, *self.menu.spoken(visit))
        return Move(Wait(listen(visit, prompts, timeout=self.timeout, hints=hints)))
