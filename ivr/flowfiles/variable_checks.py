"""Checks names in {{ }} and in conditions that nothing fills, or not in time, and members that do not
exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ivr.engine.expressions import Path
from ivr.engine.prompts import PromptText, ValueText, WhenText
from ivr.engine.templates import Condition, Template
from ivr.engine.values import ANY_NAME, ANYTHING, MEMBERS, MOMENT, RESERVED, VALUE
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, listed, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.references import values_in
from ivr.flowfiles.unset_variables import SetVariables, VariableFlow, may_be_empty, saved_by
from ivr.settings import Settings

Shapes = Mapping[str, Any]
"""Name → its members, as `MEMBERS` of the engine has them."""
NEVER_EMPTY = ("caller", "hours", "queues")  # a whole record says nothing: it always exists
OF_MOMENT = "say it as {name} | time or {name} | date; to ask for the hour, describe a calendar"


def unknown_members(
    part: Part, inside: KeyPath, source: str, paths: Iterable[Path], shapes: Shapes = MEMBERS
) -> Iterator[Problem]:
    """Yield a problem for each path of a text that leads to nothing, at its word."""
    for path in sorted(paths, key=str):
        if path[0] in shapes and (wrong := _wrong(part, path, shapes[str(path[0])])):
            length, message, remedy = wrong
            problem = part.problem(inside, message, remedy, "unknown_member")
            yield at_path(part, problem, inside, source, path[:length])


def at_path(part: Part, problem: Problem, inside: KeyPath, source: str, path: Path) -> Problem:
    """Return the problem at the place of this path in its text."""
    pattern = rf"\b{re.escape(str(path[0]))}\b"
    for key in path[1:]:
        name = re.escape(str(key))
        pattern += rf"\s*(?:\.\s*{name}\b|\[\s*['\"]?{name}['\"]?\s*\])"
    word = re.search(pattern, source)
    mark = part.document.inside((*part.path, *inside), source, word.start() if word else 0)
    return replace(problem, line=mark.line, column=mark.column)


def _wrong(part: Part, path: Path, shape: Any) -> tuple[int, str, str] | None:
    """Return (how much of the path is named, what is wrong, what to do)"""
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


SAVED = {"ask": VALUE, "survey": VALUE, "pay": {"amount": VALUE, "confirmation": VALUE, "token": VALUE}}
"""The members of the variables of a step, by its type. The answer of a look-up is free."""


def check_variables(drafts: list[Draft], settings: Settings) -> list[Problem]:
    """Report variables that no step of any flow saves (a sub-flow shares them), and names of calendars and
    queues that do not exist."""
    # A step that could not be read may save anything.
    everything_read = all(set(read.steps) == set(read.step_names) for read in drafts)
    filled = {name for read in drafts for _, body in read.bodies() for name in saved_by(body)} | RESERVED
    known = sorted(filled)
    shapes, found = _shapes(drafts), []
    for read in drafts:
        for step, model in read.steps.items():
            for inside, value in values_in(model):
                for path, text in _texts(inside, value):
                    unfilled = sorted(text.names - filled) if everything_read else []
                    found += [_unfilled(read, step, path, text.source, name, known) for name in unfilled]
                    found += _named(read, step, path, text, settings)
                    found += unknown_members(read.step_part(step), path, text.source, text.paths, shapes)
    return found


def _shapes(drafts: list[Draft]) -> dict[str, Any]:
    """Return the members of the engine's own names, and of the variables of steps whose answers are known."""
    kinds: dict[str, set[str]] = {}
    for read in drafts:
        for step, body in read.bodies():
            for name in saved_by(body):
                kinds.setdefault(name, set()).add(read.kinds.get(step, ""))
    known = {name: SAVED[min(each)] for name, each in kinds.items() if len(each) == 1 and each <= set(SAVED)}
    return {**known, **MEMBERS}


def _texts(inside: KeyPath, value: Any) -> Iterator[tuple[KeyPath, Template | Condition]]:
    if isinstance(value, PromptText):
        for language, template in value.texts.items():
            yield (*inside, language) if language else inside, template
    elif isinstance(value, ValueText):
        yield inside, value.template
    elif isinstance(value, WhenText):
        yield inside, value.condition


