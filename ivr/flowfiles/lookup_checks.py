"""Compares the values of a look-up with those that its source needs: a name that only one side knows is a
slip that every real call would meet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ivr.engine.effects import CUSTOMER
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath
from ivr.flowfiles.source_settings import SourceSettings, braced_names
from ivr.settings import Settings

NO_FIELDS = frozenset({"email", "numbers", "warning", "matches"})
CHOICE = "with: {id: '{{ customer_number }}'}"
_SAME_FOR_ALL = re.compile(r"\{\{\s*((?:caller|customer)\b(?:\.\w+)?)")


def check_lookups(read: Draft, settings: Settings) -> list[Problem]:
    """Check the `with` of every look-up against the source that it names."""
    found = []
    for name, body in read.bodies():
        source = settings.sources.get(body.get("lookup")) if isinstance(body.get("lookup"), str) else None
        given = body.get("with") or {}
        if read.kinds.get(name) != "lookup" or not isinstance(given, dict):
            continue
        if body["lookup"] == CUSTOMER:
            found += _choice_problems(read.step_part(name), body, given)
        elif source is not None:
            found += values_problems(read.step_part(name), (), body["lookup"], source, given)
    return found


def _choice_problems(part: Part, body: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Problem]:
    """Report a choice among the customers with the caller's number by values that cannot tell them apart."""
    if not given:
        message, remedy = "nothing says which customer it is", f"ask the caller first, and write {CHOICE}"
        yield part.problem(("lookup",), message, remedy, "customer_choice")
    if body.get("save"):
        message = "a customer who is found is not kept in a variable"
        yield part.problem(("save",), message, "take it out: flows have 'customer' then", "customer_choice")
    for name, value in given.items():
        word = _SAME_FOR_ALL.search(value) if isinstance(value, str) else None
        if word:
            message = f"{quoted(word[1])} does not tell the customers of one number apart"
            remedy = f"ask for something that only one of them knows, and write {CHOICE}"
            yield part.problem(("with", name), message, remedy, "customer_choice")
        elif name in NO_FIELDS:
            message = f"{quoted(name)} is nothing that flows know of a customer"
            remedy = "name id, name, company, language or a field of your own list"
            yield part.problem(("with", name), message, remedy, "customer_choice", at_key=True)


def values_problems(
    part: Part, inside: KeyPath, name: str, source: SourceSettings, given: Iterable[str]
) -> list[Problem]:
    """Report values that a source needs and does not get, and values that it has no place for."""
    given = set(given)
    missing, unused = sorted(source.needed - given), source.without_place(given)
    braced = sorted(given & braced_names(source.sql.query)) if source.sql else []
    if braced:
        message = f"the query of {quoted(name)} takes {{{braced[0]}}} for text"
        remedy = f"write :{braced[0]} in it, without quotes"
        return [part.problem((*inside, "with", braced[0]), message, remedy, "source_values", at_key=True)]
    if missing:
        others = unused if source.sql else sorted(given - source.needed)
        message = f"the source {quoted(name)} wants {', '.join(missing)}"
        return [part.problem(*_missing(inside, missing[0], others, message), "source_values", at_key=True)]
    return [
        part.problem(
            (*inside, "with", each),
            f"the query of {quoted(name)} has no place for {quoted(each)}",
            f"write :{each} in the query, or leave the value out",
            "value_unused",
            at_key=True,
            severity=WARNING,
        )
        for each in unused
    ]


def _missing(inside: KeyPath, name: str, others: list[str], message: str) -> tuple[KeyPath, str, str]:
    """Return where to report a missing name: at the value probably meant, or where the values are."""
    if others:
        remedy = f"call {quoted(others[0])} {name}, or add {name} below 'with'"
        return (*inside, "with", others[0]), message, remedy
    return (*inside, "with"), message, f"add it below 'with', such as {name}: '{{{{ {name} }}}}'"
