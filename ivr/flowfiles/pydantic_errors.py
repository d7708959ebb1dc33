"""Turns pydantic's errors about a part of a file into problems with a place and plain words."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field, replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core.core_schema import ErrorType

from ivr.engine.problems import TemplateProblem
from ivr.flowfiles.problems import Problem, Suggestions, quoted
from ivr.flowfiles.reader import KeyPath, YamlDocument

SHAPES = {
    "dict_type": ("settings are expected here", "write one 'name: value' on each line"),
    "model_type": ("settings are expected here", "write one 'name: value' on each line"),
    "model_attributes_type": ("settings are expected here", "write one 'name: value' on each line"),
    "list_type": ("a list is expected here", "write it like [one, two]"),
    "tuple_type": ("a list is expected here", "write it like [one, two]"),
    "set_type": ("a list is expected here", "write it like [one, two]"),
    "frozen_set_type": ("a list is expected here", "write it like [one, two]"),
    "string_type": ("text is expected here", "write text on this line"),
}
ON, OFF = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
VALUES = {
    "int": ("{value} is not a whole number", "write digits, such as 3"),
    "float": ("{value} is not a number", "write a number, such as 0.8"),
    "bool": ("{value} is neither true nor false", "write true or false"),
    "time": ("{value} is not a time of day", "write it like 09:30"),
    "date": ("{value} is not a date", "write it like 2026-12-24"),
    "timedelta": ("{value} is not a length of time", "write seconds"),
}
MOST_FINDINGS = 200
BUILT_IN = frozenset(get_args(ErrorType))
LIMITS = {
    "greater_than": ("{value} is too small", "more than {gt}"),
    "greater_than_equal": ("{value} is too small", "at least {ge}"),
    "less_than": ("{value} is too large", "less than {lt}"),
    "less_than_equal": ("{value} is too large", "at most {le}"),
    "finite_number": ("{value} is not a number", "write a number, such as 0.8"),
    "string_too_short": ("this text is too short", "at least {min_length} characters"),
    "string_too_long": ("this text is too long", "at most {max_length} characters"),
    "too_short": ("there are too few entries here", "at least {min_length}"),
    "too_long": ("there are too many entries here", "at most {max_length}"),
}


@dataclass(frozen=True)
class Part:
    """A part of a document: its path, and the words that name it to the author."""

    document: YamlDocument
    path: KeyPath = ()
    title: tuple[str, ...] = ()
    suggestions: Suggestions = field(default_factory=Suggestions)

    def below(self, path: KeyPath, title: tuple[str, ...]) -> Part:
        return Part(self.document, path, title, self.suggestions)

    def where(self, inside: KeyPath = ()) -> str:
        names = [str(item + 1) if isinstance(item, int) else item for item in inside]
        return " › ".join((*self.title, *(quoted(name)[1:-1] for name in names)))

    def problem(
        self, inside: KeyPath, message: str, remedy: str, code: str, *, at_key: bool = False, **more: Any
    ) -> Problem:
        """Return a problem with the value (or the key) at the path `inside` of this part."""
        whole = (*self.path, *inside)
        mark = self.document.at_key(whole) if at_key else self.document.at_value(whole)
        where = self.where(inside)
        return Problem(self.document.file, mark.line, mark.column, where, message, remedy, code, **more)


def problems_of(fault: ValidationError, part: Part, model: type[BaseModel], data: Any) -> list[Problem]:
    """Return all problems; a union's several errors about one value become one."""
    by_place: dict[KeyPath, Problem] = {}
    for finding in fault.errors(include_url=False)[:MOST_FINDINGS]:
        inside = _walk(data, finding)
        problem = _problem(finding, part, model, inside)
        if inside not in by_place or problem.code == "value":
            by_place[inside] = problem
    by_place = _without_missing_twins(by_place)
    # A union of text and mapping complains about the mapping and about its inside: keep the inside.
    return [
        problem
        for inside, problem in by_place.items()
        if problem.code not in ("shape", "value")
        or not any(len(other) > len(inside) and other[: len(inside)] == inside for other in by_place)
    ]


