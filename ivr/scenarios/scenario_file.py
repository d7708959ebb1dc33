"""Reads scenario files, or reports what is wrong in them, with the same reader and form as for flows.

A file holds one scenario or several, with a line `---` between them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ivr.customers.csv_rows import UnreadableFile
from ivr.flowfiles.loader import SUFFIXES
from ivr.flowfiles.problems import Problem, Suggestions, in_order, listed, quoted
from ivr.flowfiles.pydantic_errors import Part, problems_of
from ivr.flowfiles.reader import YamlDocument, read_file, read_text
from ivr.scenarios import agent_verbs, callback_verbs, caller_verbs, end_verbs, message_verbs, outside_verbs
from ivr.scenarios.given import Given
from ivr.scenarios.verb import ScenarioVerb
from ivr.settings import Settings

CUSTOMERS, FOLDER = "customers.csv", "scenarios"
SEPARATOR = "---"
VERBS: dict[str, type[ScenarioVerb]] = {
    verb.word: verb
    for module in (caller_verbs, outside_verbs, message_verbs, agent_verbs, callback_verbs, end_verbs)
    for verb in vars(module).values()
    if isinstance(verb, type) and issubclass(verb, ScenarioVerb) and verb.word
}
HEAD = ("scenario", "given", "then")
AMONG_DOCUMENTS = frozenset({"documents", "empty_file"})


@dataclass(frozen=True)
class ScenarioLine:
    """One line under `then:`, and its place in the file."""

    verb: ScenarioVerb
    line: int
    text: str


@dataclass(frozen=True)
class Scenario:
    """`customers` is the list beside the file, or ""."""

    name: str
    file: str
    line: int
    given: Given
    then: tuple[ScenarioLine, ...]
    customers: str = ""


def scenario_files(paths: Iterable[Path]) -> list[Path]:
    """Return the named files, and those below the named folders, in order."""
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_below(path) if path.is_dir() else [path]))
    return list(found)


def _below(folder: Path) -> list[Path]:
    """Return the files of a folder and of those inside it. A folder that cannot be listed does not count as
    empty."""

    def refuse(error: OSError) -> None:
        raise UnreadableFile(f"{error.filename}: this folder cannot be read ({error.strerror})") from error

    names = [Path(where, name) for where, _, files in os.walk(folder, onerror=refuse) for name in files]
    return sorted(name for name in names if name.suffix.lower() in SUFFIXES)


def read_scenarios(paths: Iterable[Path], settings: Settings) -> tuple[list[Scenario], list[Problem]]:
    """Return every scenario of these files that can be played, and all problems of the others."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for path in paths:
        for document in documents(path):
            scenario, found = read_scenario(document, settings, customers_for(path, settings))
            problems += found
            scenarios += [scenario] if scenario else []
    return scenarios, in_order(problems)


def customers_for(path: Path, settings: Settings) -> str:
    """Return the list beside the file, or the one of the company's own scenarios, or ""."""
    lists = (path.parent / CUSTOMERS, settings.flows_path / FOLDER / CUSTOMERS)
    return next((str(file) for file in lists if file.is_file()), "")


def documents(path: Path) -> list[YamlDocument]:
    """Return the documents of a file, each with its line numbers in the file."""
    whole = read_file(path, str(path))
    if (
        any(problem.code not in AMONG_DOCUMENTS for problem in whole.problems)
        and SEPARATOR not in whole.lines
    ):
        return [whole]
    starts = [number for number, line in enumerate(whole.lines) if line.rstrip() == SEPARATOR]
    parts = []
    for begin, end in zip([-1, *starts], [*starts, len(whole.lines)], strict=True):
        lines = whole.lines[begin + 1 : end]
        if any(line.strip() and not line.lstrip().startswith("#") for line in lines):
            parts.append(read_text("\n" * (begin + 1) + "\n".join(lines) + "\n", str(path)))
    return parts or [whole]


def read_scenario(
    document: YamlDocument, settings: Settings, customers: str = ""
) -> tuple[Scenario | None, list[Problem]]:
    """Return one scenario, or why there is none."""
    data = document.value
    problems = list(document.problems)
    part = Part(document, (), ("scenario",))
    if data is None:
        return None, problems
    if not isinstance(data, dict):
        hint = "begin with 'scenario: name' on a line of its own"
        return None, [*problems, part.problem((), "this is not a scenario", hint, "shape")]
    name = data.get("scenario") if isinstance(data.get("scenario"), str) else ""
    part = Part(document, (), (f"scenario {quoted(name)[1:-1]}" if name else "scenario",))
    problems += _head(data, part)
    given, found = _given(data.get("given") or {}, part, settings)
    problems += found
    then, found = _then(data.get("then"), part, given)
    problems += found
    if problems or given is None:
        return None, problems
    line = document.at_key(("scenario",)).line
    return Scenario(str(name), document.file, line, given, tuple(then), customers), []


