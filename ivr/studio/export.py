"""Reads the JSON that Twilio Studio exports into widgets, or says in one sentence why it is not a voice
flow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ivr.engine.ssml import without_forbidden

MOST_BYTES = 2_000_000
MOST_WIDGETS = 1000  # Studio itself takes no more
MOST_EXITS = 200  # of one widget
LONGEST_NAME = 200
LONGEST_TEXT = 8000  # twice what a voice speaks at once
MESSAGE_TRIGGERS = ("incomingMessage", "incomingConversationMessage")
CALL_WIDGETS = frozenset({
    "say-play", "gather-input-on-call", "connect-call-to", "enqueue-call", "send-to-flex",
    "record-voicemail", "record-call", "capture-payments", "add-twiml-redirect", "fork-stream",
    "connect-virtual-agent",
})  # fmt: skip


class NotAVoiceFlow(Exception):
    """Its text is one sentence for the person who gave us the file."""


@dataclass(frozen=True, slots=True)
class WidgetCondition:
    """A condition: `kind` such as equal_to; the tested value, the value to compare with, and the author's
    name for it."""

    kind: str
    argument: str
    values: tuple[str, ...]
    label: str

    @property
    def value(self) -> str:
        return ", ".join(self.values)


@dataclass(frozen=True, slots=True)
class Exit:
    """`next` is "" where the flow ends."""

    event: str
    next: str
    conditions: tuple[WidgetCondition, ...] = ()


@dataclass(frozen=True, slots=True)
class Widget:
    """One box of the canvas."""

    name: str
    type: str
    exits: tuple[Exit, ...]
    properties: Mapping[str, Any]

    def to(self, *events: str) -> str:
        """Return the target of the first of these events that is connected; "" if none is."""
        found = [out.next for event in events for out in self.exits if out.event == event and out.next]
        return found[0] if found else ""

    @property
    def matches(self) -> tuple[Exit, ...]:
        """Return the exits of a split that have conditions, in order."""
        return tuple(out for out in self.exits if out.event == "match" and out.conditions)

    def text(self, key: str) -> str:
        """Return a property as text; "" if it is missing or something else."""
        value = self.properties.get(key)
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return ""
        return clean(str(value))[:LONGEST_TEXT]

    def number(self, key: str) -> int | None:
        """Return a property as a whole number, even if it was written as text."""
        written = self.text(key).strip()
        return int(written) if re.fullmatch(r"[0-9]{1,9}", written) else None

    def flag(self, key: str) -> bool:
        """Return a property as yes or no, even if it was written as text."""
        value = self.properties.get(key)
        return value is True or (isinstance(value, str) and value.strip().lower() == "true")

    def pairs(self, key: str) -> list[tuple[str, str]]:
        """Return a list of {key, value} objects, as Studio writes variables and parameters."""
        items = self.properties.get(key)
        found = []
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict) and isinstance(item.get("key"), str) and item["key"].strip():
                value = item.get("value")
                written = value if isinstance(value, str) else json.dumps(value) if _is_scalar(value) else ""
                found.append((clean(item["key"].strip())[:LONGEST_NAME], clean(written)[:LONGEST_TEXT]))
        return found


@dataclass(frozen=True, slots=True)
class Export:
    """A voice flow. `start` is the first widget after the trigger; `inner` is True for a sub-flow."""

    title: str
    trigger: Widget
    widgets: Mapping[str, Widget]
    start: str
    inner: bool = False


def clean(text: str) -> str:
    """Return text without characters that can be neither spoken nor written to a file."""
    return without_forbidden(text).replace("\ue000", "").replace("\ue001", "")


def read_export(raw: bytes) -> Export:
    """Read an export. Raises NotAVoiceFlow."""
    definition, title = _definition(_parsed(raw))
    states = definition.get("states")
    if not isinstance(states, list) or not states:
        raise NotAVoiceFlow("This is not a Twilio Studio flow: it has no list of widgets called 'states'.")
    if len(states) > MOST_WIDGETS:
        raise NotAVoiceFlow(f"This flow has {len(states)} widgets; at most {MOST_WIDGETS} can be read.")
    widgets: dict[str, Widget] = {}
    for place, state in enumerate(states, 1):
        widget = _widget(state, place)
        if widget.name in widgets:
            raise NotAVoiceFlow(f"This Studio flow is damaged: two widgets are called '{widget.name[:60]}'.")
        widgets[widget.name] = widget
    trigger = _trigger(definition, widgets)
    start, inner = _start(trigger, widgets)
    return Export(title, trigger, widgets, start, inner)


def _parsed(raw: bytes) -> dict[str, Any]:
    if len(raw) > MOST_BYTES:
        raise NotAVoiceFlow(f"This file is larger than {MOST_BYTES // 1_000_000} MB; no Studio flow is.")
    try:
        data = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotAVoiceFlow("This file is not text in UTF-8, so it is not a Studio export.") from None
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        raise NotAVoiceFlow(f"This file is not JSON: it cannot be read on from {place}.") from None
    except (RecursionError, ValueError):
        raise NotAVoiceFlow("This JSON is nested too deeply or has a number too long to read.") from None
    if not isinstance(data, dict):
        raise NotAVoiceFlow("This is not a Twilio Studio flow: an export is one JSON object.")
    return data


def _definition(data: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the definition: an export is the definition itself, or an answer of the REST API with the
    definition inside."""
    title = data.get("friendly_name") or data.get("friendlyName")
    inner = data.get("definition")
    if isinstance(inner, str):
        inner = _parsed(inner.encode("utf-8", "replace"))
    if isinstance(inner, dict) and "states" not in data:
        title, data = title or inner.get("description"), inner
    title = title or data.get("description")
    return data, clean(title).strip()[:LONGEST_NAME] if isinstance(title, str) else ""


