"""The engine's own sentences in the caller's language, and the one way in which steps ask and speak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.events import POUND, DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.instructions import Listen, Prompt, Say, words_of
from ivr.engine.languages import KNOWN, language_of
from ivr.engine.person_requests import announces_zero, own_words, sentences
from ivr.engine.step import Visit
from ivr.engine.templates import Rendered, Template, TemplateProblem, compile_text

PHRASE_NAMES: tuple[str, ...] = tuple(KNOWN["en"].phrases)


def phrase(name: str, language: str, context: CallContext, **values: Any) -> Say:
    """Return the sentence `name`, ready to be spoken, with the values it uses, such as `low` and `high`."""
    rendered = _rendered(name, language, context, values)
    return Say(rendered.text, language, rendered.markup)


def _rendered(name: str, language: str, context: CallContext, values: Mapping[str, Any]) -> Rendered:
    for text in _wordings(name, language, context):
        template = compiled(text)
        if template and (rendered := template.render(values, language, context)).text:
            return rendered
    raise KeyError(name)


def _wordings(name: str, language: str, context: CallContext) -> Iterator[str]:
    """Yield the company's words for this very language, then for its family, then ours."""
    for tag in (language, language.split("-")[0]):
        text = context.phrases.get(tag, {}).get(name)
        if isinstance(text, str):
            yield text
    yield language_of(language).phrases[name]


@lru_cache(maxsize=1)
def names_in_phrases() -> frozenset[str]:
    """Return the values that the engine's sentences use; a company's wording may use no others."""
    texts = (text for language in KNOWN.values() for text in language.phrases.values())
    return frozenset().union(*(template.names for text in texts if (template := compiled(text))))


@lru_cache(maxsize=1024)
def compiled(text: str) -> Template | None:
    """Return a text of the settings, ready to be filled in; None for one that cannot be read."""
    try:
        return compile_text(text)
    except TemplateProblem:
        return (
            None  # the settings were checked when they were read; a caller must hear something all the same
        )


def with_zero_announced(
    prompts: tuple[Prompt, ...], language: str, context: CallContext
) -> tuple[Prompt, ...]:
    """Return the prompts with the sentence about 0 added, unless their first two sentences already say it.

    It comes after a short first prompt, and before one so long that a caller might hang up during it.
    """
    words = [words_of(prompt) for prompt in prompts]
    if announces_zero(" ".join(words), language):
        return prompts
    ours = phrase("press_zero", language, context)
    short = bool(words) and 0 < len(sentences(words[0])) <= 2
    return (prompts[0], ours, *prompts[1:]) if short else (ours, *prompts)


HINT_LIMIT = 60


def say(visit: Visit, name: str, **values: Any) -> Say:
    """Return one of the engine's own sentences in the caller's language."""
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
    """Play the prompts and wait for keys; for speech too, unless the flow or the step turns it off.

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
    """Return what is said before a question is repeated. Nothing after the pound key alone, which is no
    answer."""
    if event == DigitsPressed(POUND):
        return ()
    if isinstance(event, InputTimedOut):
        return (say(visit, "no_input"),)
    return (say(visit, "not_understood" if isinstance(event, SpeechHeard) else wrong),)
