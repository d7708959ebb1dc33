"""Writes a plan as the YAML that a person would have written, and the settings it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from ivr.flowfiles.destinations import country_of
from ivr.studio.plan import Plan, PlannedStep, SpokenPrompt, WidgetTarget

WIDTH = 110
LONGEST_COMMENT = 300
HOURS = re.compile(r"\d\d:\d\d-\d\d:\d\d")


def flow_text(plan: Plan, names: Mapping[str, str]) -> tuple[str, dict[str, tuple[int, int]]]:
    """Return the text of the flow file, and for each step id its first line and the line after its last, from
    1."""
    lines = [
        *_comment(f"Imported from Twilio Studio: {plan.title or plan.flow}. See import-report.md.", ""),
        f"flow: {scalar(plan.flow)}",
        *([f"title: {scalar(plan.title)}"] if plan.title else []),
        f"languages: {inline(plan.languages)}",
        f"human: {scalar(plan.human)}"
        + " " * max(1, 30 - len(plan.human))
        + "# the queue in which 0 finds a person",
        f"start: {scalar(names[plan.start])}",
        "",
        "steps:",
    ]
    places: dict[str, tuple[int, int]] = {}
    for id_, node in plan.nodes.items():
        start = len(lines) + 1
        lines.append(f"  {scalar(names[id_])}:")
        for comment in dict.fromkeys(node.comments):
            lines += _comment(comment, "    ")
        lines += _body(node, plan, names)
        lines.append("")
        places[id_] = (start, len(lines) + 1)
    return "\n".join(lines[:-1]) + "\n", places


def stub_text(name: str, sid: str, human: str) -> str:
    """Return a placeholder flow for one that was not in the export."""
    lines = [
        *_comment(
            f"Holds the place of the Studio flow {sid or 'that was named here'}: import it under this name.",
            "",
        ),
        f"flow: {scalar(name)}",
        f"human: {scalar(human)}",
        "start: person",
        "",
        "steps:",
        "  person:",
        f"    queue: {scalar(human)}",
        "    next: back",
        "",
        "  back:",
        "    leave: flow",
    ]
    return "\n".join(lines) + "\n"


def _comment(text: str, indent: str) -> list[str]:
    flat = " ".join(text.split())[:LONGEST_COMMENT]
    lines, line = [], ""
    for word in flat.split(" "):
        if line and len(indent) + len(line) + len(word) + 3 > WIDTH:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    printable = (
        "".join(letter if letter.isprintable() else " " for letter in part) for part in (*lines, line)
    )
    return [f"{indent}# {part}".rstrip() for part in printable]


def _body(node: PlannedStep, plan: Plan, names: Mapping[str, str]) -> list[str]:
    lines: list[str] = []
    for key, value in node.body.items():
        lines += _entry(key, _plain(value, plan, names), "    ")
    return lines


def _plain(value: Any, plan: Plan, names: Mapping[str, str]) -> Any:
    """Return the value with names and texts in place of ids and prompts."""
    if isinstance(value, WidgetTarget):
        return names[value.id]
    if isinstance(value, SpokenPrompt):
        other = value.language and value.language != plan.languages[0]
        return {value.language: value.text} if other else value.text
    if isinstance(value, dict):
        return {_plain(key, plan, names): _plain(item, plan, names) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, plan, names) for item in value]
    return value


def _entry(key: str, value: Any, indent: str) -> list[str]:
    if key == "branch":
        lines = [f"{indent}branch:"]
        for way in value:
            lines += [f"{indent}  - when: {scalar(way['when'])}", f"{indent}    next: {scalar(way['next'])}"]
        return lines
    short = f"{indent}{key}: {inline(value)}"
    if isinstance(value, dict) and (len(short) > WIDTH or key in ("say", "menu", "ask", "set", "words")):
        if len(value) == 1 and len(short) <= WIDTH:
            return [short]
        return [
            f"{indent}{key}:",
            *(f"{indent}  {_key(name)}: {inline(item)}" for name, item in value.items()),
        ]
    return [short]


def _key(name: str) -> str:
    return name if name in "123456789" and name else scalar(name)


def scalar(value: Any) -> str:
    """Return one value on one line, quoted where YAML would misread it."""
    if value is True or isinstance(value, int):
        return str(value).lower()
    return _nicely(
        yaml.safe_dump(value, allow_unicode=True, width=10**9).removesuffix("...\n").strip(), value
    )


def _nicely(written: str, value: str) -> str:
    """Return double quotes where quotes are needed, as in our own flows, and none around hours."""
    if HOURS.fullmatch(value):
        return value
    if written.startswith("'") and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return written


def inline(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(str(key))}: {_item(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_item(item) for item in value) + "]"
    return scalar(value)


def _item(value: Any) -> str:
    """Return a value inside brackets, where commas and braces have a meaning."""
    if isinstance(value, dict | list):
        return inline(value)
    if not isinstance(value, str):
        return scalar(value)
    written = yaml.safe_dump([value], allow_unicode=True, width=10**9, default_flow_style=True)
    return _nicely(written.strip()[1:-1], value)


def settings_text(plan: Plan) -> str:
    """Return settings with which the flow passes `ivr check`, to be merged into config.yaml."""
    lines = [
        "# Suggested settings for the imported flow: compare them and merge them into config.yaml.",
        f"company: {scalar(plan.title or plan.flow)}",
        f"languages: {inline(plan.languages)}",
        *_neighbours(plan),
        "",
        "numbers:                               # write the number that callers dial",
        f'  "+15550001000": {scalar(plan.flow)}',
        "",
        "queues:",
    ]
    for name, title in plan.queues.items():
        lines += _comment(f"in Twilio: {title[:100]}", "  ") if title else []
        spoken = name.replace("_", " ")
        lines.append(f"  {scalar(name)}: {{title: {_item(spoken)}}}")
    if plan.calendars:
        lines += ["", "calendars:"]
        for name, calendar in plan.calendars.items():
            note = plan.calendar_notes.get(name, "")
            lines += _comment(note, "  ") if note else []
            lines += [
                f"  {scalar(name)}:",
                *(f"    {key}: {inline(value)}" for key, value in calendar.items()),
            ]
    if plan.voices:
        lines += ["", "voices:", *(f"  {scalar(tag)}: {scalar(voice)}" for tag, voice in plan.voices.items())]
    return "\n".join([*lines, *_sources(plan), "", "flows_folder: ."]) + "\n"


def _neighbours(plan: Plan) -> list[str]:
    """Return the countries of numbers that the flow transfers to."""
    numbers = [str(node.body["transfer"]) for node in plan.nodes.values() if "transfer" in node.body]
    found = sorted({country for country in map(country_of, numbers) if country} - {"US"})
    return [f"neighbours: {inline(found)}                      # transfers lead there"] if found else []


def _sources(plan: Plan) -> list[str]:
    if not plan.sources:
        return []
    lines = [
        "",
        "sources:                               # what they answer is JSON; check address and headers",
    ]
    for name, http in plan.sources.items():
        lines += [f"  {scalar(name)}:", f"    http: {inline(http)}"]
    return lines
