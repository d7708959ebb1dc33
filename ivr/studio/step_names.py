"""Gives every step a name that says what it does."""

from __future__ import annotations

import re

from ivr.engine.languages import KNOWN
from ivr.studio import name_parts
from ivr.studio.plan import Plan, PlannedStep, SpokenPrompt

PLAIN = {"say": "message", "menu": "menu", "ask": "question", "branch": "check", "set": "remember",
         "transfer": "transfer", "voicemail": "leave_message", "flow": "subflow", "hours": "opening_hours",
         "queue": "person", "hang_up": "goodbye", "leave": "back", "lookup": "look_up"}  # fmt: skip
GENERAL = ("main", "ivr", "welcome")


def named(plan: Plan) -> dict[str, str]:
    """Return the id of each step → its name, in the order of the file."""
    taken: dict[str, str] = {}
    menus = 0
    for id_, node in plan.nodes.items():
        menus += node.kind == "menu"
        otherwise = "main_menu" if node.kind == "menu" and menus == 1 else PLAIN.get(node.kind, "step")
        taken[id_] = name_parts.unique(_wanted(node), taken.values(), otherwise)
    return taken


def _wanted(node: PlannedStep) -> str:
    own = name_parts.own_name(node.widgets[0]) if node.widgets and "\0" not in node.id else ""
    first = node.hints[:1] if node.kind in ("queue", "hours") else []
    for candidate in (own, *first, *node.hints):
        if candidate:
            return candidate
    return _from_contents(node)


def _from_contents(node: PlannedStep) -> str:
    """Return a name from what the step says or tests."""
    if node.kind == "menu":
        return ""  # what a menu says is about its keys, not about itself
    if node.kind == "branch":
        looked = re.findall(r"\b[a-z]\w*(?:\.\w+)*\b(?!')", str(node.body["branch"][0]["when"]))
        looked = [word for word in looked if word not in ("not", "is", "in", "or", "and", "empty", "number")]
        return name_parts.snake(f"check_{looked[0].rsplit('.', 1)[-1]}") if looked else ""
    if node.kind == "set":
        return name_parts.snake("set_" + "_".join(list(node.body["set"])[:2]))
    if node.kind in ("voicemail", "transfer"):
        return ""
    words = next((value for value in node.body.values() if isinstance(value, SpokenPrompt)), None)
    return name_parts.from_words(_its_own(words.text)) if words else ""


def _its_own(text: str) -> str:
    """Return the words of the export, without our sentence about 0."""
    for language in KNOWN.values():
        text = text.replace(language.phrases["press_zero"], "")
    return text
