"""How steps ask and say: one way for all, so that every prompt hears keys and, where wanted, speech."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ivr.engine.events import POUND, DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.instructions import Listen, Prompt, Say
from ivr.engine.languages import language_of
from ivr.engine.person_requests import own_words
from ivr.engine.phrases import phrase
from ivr.engine.step import Visit

HINT_LIMIT = 60


def say(visit: Visit, name: str, **values: Any) -> Say:
    """One of the engine's own sentences in the caller's language."""
    return phrase(name, visit.session.language, visit.context, **values)


def listen(
    visit: Visit,
    prompts: Iterable[Prompt],
    *,
    digits: int | None = 1,
    timeout: int = 5,
    speech: bool | None = None,
    hints: Iterable[str] = (),
) -> Listen:
    """Play the prompts and wait for keys; speech too unless the flow or the step does without.

    A single key needs no finish key, so that # is a key like any other.
    """
    speaks = visit.flow.speech if speech is None else speech
    language = visit.session.language
    for_person = (*own_words(language, visit.context), *language_of(language).speech.hints)
    expected = (*hints, *for_person)[:HINT_LIMIT] if speaks else ()
    return Listen(
        prompts=tuple(prompts),
        digits=digits,
        finish_on="" if digits == 1 else "#",
        timeout=timeout,
        speech=speaks,
        hints=expected,
        language=language,
    )


def retry_prompt(visit: Visit, event: Event, wrong: str = "wrong_key") -> tuple[Say, ...]:
    """What is said before a question is asked again. Nothing after the pound key alone: it is no answer."""
    if event == DigitsPressed(POUND):
        return ()
    if isinstance(event, InputTimedOut):
        return (say(visit, "no_input"),)
    return (say(visit, "not_understood" if isinstance(event, SpeechHeard) else wrong),)
