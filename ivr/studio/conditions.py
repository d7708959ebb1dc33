"""Converts the conditions of a split to conditions of a `branch`, keys of a `menu`, or words of a caller."""

from __future__ import annotations

import re

from ivr.engine.problems import TemplateProblem
from ivr.engine.templates import compile_condition
from ivr.studio.export import WidgetCondition
from ivr.studio.hours import date_of
from ivr.studio.liquid import NameOf, Untranslatable, quoted, sole_expression, translate

MOST_CHOICES = 100
_CHOICES = re.compile(r"\^?\(?((?:[\w +'-]+)(?:\|[\w +'-]+)*)\)?\$?")
NUMBER = re.compile(r"\s*-?\d+(?:\.\d+)?\s*")


def choices_of(condition: WidgetCondition) -> tuple[str, ...]:
    """Return the single answers that a condition accepts; empty if it is not of that kind."""
    if condition.kind in ("equal_to", "contains", "starts_with"):
        found = [value.strip() for value in condition.values]
    elif condition.kind == "matches_any_of":
        found = [part.strip() for value in condition.values for part in value.split(",")]
    elif condition.kind == "regex":
        read = _CHOICES.fullmatch(condition.value.strip().removeprefix("(?i)"))
        found = [part.strip() for part in read[1].split("|")] if read else []
    else:
        found = []
    return tuple(dict.fromkeys(choice for choice in found if choice))[:MOST_CHOICES]


def translated_condition(condition: WidgetCondition, fallback: str, name_of: NameOf) -> str:
    """Return one condition, such as `tier == 'gold'`. `fallback` is the value that the split itself tests."""
    argument = condition.argument or fallback
    if date_of(argument):
        return _dated(condition)
    source = sole_expression(argument)
    if not source:
        raise Untranslatable("it does not look at one single value")
    value = translate(source, name_of)
    value = f"({value})" if re.search(r" [-+*/~%]|\|", value) else value
    written = _written(condition, value)
    try:
        compile_condition(written)
    except TemplateProblem as problem:
        raise Untranslatable(problem.message) from problem
    return written


def _written(condition: WidgetCondition, value: str) -> str:
    kind, wanted = condition.kind, condition.value
    choices = choices_of(condition)
    if kind == "is_blank":
        return f"{value} is empty"
    if kind == "is_not_blank":
        return f"{value} is not empty"
    if kind in ("less_than", "greater_than"):
        if not NUMBER.fullmatch(wanted):
            raise Untranslatable(f"'{wanted[:40]}' is not a number")
        return f"{value} {'<' if kind == 'less_than' else '>'} {wanted.strip()}"
    if kind == "equal_to" or (
        kind in ("matches_any_of", "regex") and len(choices) == 1 and _whole(condition)
    ):
        return f"{value} == {quoted((choices or (wanted,))[0])}"
    if kind == "not_equal_to":
        return f"{value} != {quoted(wanted.strip())}"
    if kind == "matches_any_of" or (kind == "regex" and choices and _whole(condition)):
        return f"{value} in [{_listed(choices)}]"
    if kind == "does_not_match_any_of":
        parts = tuple(part.strip() for part in wanted.split(",") if part.strip())
        return f"{value} not in [{_listed(parts)}]"
    return _partly(condition, value, choices)


def _partly(condition: WidgetCondition, value: str, choices: tuple[str, ...]) -> str:
    """Convert a condition on a part of a text."""
    kind, wanted = condition.kind, condition.value.strip()
    if kind == "contains" or (kind == "regex" and choices):
        return " or ".join(f"{quoted(choice)} in {value}" for choice in choices or (wanted,))
    if kind == "does_not_contain":
        return f"{quoted(wanted)} not in {value}"
    # A + occurs only at the beginning of a telephone number.
    if kind == "starts_with" and wanted.startswith("+"):
        return f"{quoted(wanted)} in {value}"
    if kind == "does_not_start_with" and wanted.startswith("+"):
        return f"{quoted(wanted)} not in {value}"
    if kind == "regex" and re.fullmatch(r"\^?(?:\\d|\[0-9\])[+*]\$?", wanted):
        return f"{value} is number"
    raise Untranslatable(f"there is nothing like '{kind or 'no condition'} {wanted[:40]}' in a branch")


def _whole(condition: WidgetCondition) -> bool:
    """Return whether a regular expression matches the whole text."""
    wanted = condition.value.strip()
    return condition.kind != "regex" or (wanted.startswith("^") and wanted.endswith("$"))


def _listed(choices: tuple[str, ...]) -> str:
    return ", ".join(quoted(choice) for choice in choices)


def _dated(condition: WidgetCondition) -> str:
    """Convert a condition on a day of the year, before or after."""
    found = re.search(r"\d{4}-\d{2}-\d{2}", condition.value)
    if condition.kind not in ("is_before_date", "is_after_date") or not found:
        raise Untranslatable("it compares the present time in a way that no calendar does")
    # `now` is compared as text with the day first, so the day itself is already "after" its own date.
    if condition.kind == "is_before_date":
        return f"now < '{found[0]}'"
    return f"now > '{found[0]}T24'"
