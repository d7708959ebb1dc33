"""A problem with a text of a flow: what is wrong, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class TemplateProblem(ValueError):
    """A prompt or condition that cannot be used. `offset` counts characters from the start of the text."""

    def __init__(self, message: str, offset: int = 0, hint: str = "", text: str = "") -> None:
        super().__init__(message)
        self.message, self.offset, self.hint = message, offset, hint
        before = text[:offset]
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1

    def __str__(self) -> str:
        return f"{self.message} ({self.hint})" if self.hint else self.message


def problem_at(problem: TemplateProblem, text: str, shift: int = 0) -> TemplateProblem:
    """Return the same problem with line and column in `text`."""
    return TemplateProblem(problem.message, problem.offset + shift, problem.hint, text)


def closest(word: str, known: Iterable[str]) -> str:
    """Return a hint naming the known word that looks most like this one; "" if none does."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else ""
