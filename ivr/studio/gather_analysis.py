"""Decides what a gather widget asks: a choice by one key (then it is a menu) or an answer (then it is an
ask).

Everything here only reads the export.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.studio.conditions import choices_of
from ivr.studio.export import Widget, WidgetCondition
from ivr.studio.liquid import Untranslatable, parse, sole_expression, steps_of

KEYS = "0123456789*#"
SPLIT = "split-based-on"
HARMLESS = {"strip", "downcase", "upcase", "lstrip", "rstrip", "capitalize"}
LONGEST_LOOP = 8  # widgets between a wrong answer and the question again

Widgets = Mapping[str, Widget]


@dataclass
class Choices:
    """A gather and the splits after it, read as a menu. `zero` is None unless key 0 led somewhere."""

    keys: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    words: dict[str, list[str]] = field(default_factory=dict)
    zero: str | None = None
    splits: list[str] = field(default_factory=list)
    no_match: str = ""
    speech_elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Reprompt:
    """A path from a wrong answer back to the question: the widgets on it, how often, and what follows
    then."""

    widgets: tuple[str, ...]
    tries: int | None
    after: str | None
    counters: frozenset[str]


def answer_of(argument: str) -> tuple[str, str]:
    """Return (widget, "Digits" or "SpeechResult") when an expression is the answer given there; else ("",
    "")."""
    try:
        parsed = parse(sole_expression(argument) or "''")
    except Untranslatable:
        return "", ""
    path = steps_of(parsed.value) if parsed.kind == "path" else ()
    if len(path) != 3 or path[0] != "widgets" or path[2] not in ("Digits", "SpeechResult"):
        return "", ""
    return (path[1], path[2]) if all(name in HARMLESS for name, _ in parsed.filters) else ("", "")


def choices_at(gather: Widget, widgets: Widgets) -> Choices | None:
    """Return the menu that a gather and its splits form; None when it is another kind of question."""
    pressed, spoken = gather.to("keypress"), gather.to("speech")
    keys_split = widgets.get(pressed)
    if keys_split is None or keys_split.type != SPLIT or not keys_split.matches:
        return None
    found = Choices(no_match=keys_split.to("noMatch"), splits=[pressed])
    if not _read(keys_split, gather.name, found, ("Digits", "SpeechResult")):
        return None
    if not found.keys and found.zero is None:
        return None
    if spoken and spoken != pressed:
        speech_split = widgets.get(spoken)
        if (
            speech_split
            and speech_split.type == SPLIT
            and _read(speech_split, gather.name, found, ("SpeechResult",))
        ):
            found.splits.append(spoken)
        else:
            found.speech_elsewhere = spoken
    return found


def _read(split: Widget, gather: str, found: Choices, wanted: tuple[str, ...]) -> bool:
    """Add the conditions of a split; False when one is neither a key nor a word."""
    for out in split.matches:
        for condition in out.conditions if len(out.conditions) == 1 else ():
            kind = _answer_kind(condition, split, gather)
            choices = choices_of(condition)
            if kind not in wanted or not choices:
                return False
            if kind == "Digits" and not all(choice in KEYS for choice in choices):
                return False
            for choice in choices:
                _choose(found, kind, choice, out.next, condition.label)
        if len(out.conditions) != 1:
            return False
    return True


def _answer_kind(condition: WidgetCondition, split: Widget, gather: str) -> str:
    widget, kind = answer_of(condition.argument or split.text("input"))
    return kind if widget == gather else ""


def _choose(found: Choices, kind: str, choice: str, to: str, label: str) -> None:
    if kind == "SpeechResult":
        if choice not in ("0", "zero"):  # it always means a person
            words = found.words.setdefault(to, [])
            words += [choice.lower()] if choice.lower() not in words else []
    elif choice == "0":
        found.zero = to if found.zero is None else found.zero
    elif choice not in found.keys:
        found.keys[choice], found.labels[choice] = to, label


def reprompt_at(target: str, question: str, widgets: Widgets) -> Reprompt | None:
    """Return the loop from `target` back to the question if there is nothing else on it; None otherwise."""
    ways: dict[str, list[str]] = {}
    waiting = [target]
    while waiting and len(ways) <= LONGEST_LOOP:
        name = waiting.pop()
        widget = widgets.get(name)
        if name == question or name in ways or widget is None or not _only_counts(widget):
            continue
        ways[name] = [out.next for out in widget.exits]
        waiting += ways[name]
    back = {question}
    for _ in ways:
        back |= {name for name, onward in ways.items() if back & set(onward)}
    if target not in back:
        return None
    loop = [name for name in ways if name in back]
    ends = {to for name in loop for to in ways[name] if to not in back}
    if len(ends) > 1:
        return None
    tries = next((limit for name in loop if (limit := _limit(widgets[name]))), None)
    counters = frozenset(key for name in loop for key in _counted(widgets[name]))
    return Reprompt(tuple(loop), tries, next(iter(ends), None), counters)


def _only_counts(widget: Widget) -> bool:
    """Return whether a widget only apologises and counts."""
    return widget.type == "say-play" or (widget.type in ("set-variables", SPLIT) and bool(_counted(widget)))


def _counted(widget: Widget) -> set[str]:
    """Return the variables that a widget counts up, or compares with a number."""
    if widget.type == "set-variables":
        pairs = widget.pairs("variables")
        counted = {key for key, value in pairs if re.search(rf"flow\.variables\.{re.escape(key)}\b", value)}
        return counted if len(counted) == len(pairs) else set()
    found = set()
    for out in widget.matches:
        for condition in out.conditions:
            path = re.fullmatch(
                r"flow\.variables\.([\w-]+)", sole_expression(condition.argument or widget.text("input"))
            )
            if path and _number(condition) is not None:
                found.add(path[1])
    return found


def _limit(widget: Widget) -> int | None:
    """Return how many times a split lets a caller try, as far as our menus do."""
    for out in widget.matches:
        for condition in out.conditions:
            number = _number(condition)
            if number is not None:
                return min(3, max(1, number + (condition.kind == "greater_than")))
    return None


def _number(condition: WidgetCondition) -> int | None:
    return int(condition.value) if re.fullmatch(r"\d{1,3}", condition.value.strip()) else None


def is_dead(target: str, widgets: Widgets) -> bool:
    """Return whether nothing follows at all: no widget, or a split that decides nothing."""
    widget = widgets.get(target)
    if widget is None:
        return True
    return widget.type == SPLIT and not any(out.next in widgets for out in widget.exits)


def queue_behind(target: str, widgets: Widgets) -> Widget | None:
    """Return the enqueue widget that follows after nothing but messages."""
    for _ in range(LONGEST_LOOP):
        widget = widgets.get(target)
        if widget is None or widget.type in ("enqueue-call", "send-to-flex"):
            return widget
        if widget.type not in ("say-play", "set-variables"):
            return None
        target = widget.to("audioComplete", "next")
    return None
