"""Imports flows of Twilio Studio: turns an export into flow files, suggested settings and a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ivr.flowfiles.loader import read_book
from ivr.flowfiles.problems import Problem, SettingsProblems, errors
from ivr.flowfiles.settings_file import read_settings
from ivr.steps import STEP_TYPES
from ivr.studio import (
    call_widgets,
    gather_widgets,
    name_parts,
    payment_widget,
    request_widgets,
    say_play_widgets,
    split_widgets,
)
from ivr.studio.conversion import Conversion
from ivr.studio.export import Export, NotAVoiceFlow, Widget, read_export
from ivr.studio.plan import Plan, PlannedStep
from ivr.studio.report import CONVERTED, NOT_CONVERTIBLE, ReportEntry, counts, markdown, summary
from ivr.studio.simplification import tidy
from ivr.studio.step_names import named
from ivr.studio.yaml_output import flow_text, settings_text, stub_text

__all__ = ["Imported", "NotAVoiceFlow", "convert", "import_flow", "read_export"]

SETTINGS_FILE = "config.suggested.yaml"
REPORT_FILE = "import-report.md"
MOST_REPAIRS = 5
GENERAL = re.compile(r"support|operator|reception|general|main|service|customer")

Convert = Callable[[Conversion, Widget], None]
WIDGETS: dict[str, Convert] = {
    "say-play": say_play_widgets.say_play,
    "record-voicemail": say_play_widgets.record_voicemail,
    "record-call": say_play_widgets.record_call,
    "fork-stream": say_play_widgets.stream,
    "gather-input-on-call": gather_widgets.gather,
    "split-based-on": split_widgets.split,
    "set-variables": split_widgets.set_variables,
    "connect-call-to": call_widgets.connect,
    "enqueue-call": call_widgets.enqueue,
    "send-to-flex": call_widgets.enqueue,
    "run-function": request_widgets.service,
    "make-http-request": request_widgets.service,
    "send-message": request_widgets.message,
    "run-subflow": request_widgets.subflow,
    "capture-payments": payment_widget.capture,
}
"""Widget type → its converter; all other types become a person."""


@dataclass
class Imported:
    """The files to write, by name, and the report entry of every widget."""

    flow: str
    files: dict[str, str]
    entries: list[ReportEntry]
    remarks: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Return one line for the terminal."""
        return summary(self.entries)

    def to_json(self) -> dict[str, Any]:
        return {
            "flow": self.flow,
            "files": list(self.files),
            "counts": counts(self.entries),
            "widgets": [entry.to_json() for entry in self.entries],
            "remarks": self.remarks,
        }


def import_flow(
    raw: bytes, file_name: str, name: str = "", kinds: Collection[str] = frozenset(STEP_TYPES)
) -> Imported:
    """Return everything an import writes. Raises NotAVoiceFlow with one sentence."""
    export = read_export(raw)
    return convert(export, name_parts.snake(name) or flow_name(export.title, file_name), kinds)


def flow_name(title: str, file_name: str) -> str:
    """Return the flow's name: its title, or its file's name when the title says nothing."""
    named_so = name_parts.snake(
        re.sub(r"\b(?:a new flow|new flow|twilio|studio|untitled)\b", " ", title, flags=re.I)
    )
    # A whole sentence is no name: the least telling words are dropped first.
    if len(named_so) > 30:
        named_so = "_".join([word for word in named_so.split("_") if word not in name_parts.FILLER][:4])
    found = named_so or name_parts.snake(file_name.rsplit(".", 1)[0])
    return found if re.match(r"[a-z0-9]", found) else "main"


def convert(export: Export, flow: str, kinds: Collection[str] = frozenset(STEP_TYPES)) -> Imported:
    """Return an export as flow files."""
    plan = Plan(flow, export.title, start=export.start, inner=export.inner)
    conversion = Conversion(export, plan, kinds)
    conversion.waiting.append(export.start)
    done: set[str] = set()
    while conversion.waiting:
        name = conversion.waiting.pop(0)
        if name not in done:
            done.add(name)
            widget = export.widgets[name]
            WIDGETS.get(widget.type, call_widgets.person)(conversion, widget)
    conversion.settle_languages()
    say_play_widgets.fill_silence(plan)
    plan.human = _human(conversion)
    tidy(conversion)
    return _finished(conversion)