def _widget(state: Any, place: int) -> Widget:
    if not isinstance(state, dict):
        raise NotAVoiceFlow(f"This Studio flow is damaged: entry {place} of 'states' is not a widget.")
    name, kind = state.get("name"), state.get("type")
    for key, value in (("name", name), ("type", kind)):
        if not isinstance(value, str) or not clean(value).strip():
            raise NotAVoiceFlow(f"This Studio flow is damaged: widget {place} of 'states' has no {key}.")
    exits, properties = state.get("transitions") or [], state.get("properties") or {}
    if not isinstance(exits, list) or not isinstance(properties, dict) or len(exits) > MOST_EXITS:
        what = "transitions" if not isinstance(properties, dict) or not isinstance(exits, list) else "so many"
        reason = "has more exits than a widget can have" if what == "so many" else "cannot be read"
        raise NotAVoiceFlow(f"This Studio flow is damaged: widget '{clean(name)[:60]}' {reason}.")
    read = tuple(_exit(out, name) for out in exits)
    return Widget(clean(name).strip()[:LONGEST_NAME], clean(kind).strip()[:LONGEST_NAME], read, properties)


def _exit(written: Any, name: str) -> Exit:
    event = written.get("event") if isinstance(written, dict) else None
    following = written.get("next") if isinstance(written, dict) else None
    if not isinstance(event, str) or not isinstance(following, str | None):
        raise NotAVoiceFlow(f"This Studio flow is damaged: an exit of '{clean(name)[:60]}' cannot be read.")
    conditions = written.get("conditions")
    listed = conditions[:MOST_EXITS] if isinstance(conditions, list) else []
    read = tuple(_condition(item) for item in listed if isinstance(item, dict))
    return Exit(clean(event), clean(following or "").strip()[:LONGEST_NAME], read)


def _condition(written: dict[str, Any]) -> WidgetCondition:
    arguments, value = written.get("arguments"), written.get("value")
    argument = arguments[0] if isinstance(arguments, list) and arguments else ""
    values = value[:MOST_EXITS] if isinstance(value, list) else [value]
    label = written.get("friendly_name")
    return WidgetCondition(
        kind=clean(written["type"])[:60] if isinstance(written.get("type"), str) else "",
        argument=clean(argument)[:LONGEST_TEXT] if isinstance(argument, str) else "",
        values=tuple(clean(str(item))[:LONGEST_TEXT] for item in values if _is_scalar(item)),
        label=clean(label)[:LONGEST_NAME] if isinstance(label, str) else "",
    )


def _is_scalar(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _trigger(definition: dict[str, Any], widgets: dict[str, Widget]) -> Widget:
    first = definition.get("initial_state")
    found = widgets.get(first) if isinstance(first, str) else None
    triggers = [widget for widget in widgets.values() if widget.type == "trigger"]
    if found is not None and found.type == "trigger":
        return found
    if not triggers:
        raise NotAVoiceFlow("This is not a whole Studio flow: it has no trigger, so nothing starts it.")
    return triggers[0]


def _start(trigger: Widget, widgets: Mapping[str, Widget]) -> tuple[str, bool]:
    start = trigger.to("incomingCall")
    parent = trigger.to("incomingParent")
    if start:
        if start not in widgets:
            raise NotAVoiceFlow(f"This Studio flow is damaged: calls go to '{start[:60]}', which is missing.")
        if widgets[start].type == "trigger":
            raise NotAVoiceFlow("This flow answers no calls: its trigger leads to a trigger.")
        return start, False
    callable_ = parent in widgets and widgets[parent].type != "trigger"
    if callable_ and any(widget.type in CALL_WIDGETS for widget in widgets.values()):
        return parent, True
    if trigger.to(*MESSAGE_TRIGGERS):
        raise NotAVoiceFlow("This is a messaging flow: its trigger has nothing for an incoming call.")
    if trigger.to("incomingRequest"):
        raise NotAVoiceFlow(
            "This flow is started by the REST API: its trigger has nothing for an incoming call."
        )
    raise NotAVoiceFlow("This flow answers no calls: nothing follows 'incoming call' on its trigger.")
