"""Texts of config.yaml with values of a call in them, such as https://crm.example.com/{{ customer.id }}.

Only names stand in the holes, and a value is only ever put in whole: there is nothing to run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ivr.flowfiles.problems import quoted

NAMES = ("caller", "dialled", "call", "language")
OF_CUSTOMER = "customer."
LONGEST_VALUE = 500
_HOLE = re.compile(r"\{\{\s*([A-Za-z][A-Za-z0-9_.]*)\s*\}\}")


def why_not_filled(text: str) -> str:
    """What is wrong with the holes of this text; empty when nothing is."""
    for name in _HOLE.findall(text):
        of_customer = name.startswith(OF_CUSTOMER) and name.count(".") == 1 and len(name) > len(OF_CUSTOMER)
        if name not in NAMES and not of_customer:
            return f"{quoted(name)} is not known here (use {', '.join(NAMES)} or customer.id)"
    if "{" in _HOLE.sub("", text) or "}" in _HOLE.sub("", text):
        return "a value is written like {{ caller }} (two brackets on each side, and a name between them)"
    return ""


def without_holes(text: str) -> str:
    """The text with `x` for every value, to look at what stays the same."""
    return _HOLE.sub("x", text)


def filled(text: str, values: Mapping[str, Any], written: Callable[[str], str] = str) -> str | None:
    """The text with the values in it, each as `written`; None when one of them is not known."""
    found = {name: _value(name, values) for name in _HOLE.findall(text)}
    if not all(found.values()):
        return None
    return _HOLE.sub(lambda hole: written(found[hole[1]]), text)


def _value(name: str, values: Mapping[str, Any]) -> str:
    if name.startswith(OF_CUSTOMER):
        values, name = values.get("customer") or {}, name.removeprefix(OF_CUSTOMER)
    value = values.get(name)
    plain = isinstance(value, str | int | float) and not isinstance(value, bool)
    return str(value)[:LONGEST_VALUE] if plain else ""