def _head(data: Mapping[str, Any], part: Part) -> list[Problem]:
    problems = [
        part.problem((key,), f"there is no setting {quoted(key)} here", part.suggestions.remedy(key, HEAD),
                     "unknown_setting", at_key=True)
        for key in data if key not in HEAD
    ]  # fmt: skip
    if not isinstance(data.get("scenario"), str):
        remedy = "add a line 'scenario: …': what it shows, in a sentence"
        problems.append(part.problem((), "'scenario' is missing", remedy, "missing"))
    return problems


def _given(written: Any, part: Part, settings: Settings) -> tuple[Given | None, list[Problem]]:
    inside = part.below(("given",), (*part.title, "given"))
    try:
        given = Given.model_validate(written)
    except ValidationError as fault:
        return None, problems_of(fault, inside, Given, written)
    problems = []
    if given.language and given.caller == "anonymous":
        message = "nobody knows the language of an anonymous caller"
        problems.append(inside.problem(("language",), message, "give the caller a number", "no_number"))
    for index, agent in enumerate(given.agents):
        by_name = isinstance(written["agents"][index]["queues"], dict)
        for place, queue in enumerate(agent.queues):
            where = ("agents", index, "queues", queue if by_name else place)
            problems += _must_be_known(inside, where, "queue", queue, settings.queues)
    for calendar in given.hours:
        problems += _must_be_known(inside, ("hours", calendar), "calendar", calendar, settings.calendars)
    for source in given.lookups:
        problems += _must_be_known(inside, ("lookups", source), "source", source, settings.sources)
    for queue in filter(None, given.waiting):
        problems += _must_be_known(inside, ("waiting", queue), "queue", queue, settings.queues)
    if given.dialled:
        problems += _must_be_known(inside, ("dialled",), "number", given.dialled, settings.numbers)
    return given, problems


def _must_be_known(
    part: Part, inside: tuple[str | int, ...], what: str, name: str, names: Iterable[str]
) -> list[Problem]:
    if name in names:
        return []
    message, remedy = f"there is no {what} {quoted(name)}", part.suggestions.remedy(name, names)
    return [part.problem(inside, message, remedy, f"unknown_{what}")]


def _then(written: Any, part: Part, given: Given | None) -> tuple[list[ScenarioLine], list[Problem]]:
    if isinstance(written, dict | str) and written:
        message = "what happens is a list, and here are no dashes"
        remedy = "begin each line below 'then:' with a dash, such as '- hears: Welcome'"
        return [], [part.problem(("then",), message, remedy, "shape")]
    if not isinstance(written, list) or not written:
        remedy = "add 'then:' and below it what happens, one '- …' on each line"
        at = ("then",) if isinstance(written, list) else ()
        return [], [part.problem(at, "nothing happens in this scenario", remedy, "missing")]
    lines, problems = [], []
    for number, item in enumerate(written):
        inside = part.below(("then", number), (*part.title, f"then {number + 1}"))
        verb, found = _verb(item, inside, given)
        problems += found
        if verb is not None:
            mark = part.document.at_value(("then", number))
            lines.append(ScenarioLine(verb, mark.line, _shown(part.document, mark.line)))
    return lines, problems


def _verb(item: Any, part: Part, given: Given | None) -> tuple[ScenarioVerb | None, list[Problem]]:
    bare = isinstance(item, str)
    data = {item: None} if isinstance(item, str) else item
    if not isinstance(data, dict):
        return None, [part.problem((), "something that happens is expected here", _words(), "shape")]
    word = next((key for key in data if key in VERBS), None)
    if word is None:
        key = str(next(iter(data), ""))
        remedy = Suggestions().remedy(key, VERBS, _words())
        message = f"nobody can {quoted(key)} in a scenario"
        return None, [part.problem((), message, remedy, "unknown_verb")]
    model = VERBS[word]
    if bare and not model.bare:
        message, remedy = f"{quoted(word)} wants to know what", f"write it like '{word}: …'"
        return None, [part.problem((), message, remedy, "bare_verb")]
    try:
        verb = model.model_validate(data)
    except ValidationError as fault:
        return None, problems_of(fault, part, model, data)
    return verb, _who(verb, part, given)


def _who(verb: ScenarioVerb, part: Part, given: Given | None) -> list[Problem]:
    """Report an agent who is not introduced under `given`."""
    agent = getattr(verb, verb.word) if verb.word in ("agent", "talking") else None
    if given is None or not agent or agent in {one.id for one in given.agents}:
        return []
    known = [one.id for one in given.agents]
    remedy = part.suggestions.remedy(agent, known, "write them under 'given: agents'")
    return [part.problem((verb.word,), f"there is no agent {quoted(agent)}", remedy, "unknown_agent")]


def _words() -> str:
    return f"write one of {listed(VERBS, limit=30)}"


def _shown(document: YamlDocument, line: int) -> str:
    return document.lines[line - 1].strip() if 0 < line <= len(document.lines) else ""
