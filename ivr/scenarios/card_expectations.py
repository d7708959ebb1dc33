"""`sees:` and `stored:` compare the expected values with the actual ones."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ivr.service.screen_pop.cards import Card

Difference = tuple[str, str, str]


def differences(wanted: Mapping[str, Any], card: Card) -> list[Difference]:
    """Return (field, expected, actual) for every field of the card that differs."""
    found = []
    for field, value in wanted.items():
        seen = _seen(field, card)
        is_alike = _same_number if field in ("number", "number_shown") else alike
        if not is_alike(value, seen):
            found.append((field, as_text(value), as_text(seen)))
    return found


def _seen(field: str, card: Card) -> Any:
    """Return the card's field as people speak of it: a customer by name, warnings and inputs by their
    text."""
    if field == "customer":
        return card.customer.name if card.customer else None
    if field == "warnings":
        return [warning["text"] for warning in card.warnings]
    if field == "inputs":
        return [str(one["value"]) for one in card.inputs]
    if field == "facts":
        return {str(name).replace("_", " "): value for name, value in card.facts.items()}
    if field == "history":
        return [str(contact["summary"]) for contact in card.history]
    if field == "promised":
        return str((card.promised or {}).get("spoken", ""))
    return card.as_dict().get(field)


def _same_number(wanted: Any, seen: Any) -> bool:
    """Return whether both have the same digits, however written; other text is compared as text."""
    digits = [re.sub(r"\D", "", str(one or "")) for one in (wanted, seen)]
    return digits[0] == digits[1] if all(digits) else alike(wanted, seen)


def alike(wanted: Any, seen: Any) -> bool:
    """Compare text as text; of a mapping only the expected entries; a text with a list or a text as a part of
    it.

    Scenarios contain text (the reader makes no numbers), so values are compared as they are written.
    """
    if wanted is None or wanted == "":
        return not seen
    if isinstance(wanted, Mapping):
        there = {str(key).replace("_", " "): value for key, value in dict(seen or {}).items()}
        return all(alike(value, there.get(key.replace("_", " "))) for key, value in wanted.items())
    if isinstance(wanted, list):
        parts = list(seen or ())
        return len(parts) == len(wanted) and all(map(_same, wanted, parts))
    if isinstance(seen, list | tuple):
        return any(str(wanted) in str(part) for part in seen) or str(len(seen)) == str(wanted)
    return _same(wanted, seen)


def _same(wanted: Any, seen: Any) -> bool:
    if isinstance(seen, bool):
        return str(wanted).lower() == str(seen).lower()
    if isinstance(seen, float) and seen == int(seen):
        seen = int(seen)
    return str(wanted) == str(seen)


def as_text(value: Any) -> str:
    """Return a value in one line, as a scenario would write it."""
    if value in (None, "", (), [], {}):
        return "nothing"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {as_text(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(as_text(one) for one in value) + "]"
    return str(value)