def _without_missing_twins(by_place: dict[KeyPath, Problem]) -> dict[KeyPath, Problem]:
    """For a setting that is misspelt and therefore missing, keep one problem: the one at the misspelt
    name."""
    kept = dict(by_place)
    for inside in [place for place, problem in by_place.items() if problem.code == "unknown_setting"]:
        parent, word = inside[:-1], str(inside[-1])
        gaps = [place for place, problem in kept.items() if problem.code == "missing"]
        names = [str(place[-1]) for place in gaps if place[:-1] == parent]
        close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
        if close:
            del kept[(*parent, close[0])]
            kept[inside] = replace(kept[inside], remedy=f"did you mean {quoted(close[0])}?")
    return kept


def _walk(data: Any, finding: Any) -> KeyPath:
    """Return the path that is really in the file: pydantic's `loc` also names union branches and
    validators."""
    inside: list[str | int] = []
    here = data
    for item in finding["loc"]:
        if isinstance(here, dict) and str(item) in here:
            inside.append(str(item))
            here = here[str(item)]
        elif isinstance(here, list) and isinstance(item, int) and item < len(here):
            inside.append(item)
            here = here[item]
    if finding["type"] == "missing":
        inside.append(str(finding["loc"][-1]))
    return tuple(inside)


def _problem(finding: Any, part: Part, model: type[BaseModel], inside: KeyPath) -> Problem:
    kind, context, value = finding["type"], finding.get("ctx", {}), finding["input"]
    is_key = "[key]" in finding["loc"]
    if kind == "missing":
        name = str(inside[-1])
        meaning = meaning_of(model_at(model, inside[:-1]), name)
        remedy = f"add a line '{name}: …'" + (f": {meaning}" if meaning else "")
        return part.problem(inside[:-1], f"{quoted(name)} is missing", remedy, "missing", at_key=True)
    if kind == "extra_forbidden":
        names = field_names(model_at(model, inside[:-1]))
        remedy = part.suggestions.remedy(str(inside[-1]), names)
        message = f"there is no setting {quoted(inside[-1])} here"
        return part.problem(inside, message, remedy, "unknown_setting", at_key=True)
    if value is None and kind not in ("value_error", "assertion_error"):
        return part.problem(
            inside, "a value is missing here", "write one after the colon", "empty", at_key=True
        )
    fault = context.get("error")
    if isinstance(fault, TemplateProblem):
        return _template_problem(fault, part, inside, value)
    if kind not in BUILT_IN:
        return _custom(finding, part, inside, at_key=is_key)
    message, remedy, code = _words(kind, context, value, finding["msg"], part.suggestions)
    if kind in SHAPES and inside and str(value).lower() in ON | OFF:
        message, remedy = _switched(str(inside[-1]), str(value).lower(), model_at(model, inside))
    return part.problem(inside, message, remedy, code, at_key=is_key)


def _template_problem(fault: TemplateProblem, part: Part, inside: KeyPath, value: Any) -> Problem:
    """Return a prompt's own problem, placed at the exact character if the text is on one line."""
    problem = part.problem(inside, fault.message, fault.hint, "prompt")
    if isinstance(value, str):
        mark = part.document.inside((*part.path, *inside), value, fault.offset)
        problem = replace(problem, line=mark.line, column=mark.column)
    return problem


def _custom(finding: Any, part: Part, inside: KeyPath, *, at_key: bool) -> Problem:
    """Return a model's own problem: `what` and `hint` (with line and column in the text, or with the `key` of
    an entry and an `offset` in it), or one sentence."""
    context, value = finding.get("ctx", {}), finding["input"]
    message, remedy = context.get("what", ""), context.get("hint", "")
    if not message:
        message, remedy = split_remedy(finding["msg"])
        if not remedy:
            message, _, remedy = message.partition(": ")
    key = context.get("key") or _mentioned(value, context)
    if key is not None:
        inside, at_key = (*inside, key), key in context.values()
    problem = part.problem(inside, message, remedy, finding["type"], at_key=at_key)
    if isinstance(value, str) and "column" in context:
        offset = (
            sum(len(line) + 1 for line in value.split("\n")[: context["line"] - 1]) + context["column"] - 1
        )
        mark = part.document.inside((*part.path, *inside), value, offset)
        problem = replace(problem, line=mark.line, column=mark.column)
    if key is not None and "offset" in context:
        mark = part.document.inside_key((*part.path, *inside), context["offset"])
        problem = replace(problem, line=mark.line, column=mark.column)
    return problem