def check_order(drafts: list[Draft], entries: Iterable[Draft]) -> list[Problem]:
    """Report variables used where a call can come without them, and questions that were answered before.
    `entries` are the flows that answer calls. Nothing is reported while any step has mistakes, since it is
    unknown then where it leads."""
    flows = {read.name: read for read in drafts}
    whole = all(set(read.steps) == set(read.step_names) and read.start in read.steps for read in drafts)
    if not whole or len(flows) < len(drafts):
        return []
    variable_flow = VariableFlow(flows).walk(list(entries))
    found = []
    for (flow, step), here in variable_flow.before.items():
        read = flows[flow]
        found += _too_early(read, step, here, variable_flow)
        found += _asked_again(read, step, here, variable_flow)
    return found


def _too_early(read: Draft, step: str, here: SetVariables, variable_flow: VariableFlow) -> Iterator[Problem]:
    told = here.must | variable_flow.saved.get((read.name, step), 0)
    for inside, value in values_in(read.steps[step]):
        for path, text in _texts(inside, value):
            source = text.source
            for name in sorted(name for name in text.names if variable_flow.bits.get(name, 0) & ~told):
                # A condition may ask whether there is a value, and a source can be asked without one.
                sometimes = bool(here.may & variable_flow.bits[name])
                unheard = not isinstance(value, PromptText)
                if may_be_empty(inside, source, name) or (sometimes and unheard):
                    continue
                part = read.step_part(step)
                way = " → ".join(variable_flow.way_without(read, step, name)[-4:])
                missing = f", such as by way of {way}" if way else ""
                message = f"{quoted(name)} is not filled yet on every way here{missing}"
                if not sometimes:
                    message = f"{quoted(name)} is only filled by later steps"
                remedy = f'save it before, or say what stands for it: {{{{ {name} | default("…") }}}}'
                problem = part.problem(path, message, remedy, "unfilled")
                yield replace(at_path(part, problem, path, source, (name,)), severity=WARNING)


def _asked_again(
    read: Draft, step: str, here: SetVariables, variable_flow: VariableFlow
) -> Iterator[Problem]:
    model = read.steps[step]
    if read.kinds[step] == "ask" and here.asked & variable_flow.bits[model.save] and model.known is None:
        name = model.save
        message = f"whoever comes here was asked for {quoted(name)} before"
        remedy = f'do not ask again (known: "{{{{ {name} }}}}"), or save this answer under a name of its own'
        part = read.step_part(step)
        yield part.problem(("save",), message, remedy, "asked_again", severity=WARNING)


def _unfilled(read: Draft, step: str, path: KeyPath, source: str, name: str, filled: list[str]) -> Problem:
    part = read.step_part(step)
    message = f"nothing ever fills {quoted(name)}"
    remedy = part.suggestions.remedy(name, filled, "save it in a step before, or correct the name")
    if name == "call":
        message = "'call' is known to articles only"
        remedy = "in a flow write caller.number, queue.waited or now"
    problem = part.problem(path, message, remedy, "unknown_variable")
    return replace(at_path(part, problem, path, source, (name,)), severity=WARNING)


def _named(
    read: Draft, step: str, inside: KeyPath, text: Template | Condition, settings: Settings
) -> list[Problem]:
    """Report calendars and queues that are mentioned and not described in the settings."""
    part, found = read.step_part(step), []
    described = {"hours": ("calendar", settings.calendars), "queues": ("queue", settings.queues)}
    for word, name in sorted({path[:2] for path in text.paths if path[0] in described and path[1:]}, key=str):
        what, names = described[word]
        if name not in names:
            message = f"there is no {what} {quoted(name)} in config.yaml"
            problem = part.problem(
                inside, message, part.suggestions.remedy(str(name), names), f"unknown_{what}"
            )
            found.append(at_path(part, problem, inside, text.source, (word, name)))
    return found
