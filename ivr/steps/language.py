"""language: choose the language of the call."""

from __future__ import annotations

from typing import Annotated, ClassVar

from babel import Locale
from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from ivr.engine.events import DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.filters import locale_of
from ivr.engine.instructions import Prompt
from ivr.engine.person_requests import says_one_of
from ivr.engine.phrases import listen, retry_prompt
from ivr.engine.prompts import PromptText
from ivr.engine.spoken_input import key_given
from ivr.engine.step import AskingStep, GoTo, LanguageName, Move, StepName, Visit, Wait

KEYS = frozenset("123456789*#")


class LanguageStep(AskingStep):
    """Let the caller choose a language by key or by its name, and speak it from then on.

    Write one text per language: each is said in its own voice, one after the other. `keys` assigns keys to
    languages of the flow. A language's name is understood in the language itself and in English; `words`
    lists more words for it. With `known: true` a customer whose language is known is not asked. With
    `no_input`, a caller who stays silent goes there, in the flow's first language, instead of to a person.

    ```yaml example
    steps:
      language:
        language:
          en-US: For English, press 1.
          es-US: Para español, pulse 2.
        keys: {1: en-US, 2: es-US}
        words: {es-US: [castellano]}
        known: true
        no_input: hello
        next: hello
      hello:
        hang_up: {en-US: Goodbye., es-US: Hasta luego.}
    ```
    """

    kind: ClassVar[str] = "language"
    language: PromptText
    keys: Annotated[dict[str, LanguageName], Field(min_length=1)]
    words: Annotated[dict[LanguageName, list[str]], Field(default_factory=dict)]
    known: bool = False
    no_input: StepName | None = None
    next: StepName

    @field_validator("keys")
    @classmethod
    def _sound_keys(cls, keys: dict[str, str]) -> dict[str, str]:
        for key in keys:
            if key not in KEYS:
                raise PydanticCustomError("key", "'{key}' is not a key (use 1 to 9, * or #)", {"key": key})
        return keys

    def enter(self, visit: Visit) -> Move:
        known = self._of_customer(visit) if self.known else None
        return Move(GoTo(self.next), language=known) if known else self._ask(visit, ())

    def hear(self, visit: Visit, event: Event) -> Move:
        if chosen := self._chosen(event):
            return Move(GoTo(self.next), language=chosen)
        if isinstance(event, InputTimedOut) and self.no_input and self.is_last_try(visit):
            return Move(GoTo(self.no_input))
        return self._again(visit, event)

    def hears_ahead(self, visit: Visit) -> bool:
        return True

    def accepts(self, visit: Visit, event: Event) -> bool:
        return self._chosen(event) is not None

    def _of_customer(self, visit: Visit) -> str | None:
        """Return the customer's language as one of this step's: `es` becomes the Spanish offered here."""
        wanted = str(visit.context.customer.get("language") or "").replace("_", "-")
        offered = list(self.keys.values())
        family = [one for one in offered if one.split("-")[0].lower() == wanted.split("-")[0].lower()]
        return wanted if wanted in offered else next(iter(family), None)

    def _chosen(self, event: Event) -> str | None:
        if isinstance(event, SpeechHeard):
            for one in self.keys.values():
                if says_one_of(event.text, self._names(one)):
                    return one
            said = (key_given(event, one) for one in self.keys.values())  # spoken in any of the languages
            return next((self.keys[key] for key in said if key in self.keys), None)
        return self.keys.get(event.digits) if isinstance(event, DigitsPressed) else None

    def _names(self, language: str) -> list[str]:
        spoken = locale_of(language)
        names = [Locale(spoken.language).get_display_name(way) for way in (spoken, Locale("en"))]
        return [*(name for name in names if name), *self.words.get(language, [])]

    def _again(self, visit: Visit, event: Event) -> Move:
        return Move(self._ask(visit, retry_prompt(visit, event)).to, understood=False)

    def _ask(self, visit: Visit, before: tuple[Prompt, ...]) -> Move:
        hints = [name for language in self.keys.values() for name in self._names(language)]
        prompts = (*before, *self.language.spoken_in_each(visit))
        return Move(Wait(listen(visit, prompts, timeout=self.timeout, hints=hints)))
