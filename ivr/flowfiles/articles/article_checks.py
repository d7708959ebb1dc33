"""A folder of articles among the flows: names that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ivr.engine.flow import FlowSet
from ivr.engine.prompts import PromptText
from ivr.engine.templates import Condition, Template
from ivr.engine.values import ANYTHING, MEMBERS, VALUE
from ivr.flowfiles.articles.article_parser import (
    SUFFIX,
    Read,
    article_files,
    file_bytes,
    read_article_bytes,
)
from ivr.flowfiles.problems import WARNING, Problem, in_order, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.variable_checks import at_path, unknown_members

if TYPE_CHECKING:
    from ivr.settings import Settings

CALL: Mapping[str, str] = {
    "waited_minutes": VALUE,
    "longer_than_told": VALUE,
    "calls_this_week": VALUE,
    "wanted_person": VALUE,
    "wanted_supervisor": VALUE,
    "not_understood": VALUE,
    "language": VALUE,
    "queue": VALUE,
    "path": ANYTHING,
}
"""What an article may ask about the call itself, beside the flows' variables."""
ASKED: Mapping[str, Any] = {**{name: MEMBERS[name] for name in MEMBERS if name != "queues"}, "call": CALL}
"""The names that no flow can take, as an article finds them."""


@dataclass(frozen=True, slots=True)
class Around:
    """What there is for articles to name: steps as `flow.step`, flows, variables that some step fills."""

    steps: frozenset[str]
    variables: frozenset[str]


def around(flow_set: FlowSet) -> Around:
    """What the flows of a book offer."""
    steps = {f"{flow.name}.{name}" for flow in flow_set.flows.values() for name in flow.steps}
    saved = {
        each for flow in flow_set.flows.values() for step in flow.steps.values() for each in _saved(step)
    }
    return Around(frozenset(steps | set(flow_set.flows)), frozenset(saved | set(ASKED)))


def _saved(step: Any) -> Iterable[str]:
    for key in ("save", "set"):
        value = getattr(step, key, None)
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from map(str, value)


def check_articles(
    folder: Path, settings: Settings, flow_set: FlowSet | None, *, shown: str = "", only: Path | None = None
) -> tuple[list[Problem], dict[str, str]]:
    """All problems of the articles below a folder, and the texts of the files they are in; of `only` one file
    or folder in it. Without a `flow_set` (the flows have errors) steps and variables are taken on trust."""
    shown = shown or str(folder)
    names = list(article_files(folder)) if folder.is_dir() else []
    known = around(flow_set) if flow_set is not None and names else None
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for name in names:
        if only is not None and not (folder / f"{name}{SUFFIX}").resolve().is_relative_to(only.resolve()):
            continue
        file = f"{shown}/{name}{SUFFIX}"
        read = read_article_bytes(file_bytes(folder, name), name, file)
        texts[file] = read.text
        problems += [*read.problems, *check_names(read, settings, known)]
    return in_order(problems), texts


def check_names(read: Read, settings: Settings, known: Around | None) -> list[Problem]:
    """Steps, queues, languages and variables that do not exist: nobody would ever be shown the article."""
    if read.article is None or read.part is None:
        return []
    head, part = read.article.head, read.part
    found = _unknown(part, "queues", "queue", head.queues, settings.queues, "in config.yaml")
    if known is not None:
        found += _unknown(part, "steps", "step", head.steps, known.steps, "in the flows")
        found += _variables(part, read, known)
    for language in head.languages:
        if language not in settings.languages:
            message = f"no caller speaks {quoted(language)}: config.yaml does not list it"
            remedy = part.suggestions.remedy(language, settings.languages)
            place = ("languages", head.languages.index(language))
            found.append(part.problem(place, message, remedy, "unknown_language", severity=WARNING))
    return found


def _unknown(
    part: Part, key: str, what: str, names: list[str], there: Iterable[str], place: str
) -> list[Problem]:
    found = []
    every = sorted(there)
    for index, name in enumerate(names):
        if name not in every:
            message = f"there is no {what} {quoted(name)} {place}"
            remedy = part.suggestions.remedy(name, every)
            found.append(part.problem((key, index), message, remedy, f"unknown_{what}"))
    return found


def _variables(part: Part, read: Read, known: Around) -> list[Problem]:
    found = []
    for inside, text in _texts(read):
        for name in sorted(text.names - known.variables):
            message = f"nothing ever fills {quoted(name)}"
            remedy = part.suggestions.remedy(name, sorted(known.variables), "correct the name")
            problem = part.problem(inside, message, remedy, "unknown_variable")
            found.append(at_path(part, problem, inside, text.source, (name,)))
        found += unknown_members(part, inside, text.source, text.paths, ASKED)
    return found


def _texts(read: Read) -> Iterable[tuple[tuple, Template | Condition]]:
    head = read.article.head if read.article else None
    if head is None:
        return
    if head.when is not None:
        yield ("when",), head.when.condition
    for key in ("say", "offer", "fails", "text"):
        written: PromptText | None = getattr(head, key)
        for tag, template in written.texts.items() if written else ():
            yield (key, tag) if tag else (key,), template
