"""The state of one import: what each widget has become, and the names of values.

Widgets are converted when something leads to them, so that unreachable ones are never written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ivr.studio import name_parts
from ivr.studio.export import Export, Widget
from ivr.studio.gather_analysis import Choices, choices_at
from ivr.studio.liquid import Path, Untranslatable
from ivr.studio.plan import END, PERSON, Plan, PlannedStep, SpokenPrompt
from ivr.studio.report import APPROXIMATED, CONVERTED, ReportEntry
from ivr.studio.schedules import SERVICES, Schedule, schedule_at
from ivr.studio.text_translation import translated

CALLER_PATHS = {("trigger", "call", "From"), ("contact", "channel", "address"), ("trigger", "call", "Caller")}
OF_PAYMENT = {("PaymentConfirmationCode",): "confirmation", ("PaymentToken",): "token"}
DESCRIBED = re.compile(
    r'"(?:department|skill|queue|queueName|queue_name|team|topic|selected_product|service)"\s*:\s*'
    r'"([^"{}]{2,40})"',
    re.IGNORECASE,
)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")
UNNAMED_VOICES = frozenset({"", "default", "alice", "man", "woman"})  # Twilio's own by other names


class Conversion:
    """One export on its way to a plan. `kinds` are the existing step types."""

    def __init__(self, export: Export, plan: Plan, kinds: Collection[str]) -> None:
        self.export, self.plan, self.kinds = export, plan, kinds
        self.widgets: Mapping[str, Widget] = export.widgets
        self.entries = {name: ReportEntry(name, widget.type) for name, widget in export.widgets.items()}
        self.waiting: list[str] = []
        self.absorbed: dict[str, str] = {}  # widget → the step that does its work
        self.counters: set[str] = set()
        self.hints: dict[str, list[str]] = {}
        self.spoken_in: dict[str, dict[str, int]] = {}  # language → voice → how often
        self.queue_names: dict[tuple[str, str], str] = {}
        self.reachable = _reachable(export)
        self.menus: dict[str, Choices] = {}
        self.schedules: dict[str, Schedule] = {}
        self.raw_sets = self._raw_sets()
        self._look_ahead()
        self.variables = self._variables()
        self._report_loose_ends()

    def _report_loose_ends(self) -> None:
        for name in self.reachable:
            for out in self.widgets[name].exits:
                if out.next and out.next not in self.widgets:
                    reason = (
                        f"'{out.event[:40]}' leads to '{out.next[:60]}', which is missing: a person answers"
                    )
                    self.entries[name].note(APPROXIMATED, reason)

    def _look_ahead(self) -> None:
        """Find what only several widgets together show: menus, and hours that a function knows."""
        for name in self.reachable:
            widget = self.widgets[name]
            if widget.type == "gather-input-on-call" and (choices := choices_at(widget, self.widgets)):
                self.menus[name] = choices
            elif widget.type == "split-based-on" and (schedule := schedule_at(widget, self.widgets)):
                self.schedules[name] = schedule

    def _raw_sets(self) -> dict[str, str]:
        """Return flow variables that are set in one place only, and that value."""
        found: dict[str, list[str]] = {}
        for name in self.reachable:
            for key, value in self.widgets[name].pairs("variables"):
                found.setdefault(key, []).append(value)
        return {key: values[0] for key, values in found.items() if len(values) == 1}

    def _variables(self) -> dict[Path, str]:
        """Return our name for each flow variable and each answer. Names stay the same where possible."""
        found: dict[Path, str] = {}
        for name in self.reachable:
            widget = self.widgets[name]
            if widget.type == "set-variables":
                for key, _ in widget.pairs("variables"):
                    path = ("flow", "variables", key)
                    if path not in found:
                        found[path] = name_parts.unique(
                            name_parts.variable(key), found.values(), name_parts.variable(key)
                        )
        for name in self.reachable:
            widget = self.widgets[name]
            if widget.type == "gather-input-on-call" and name not in self.menus:
                wanted = name_parts.own_name(name) or name_parts.from_words(widget.text("say"), 2)
                wanted = re.sub(r"^(?:get|ask|gather|enter|collect|input)_(?=\w)", "", wanted)
                taken = found.values()
                found["widgets", name] = name_parts.unique(
                    name_parts.variable(wanted or "answer"), taken, "answer"
                )
            elif widget.type == "capture-payments":
                wanted = name_parts.variable(name_parts.own_name(name) or "payment")
                found["widgets", name] = name_parts.unique(wanted, found.values(), "payment")
        return found | self._looked_up(found)

    def _looked_up(self, taken: Mapping[Path, str]) -> dict[Path, str]:
        """Return names for the answers of services that some step asks."""
        found: dict[Path, str] = {}
        known = {schedule.service for schedule in self.schedules.values()}
        for name in self.reachable if "lookup" in self.kinds else ():
            if self.widgets[name].type in SERVICES and name not in known:
                last = self.widgets[name].text("url").split("?")[0].rstrip("/").rpartition("/")[2]
                own = name_parts.own_name(name) or (name_parts.snake(last) if "{" not in last else "")
                wanted = re.sub(r"^(?:get|fetch|find|load|lookup|look_up|check)_(?=\w)", "", own)
                every = [*taken.values(), *found.values()]
                found["widgets", name] = name_parts.unique(
                    name_parts.variable(wanted or "answer"), every, "answer"
                )
        return found

    def name_of(self, path: Path) -> str:
        """Return our name of a value of Studio's. Raises Untranslatable."""
        if path in CALLER_PATHS:
            return "caller.number"
        if path == ("trigger", "call", "CallerName"):
            return "caller.name"
        if path[:2] == ("flow", "variables") and path[:3] in self.variables:
            return self._member(self.variables[path[:3]], path[3:])
        if path[:1] == ("widgets",) and len(path) == 3 and path[2] in ("Digits", "SpeechResult"):
            if path[1] in self.menus:
                raise Untranslatable("a menu does not keep which key was pressed")
            if path[:2] in self.variables:
                return self.variables[path[:2]]
        if path[:1] == ("widgets",) and path[2:] in OF_PAYMENT and path[:2] in self.variables:
            return f"{self.variables[path[:2]]}.{OF_PAYMENT[path[2:]]}"
        if path[:1] == ("widgets",) and len(path) > 3 and path[:2] in self.variables and path[2] == "parsed":
            return self._member(self.variables[path[:2]], path[3:])
        raise Untranslatable("nothing here has this value")

    def _member(self, name: str, inside: Path) -> str:
        for part in inside:
            if not re.fullmatch(r"[A-Za-z]\w{0,63}|\d{1,3}", part):
                raise Untranslatable("its name cannot be written here")
            name += f"[{part}]" if part.isdigit() else f".{part}"
        return name

    # Where callers go ---------------------------------------------------------------------------------------

    def go(self, target: str, end: str = END) -> str:
        """Return the id of the step for a widget, which will be converted; `end` where the flow ended."""
        if not target:
            return end
        if target not in self.widgets or self.widgets[target].type == "trigger":
            return PERSON
        self.waiting.append(target)
        return target

    def add(self, widget: Widget, kind: str, body: dict[str, Any], suffix: str = "") -> PlannedStep:
        """Add a step for a widget; `suffix` distinguishes several of one widget."""
        id_ = widget.name + (f"\0{suffix}" if suffix else "")
        node = PlannedStep(id_, kind, body, [widget.name], list(self.hints.get(id_, [])))
        self.plan.nodes[id_] = node
        return node

    def skip(self, widget: Widget, to: str, status: str, reason: str) -> None:
        """Drop a widget: callers go on at `to`."""
        self.plan.aliases[widget.name] = to
        self.note(widget, status, reason)

    def absorb(self, name: str, step: str, reason: str, status: str = CONVERTED) -> None:
        """Record that a widget's work is done by another step."""
        self.absorbed.setdefault(name, step)
        self.entries[name].note(status, reason)

    def note(self, widget: Widget, status: str, *reasons: str) -> None:
        self.entries[widget.name].note(status, *reasons)

    def hint(self, id_: str, *wanted: str) -> None:
        """Add names that would fit a step; earlier ones count more."""
        self.hints.setdefault(id_, []).extend(name for name in wanted if name)
        if id_ in self.plan.nodes:
            self.plan.nodes[id_].hints = list(self.hints[id_])

    def queue_of(self, widget: Widget) -> str:
        """Return the queue that replaces a task queue, workflow or Flex."""
        described = _described_queue(widget)
        place = widget.text("queue_name") or widget.text("workflow_sid") or widget.text("workflow")
        wanted = name_parts.queue_name(widget.name, described)
        key = (place, wanted)
        if key not in self.queue_names:
            chosen = name_parts.unique(wanted or "support", self.plan.queues, "support")
            self.queue_names[key] = chosen
            self.plan.queues[chosen] = place if place and "{{" not in place else ""
        return self.queue_names[key]

    # What callers hear --------------------------------------------------------------------------------------

    def prompt(self, widget: Widget, node_comments: list[str]) -> SpokenPrompt:
        """Return the text of a widget; empty when it plays a recording or says nothing that can be said
        here."""
        language = self._language(widget)
        words = translated(widget.text("say"), self.name_of)
        if words.lost:
            self.note(widget, APPROXIMATED, *words.lost)
            node_comments += words.lost
        played = widget.text("play")
        if played and not words.text:
            self.note(
                widget, APPROXIMATED, f"the recording {played[:120]} is not played: its words must be written"
            )
            node_comments.append(f"here was the recording {played[:120]}: write its words")
        loops = widget.number("loop")
        if words.text and widget.type == "say-play" and loops is not None and loops != 1:
            self.note(widget, APPROXIMATED, "it is said once, not again and again")
        return SpokenPrompt(words.text, language)

    def _language(self, widget: Widget) -> str:
        written = widget.text("language").strip()
        if not written or not widget.text("say"):
            return ""
        parts = written.replace("_", "-").split("-")
        parts = [parts[0].lower(), *(part.upper() if len(part) == 2 else part for part in parts[1:])]
        language = "-".join(parts)
        if not LANGUAGE.fullmatch(language):
            self.note(widget, APPROXIMATED, f"'{written[:40]}' is not a language that can be spoken")
            return ""
        voice = widget.text("voice").strip()
        voices = self.spoken_in.setdefault(language, {})
        voices[voice] = voices.get(voice, 0) + 1
        return language

    def settle_languages(self) -> None:
        """Set the flow's languages, the most spoken first, each with its most frequent voice."""
        order = sorted(self.spoken_in, key=lambda language: -sum(self.spoken_in[language].values()))
        self.plan.languages = order or ["en-US"]
        if len(order) > 1:
            self.plan.remarks.append(
                f"Prompts are in {', '.join(order)}. Callers are greeted in {order[0]}; where they choose a "
                "language, a step 'language' does it, and one step can then have its words in each of them."
            )
        for language in order:
            voices = {
                voice: n for voice, n in self.spoken_in[language].items() if voice not in UNNAMED_VOICES
            }
            if voices:
                chosen = max(voices, key=lambda voice: (voices[voice], voice))
                self.plan.voices[language] = chosen[:200]
                for other in sorted(set(voices) - {chosen}):
                    remark = (
                        f"Prompts in {language} were spoken by {chosen} and by {other}; now all by {chosen}."
                    )
                    self.plan.remarks.append(remark)


def _described_queue(widget: Widget) -> str:
    """Return the purpose of a queue from a task's attributes, or from the queue's own name."""
    if widget.text("queue_name"):
        return widget.text("queue_name")
    attributes = widget.text("attributes") or widget.text("task_attributes")
    found = DESCRIBED.search(attributes)
    return found[1] if found else ""


def _reachable(export: Export) -> list[str]:
    """Return the widgets that calls can reach, in that order."""
    found: dict[str, None] = {}
    waiting = [export.start]
    while waiting:
        name = waiting.pop(0)
        if name in found or name not in export.widgets or export.widgets[name].type == "trigger":
            continue
        found[name] = None
        waiting += [out.next for out in export.widgets[name].exits if out.next]
    return list(found)
