"""The first prompt of every call says that 0 reaches a person (promise 1): by the flow's words or by ours."""

from __future__ import annotations

from ivr.engine.context import CallContext
from ivr.engine.instructions import Prompt, words_of
from ivr.engine.person_requests import announces_zero, sentences
from ivr.engine.phrases import phrase


def with_zero_announced(
    prompts: tuple[Prompt, ...], language: str, context: CallContext
) -> tuple[Prompt, ...]:
    """The prompts, with our sentence in them unless the first two sentences say it already.

    It comes after a short first prompt, and before one so long that a caller might give up hearing it.
    """
    words = [words_of(prompt) for prompt in prompts]
    if announces_zero(" ".join(words), language):
        return prompts
    ours = phrase("press_zero", language, context)
    short = bool(words) and 0 < len(sentences(words[0])) <= 2
    return (prompts[0], ours, *prompts[1:]) if short else (ours, *prompts)
