"""Names in {{ }} and in conditions that nothing ever fills: the caller would hear a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ivr.engine.prompts import PromptText, ValueText, WhenText
from ivr.engine.values import RESERVED
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import ERROR, WARNING, Problem, quoted
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.references import values_in

if TYPE_CHECKING:
    from ivr.settings import Settings


def check_variables(drafts: list[Draft], settings: Settings) -> list[Problem]:
    """Variables that no step of any flow saves (a sub-flow shares them), and calendars that do not exist."""
    # A step that could not be read may save anything.
    everything_read = all(set(read.steps) == set(read.step_names) for read in drafts)
    filled = {name for read in drafts for _, body in read.bodies() for name in _saved(body)} | RESERVED
    known = sorted(filled)
    found = []
    for read in drafts:
        for step, model in read.steps.items():
            for inside, value in values_in(model):
                for path, source, names in _sources(inside, value):
                    unfilled = sorted(names - filled) if everything_read else []
                    found += [_unfilled(read, step, path, source, name, known) for name in unfilled]
                    found += _calendars(read, step, path, source, settings)
    return found


def _saved(body: dict[str, Any]) -> Iterator[str]:
    if isinstance(body.get("save"), str):
        yield body["save"]
    for key in ("set", "save"):
        if isinstance(body.get(key), dict):
            yield from body[key]


def _sources(inside: KeyPath, value: Any) -> Iterator[tuple[KeyPath, str, frozenset[str]]]:
    if isinstance(value, PromptText):
        for language, template in value.texts.items():
            yield (*inside, language) if language else inside, template.source, template.names
    elif isinstance(value, ValueText):
        yield inside, value.template.source, value.template.names
    elif isinstance(value, WhenText):
        yield inside, value.condition.source, value.condition.names


def _unfilled(read: Draft, step: str, path: KeyPath, source: str, name: str, filled: list[str]) -> Problem:
    part = read.step_part(step)
    message = f"nothing ever fills {quoted(name)}"
    remedy = part.speller.remedy(name, filled, "save it in a step before, or correct the name")
    problem = part.problem(path, message, remedy, "unknown_variable")
    return _at_word(part, problem, path, source, rf"\b{re.escape(name)}\b", WARNING)


def _calendars(read: Draft, step: str, path: KeyPath, source: str, settings: Settings) -> list[Problem]:
    found = []
    expressions = " ".join(re.findall(r"\{\{(.*?)\}\}", source, re.DOTALL)) or source
    for name in dict.fromkeys(re.findall(r"\bhours\.(\w+)", expressions)):
        if name not in settings.calendars:
            part = read.step_part(step)
            message = f"there is no calendar {quoted(name)} in config.yaml"
            problem = part.problem(
                path, message, part.speller.remedy(name, settings.calendars), "unknown_calendar"
            )
            found.append(_at_word(part, problem, path, source, rf"hours\.{name}\b", ERROR))
    return found


def _at_word(part: Any, problem: Problem, path: KeyPath, source: str, pattern: str, severity: str) -> Problem:
    word = re.search(pattern, source)
    mark = part.document.inside((*part.path, *path), source, word.start() if word else 0)
    return replace(problem, line=mark.line, column=mark.column, severity=severity)