def _human(conversion: Conversion) -> str:
    """Return the queue that 0 leads to: where 0 led most often, or else where most calls went."""
    plan = conversion.plan
    chosen = [node.body["human"] for node in plan.nodes.values() if "human" in node.body]
    used = [node.body["queue"] for node in plan.nodes.values() if node.kind == "queue" and node.body["queue"]]
    general = [name for name in used if GENERAL.search(name)]
    wanted = chosen or general or used
    human = max(dict.fromkeys(wanted), key=wanted.count) if wanted else "support"
    for node in plan.nodes.values():
        if node.body.get("human") == human:
            del node.body["human"]
    plan.queues.setdefault(human, "")
    return human


def _finished(conversion: Conversion) -> Imported:
    """Return the files, checked as `ivr check` does; a step that fails the check becomes a person."""
    plan = conversion.plan
    for _ in range(MOST_REPAIRS):
        step_names = named(plan)
        _fill_menus(plan, step_names)
        text, places = flow_text(plan, step_names)
        files = {f"{plan.flow}.yaml": text}
        files |= {f"{name}.yaml": stub_text(name, sid, plan.human) for name, sid in plan.subflows.items()}
        files[SETTINGS_FILE] = settings_text(plan)
        wrong = _errors(files)
        if not wrong:
            return _reported(conversion, files, step_names)
        if not _repair(conversion, wrong, places):
            break
    raise NotAVoiceFlow(f"This flow cannot be imported: {wrong[0].message}.")


def _fill_menus(plan: Plan, step_names: dict[str, str]) -> None:
    """Give a menu whose words were a recording the names of its keys as words."""
    for node in plan.nodes.values():
        if node.kind == "menu" and not node.body["menu"].text:
            keys = node.body["keys"].items()
            node.body["menu"].text = " ".join(
                f"For {step_names[to.id].replace('_', ' ')}, press {key}." for key, to in keys
            )


def _errors(files: dict[str, str]) -> list[Problem]:
    try:
        settings = read_settings(files[SETTINGS_FILE], SETTINGS_FILE)
    except SettingsProblems as fault:
        return fault.problems
    flows = {name: text for name, text in files.items() if name != SETTINGS_FILE}
    return errors(read_book(flows, settings).problems)


def _repair(conversion: Conversion, wrong: list[Problem], places: dict[str, tuple[int, int]]) -> bool:
    """Replace every step that has an error by a person. Return False when no step is to blame."""
    plan, found = conversion.plan, False
    for problem in wrong:
        for id_, (start, end) in places.items():
            node = plan.nodes.get(id_)
            if node and start <= problem.line < end and problem.file.endswith(f"{plan.flow}.yaml"):
                plan.nodes[id_] = PlannedStep(id_, "queue", {"queue": plan.human}, node.widgets, node.hints)
                reason = (
                    f"it does not pass the check ({problem.message}); the caller is put through to a person"
                )
                plan.nodes[id_].comments.append(reason)
                for name in node.widgets:
                    conversion.entries[name].note(NOT_CONVERTIBLE, reason)
                found = True
    reached = plan.walk()
    plan.nodes = {id_: plan.nodes[id_] for id_ in reached}
    return found


def _reported(conversion: Conversion, files: dict[str, str], step_names: dict[str, str]) -> Imported:
    plan, export = conversion.plan, conversion.export
    for id_, node in plan.nodes.items():
        for name in node.widgets:
            conversion.entries[name].steps.append(step_names[id_])
    for name, entry in conversion.entries.items():
        if not entry.steps and conversion.absorbed.get(name) in plan.nodes:
            entry.steps.append(step_names[conversion.absorbed[name]])
        _why_nothing(conversion, name, entry)
    trigger = conversion.entries[export.trigger.name]
    trigger.steps.append(step_names[plan.start])
    others = [out.event for out in export.trigger.exits if out.next and out.next != export.start]
    if others:
        trigger.note(CONVERTED, f"only calls are answered; {', '.join(others)[:120]} led elsewhere")
    entries = list(conversion.entries.values())
    files[REPORT_FILE] = markdown(plan.title or plan.flow, plan.flow, entries, plan.remarks)
    return Imported(plan.flow, files, entries, plan.remarks)


def _why_nothing(conversion: Conversion, name: str, entry: ReportEntry) -> None:
    """Report widgets that left neither a step nor a reason."""
    if name == conversion.export.trigger.name or entry.steps or name in conversion.plan.aliases:
        return
    if name not in conversion.reachable:
        entry.note(NOT_CONVERTIBLE, "no call can reach it: left out")
    elif entry.status == CONVERTED and name not in conversion.absorbed:
        reason = "nothing leads to it any more, for reasons given at the widgets before it"
        entry.note(NOT_CONVERTIBLE, reason)
