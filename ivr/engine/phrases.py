"""The engine's own sentences in the caller's language; the company's wording in `CallContext.phrases` comes
first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from ivr.engine.context import CallContext
from ivr.engine.instructions import Say
from ivr.engine.languages import KNOWN, language_of
from ivr.engine.templates import Rendered, Template, TemplateProblem, compile_text

PHRASE_NAMES: tuple[str, ...] = tuple(KNOWN["en"].phrases)


def phrase(name: str, language: str, context: CallContext, **values: Any) -> Say:
    """The sentence `name`, ready to be spoken. Values are those it mentions, such as `low` and `high`."""
    rendered = _rendered(name, language, context, values)
    return Say(rendered.text, language, rendered.markup)


def _rendered(name: str, language: str, context: CallContext, values: Mapping[str, Any]) -> Rendered:
    for text in _wordings(name, language, context):
        template = compiled(text)
        if template and (rendered := template.render(values, language, context)).text:
            return rendered
    raise KeyError(name)


def _wordings(name: str, language: str, context: CallContext) -> Iterator[str]:
    """The company's words for this very language, then for its family, then ours."""
    for tag in (language, language.split("-")[0]):
        text = context.phrases.get(tag, {}).get(name)
        if isinstance(text, str):
            yield text
    yield language_of(language).phrases[name]


@lru_cache(maxsize=1)
def names_in_phrases() -> frozenset[str]:
    """The values that sentences of ours mention; a company's wording can mention no others."""
    texts = (text for language in KNOWN.values() for text in language.phrases.values())
    return frozenset().union(*(template.names for text in texts if (template := compiled(text))))


@lru_cache(maxsize=1024)
def compiled(text: str) -> Template | None:
    """A text of the settings, ready to be filled in; None for one that cannot be read."""
    try:
        return compile_text(text)
    except TemplateProblem:
        return (
            None  # the settings were checked when they were read; a caller must hear something all the same
        )
