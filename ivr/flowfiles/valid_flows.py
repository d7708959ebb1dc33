"""The flows a line is served from: without errors, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ivr.engine.flow import FlowSet
from ivr.flowfiles.loader import load_book, read_book
from ivr.flowfiles.problems import Problem, errors

if TYPE_CHECKING:
    from ivr.settings import Settings


class FlowProblems(Exception):
    """The flow files have errors: nothing is served from them. `problems` says what and where."""

    def __init__(self, problems: Sequence[object]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = list(problems)


def live_book(settings: Settings) -> FlowSet:
    """The book of the flows folder, for new calls. Raises FlowProblems."""
    loaded = load_book(settings.flows_path, settings)
    if loaded.flow_set is None:
        raise FlowProblems(errors(loaded.problems))
    return loaded.flow_set


def stored_book(texts: Mapping[str, str], settings: Settings) -> FlowSet:
    """The book a call in progress began with, from its stored texts. Raises FlowProblems."""
    return stored(texts, settings)[0]


def stored(texts: Mapping[str, str], settings: Settings) -> tuple[FlowSet, list[Problem]]:
    """The same, with what it names that config.yaml has no longer: config.yaml is no part of a revision, and
    calls go on without. Raises FlowProblems."""
    loaded = read_book(texts, settings, stored=True)
    if loaded.flow_set is None:
        raise FlowProblems(errors(loaded.problems))
    return loaded.flow_set, errors(loaded.problems)
