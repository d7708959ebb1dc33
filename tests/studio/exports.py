"""Small exports in a few words, and what the import makes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from ivr.flowfiles.loader import Loaded, read_book
from ivr.flowfiles.settings_file import read_settings
from ivr.studio import SETTINGS_FILE, Imported, import_flow

HERE = Path(__file__).parent
FLOWS = sorted((HERE / "flows").glob("*.json"))
WIDGETS: dict[str, dict[str, Any]] = json.loads((HERE / "widgets.json").read_text())


def widget(
    name: str, type_: str, exits: dict[str, str | None] | None = None, **properties: Any
) -> dict[str, Any]:
    """One widget. `exits` are event → next."""
    transitions = [{"event": event, **({"next": to} if to else {})} for event, to in (exits or {}).items()]
    return {"name": name, "type": type_, "transitions": transitions, "properties": properties}


def split(
    name: str, looks_at: str, *matches: tuple[str, str, str], otherwise: str | None = None
) -> dict[str, Any]:
    """A split: (type of condition, value, next) for each way."""
    made = widget(name, "split-based-on", {"noMatch": otherwise}, input=looks_at)
    for kind, value, to in matches:
        condition = {
            "friendly_name": f"If value {kind} {value}",
            "arguments": [looks_at],
            "type": kind,
            "value": value,
        }
        made["transitions"].append({"event": "match", "next": to, "conditions": [condition]})
    return made


def say(name: str, text: str, to: str | None = None, **properties: Any) -> dict[str, Any]:
    return widget(name, "say-play", {"audioComplete": to}, say=text, **properties)


def queue(name: str = "agents", **properties: Any) -> dict[str, Any]:
    return widget(name, "send-to-flex", {"callComplete": None}, workflow="WW1", **properties)


def export(*widgets: dict[str, Any], start: str = "", description: str = "Sample", **triggers: str) -> bytes:
    """A whole export that begins with the first widget."""
    events = triggers or {"incomingCall": start or widgets[0]["name"]}
    trigger = widget("Trigger", "trigger", dict(events))
    document = {
        "description": description,
        "states": [trigger, *widgets],
        "initial_state": "Trigger",
        "flags": {},
    }
    return json.dumps(document).encode()


def imported(*widgets: dict[str, Any], **more: str) -> Imported:
    return import_flow(export(*widgets, **more), "sample.json")


def steps(result: Imported) -> dict[str, Any]:
    """The steps of the flow, as plain values."""
    return yaml.safe_load(result.files[f"{result.flow}.yaml"])["steps"]


def only(result: Imported, kind: str) -> list[dict[str, Any]]:
    """The steps of one type."""
    return [body for body in steps(result).values() if kind in body]


def entry(result: Imported, name: str) -> Any:
    return next(entry for entry in result.entries if entry.widget == name)


def loaded(result: Imported) -> Loaded:
    """What the real loader says about the files that were written."""
    settings = read_settings(result.files[SETTINGS_FILE], SETTINGS_FILE)
    flows = {
        name: text for name, text in result.files.items() if name.endswith(".yaml") and name != SETTINGS_FILE
    }
    return read_book(flows, settings)
