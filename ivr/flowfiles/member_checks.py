"""Members of the engine's own names that do not exist: `now.hour` would be empty in every call, and a
condition on it would never hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ivr.engine.expressions import Path
from ivr.engine.values import ANY_NAME, ANYTHING, MEMBERS, MOMENT
from ivr.flowfiles.problems import Problem, listed, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath

Shapes = Mapping[str, Any]
"""Name → its members, as `MEMBERS` of the engine has them."""
NEVER_EMPTY = ("caller", "hours", "queues")  # of these a whole record says nothing: it is always there
OF_MOMENT = "say it as {name} | time or {name} | date; to ask for the hour, describe a calendar"


def unknown_members(
    part: Part, inside: KeyPath, source: str, paths: Iterable[Path], shapes: Shapes = MEMBERS
) -> Iterator[Problem]:
    """A problem for each path of a text that leads to nothing, at its word."""
    for path in sorted(paths, key=str):
        if path[0] in shapes and (wrong := _wrong(part, path, shapes[str(path[0])])):
            length, message, remedy = wrong
            problem = part.problem(inside, message, remedy, "unknown_member")
            yield at_path(part, problem, inside, source, path[:length])


def at_path(part: Part, problem: Problem, inside: KeyPath, source: str, path: Path) -> Problem:
    """The problem where this path stands in its text."""
    pattern = rf"\b{re.escape(str(path[0]))}\b"
    for key in path[1:]:
        name = re.escape(str(key))
        pattern += rf"\s*(?:\.\s*{name}\b|\[\s*['\"]?{name}['\"]?\s*\])"
    word = re.search(pattern, source)
    mark = part.document.inside((*part.path, *inside), source, word.start() if word else 0)
    return replace(problem, line=mark.line, column=mark.column)


def _wrong(part: Part, path: Path, shape: Any) -> tuple[int, str, str] | None:
    """(how much of the path is named, what is wrong, what to do)"""
    for length, key in enumerate(path[1:], 1):
        owner = ".".join(map(str, path[:length]))
        if shape == ANYTHING:
            return None
        if not isinstance(shape, Mapping):
            remedy = OF_MOMENT.format(name=owner) if shape == MOMENT else f"write {owner} by itself"
            return length + 1, f"{quoted(owner)} has no {quoted(key)}", remedy
        if ANY_NAME in shape:
            shape = shape[ANY_NAME]
        elif key in shape:
            shape = shape[key]
        else:
            remedy = part.suggestions.remedy(str(key), shape)
            return length + 1, f"{quoted(owner)} has no {quoted(key)}", remedy
    whole = ".".join(map(str, path))
    if isinstance(shape, Mapping) and ANY_NAME not in shape and path[0] in NEVER_EMPTY:
        remedy = f"write {listed(f'{whole}.{member}' for member in shape)}"
        return len(path), f"{quoted(whole)} is no value by itself", remedy
    return None