def _mentioned(value: Any, context: Any) -> str | None:
    """Return the entry that a problem mentions by key or text, since a step's validator sees a whole
    mapping."""
    words = [word for word in context.values() if isinstance(word, str) and word]
    for key, text in value.items() if isinstance(value, dict) else ():
        if key in words or (isinstance(text, str) and any(word in text.lower() for word in words)):
            return key
    return None


def _words(kind: str, context: Any, value: Any, said: str, suggestions: Suggestions) -> tuple[str, str, str]:
    shown = quoted(value) if not isinstance(value, (dict, list)) else "this"
    if kind in ("value_error", "assertion_error"):
        return *split_remedy(str(context.get("error", said))), "value"
    if kind in SHAPES:
        message, remedy = SHAPES[kind]
        return f"{message}, not {_shape(value)}", remedy, "shape"
    if kind in LIMITS:
        message, remedy = LIMITS[kind]
        share = _share(kind, context, value)
        if share:
            return message.format(value=shown), share, "limit"
        bounds = {name: f"{bound:g}" for name, bound in context.items() if isinstance(bound, (int, float))}
        return message.format(value=shown), remedy.format(**bounds), "limit"
    if kind in ("literal_error", "enum"):
        names = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return f"{shown} is not possible here", suggestions.remedy(str(value), names), "choice"
    base = kind.split("_")[0]
    if kind == "float_parsing" and str(value).strip().endswith("%"):
        remedy = _share("less_than_equal", {"le": 1}, value) or "write a number, such as 0.8"
        return f"{shown} is not a number", remedy.removeprefix("at most 1: "), "number"
    if base in VALUES:
        message, remedy = VALUES[base]
        return message.format(value=shown), remedy, "number" if base in ("int", "float") else "value"
    plain = said.removeprefix("Input should be ").removeprefix("Value error, ")
    return f"{shown} cannot be used here", plain[:1].lower() + plain[1:], "value"


def _switched(name: str, value: str, model: type[BaseModel] | None) -> tuple[str, str]:
    """Return the message for settings that somebody would try to switch on or off."""
    message = f"{quoted(name)} has settings, and is not switched on or off"
    needed = [key for key, info in model.model_fields.items() if info.is_required()] if model else []
    if value in OFF:
        return message, "leave the line out"
    if needed:
        return message, f"write its settings below it, such as {needed[0]}: …"
    return message, f"write {name}: {{}} to have it as usual"


def _share(kind: str, context: Any, value: Any) -> str:
    """Return what to write for a share that was given in percent, or ""."""
    try:
        percent = float(str(value).strip().removesuffix("%"))
    except ValueError:
        return ""
    if kind != "less_than_equal" or context.get("le") != 1 or not 5 <= percent <= 100:
        return ""
    return f"at most 1: for {percent:g} % write {percent / 100:g}"


def split_remedy(text: str) -> tuple[str, str]:
    """Split `what is wrong (what to do)` into both parts."""
    found = re.fullmatch(r"(.*\S)\s+\(((?:[^()]|\([^()]*\))*)\)\.?", text, re.DOTALL)
    return (found[1], found[2]) if found else (text, "")


def _shape(value: Any) -> str:
    return "settings" if isinstance(value, dict) else "a list" if isinstance(value, list) else "text"


def field_names(model: type[BaseModel] | None) -> list[str]:
    """Return the keys a model knows, as the author writes them."""
    return [info.alias or name for name, info in model.model_fields.items()] if model else []


def meaning_of(model: type[BaseModel] | None, name: str) -> str:
    """Return what a setting is for, in the words of its model."""
    fields = {info.alias or key: info for key, info in model.model_fields.items()} if model else {}
    return (fields[name].description or "") if name in fields else ""


def model_at(model: type[BaseModel] | None, inside: KeyPath) -> type[BaseModel] | None:
    """Return the model that reads the value at the path `inside`."""
    for item in inside:
        if model is None:
            return None
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        # A key of a dict of models is not a field: the model found for the dict itself reads its values.
        if item in fields:
            model = _model_in(fields[str(item)].annotation)
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found:
            return found
    return None
