"""Computes which steps were entered and by which exits they were left, over all calls of all scenarios."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.engine.flow import Flow, FlowSet
from ivr.engine.step import references
from ivr.flowfiles.reader import KeyPath, read_text
from ivr.store import calls, journal
from ivr.store.database import Connection

MOST_LINES = 20_000
Place = tuple[str, str]
Exit = tuple[str, str, str]


@dataclass(frozen=True)
class Taken:
    """(flow, step) entered, and (flow, step, exit) taken."""

    steps: frozenset[Place] = frozenset()
    exits: frozenset[Exit] = frozenset()

    def __or__(self, other: Taken) -> Taken:
        return Taken(self.steps | other.steps, self.exits | other.exits)


@dataclass(frozen=True)
class Missing:
    """A step that was never entered, or (`exit`) an exit that was never taken."""

    file: str
    line: int
    flow: str
    step: str
    exit: str = ""

    def __str__(self) -> str:
        what = f"exit {self.exit}" if self.exit else "never entered"
        return f"{self.file}:{self.line}: flow {self.flow} › step {self.step}: {what}"


@dataclass(frozen=True)
class Coverage:
    """Counts of what exists and what was covered, and what is missing, by file and line."""

    steps: int
    steps_covered: int
    exits: int
    exits_covered: int
    missing: list[Missing] = field(default_factory=list)

    @property
    def percent(self) -> float:
        whole = self.steps + self.exits
        return 100.0 * (self.steps_covered + self.exits_covered) / whole if whole else 100.0


def taken_by(connection: Connection, flow_set: FlowSet) -> Taken:
    """Return what the calls in this database entered and took."""
    by_call: dict[str, list[Any]] = {}
    for row in journal.after(connection, 0, most=MOST_LINES):
        if row.call_sid and row.kind == JournalKind.ENTERED:
            by_call.setdefault(row.call_sid, []).append(row)
    taken = Taken()
    for sid, rows in by_call.items():
        found = calls.find(connection, sid)
        inputs = ((found.session.get("session") or {}).get("inputs") or []) if found else []
        taken |= _of_call(rows, inputs, flow_set)
    return taken


def _of_call(rows: list[Any], inputs: list[dict[str, Any]], flow_set: FlowSet) -> Taken:
    steps: set[Place] = set()
    exits: set[Exit] = set()
    last: dict[str, str] = {}
    answers = _Answers(inputs)
    for row in rows:
        flow_name, step = row.body["flow"], row.body["step"]
        if step.startswith("@"):
            continue  # the engine's own
        steps.add((flow_name, step))
        flow, before = flow_set.flows.get(flow_name), last.get(flow_name)
        if flow is not None and before in flow.steps:
            for exit_ in _chosen(flow, before, step, answers.at(before)):
                exits.add((flow_name, before, exit_))
        last[flow_name] = step
    return Taken(frozenset(steps), frozenset(exits))


class _Answers:
    """The caller's inputs, read in the order of the steps."""

    def __init__(self, inputs: list[dict[str, Any]]) -> None:
        self._inputs = [one for one in inputs if one.get("understood", True)]

    def at(self, step: str) -> dict[str, Any] | None:
        """Return the next answer that was given at this step."""
        found = next((one for one in self._inputs if one.get("step") == step), None)
        if found is not None:
            self._inputs.remove(found)
        return found


def _chosen(flow: Flow, step: str, to: str, answer: dict[str, Any] | None) -> list[str]:
    """Return the exits of `step` by which this caller came to `to`: keys by the key, words by speech."""
    leading = [path for path, name in references(flow.steps[step], "step") if name == to]
    plain = [path for path in leading if path[0] not in ("keys", "words")]
    if answer is None:
        return [_named(path) for path in plain]
    if answer.get("kind") == "speech":
        by_answer = [path for path in leading if path[0] == "words"]
    else:
        by_answer = [path for path in leading if path[:2] == ("keys", str(answer.get("value")))]
    return [_named(path) for path in by_answer or plain]


def _named(path: tuple[str | int, ...]) -> str:
    return ".".join(str(part) for part in path)


def coverage(flow_set: FlowSet, taken: Taken, flows: Iterable[str] = ()) -> Coverage:
    """Compare everything in the flows with what was taken. Leaving by 0 is not an exit: no flow writes it,
    and every step has it."""
    missing: list[Missing] = []
    counts = [0, 0, 0, 0]
    for file, text in flow_set.texts.items():
        document = read_text(text, file)
        name = (document.value or {}).get("flow", "") if isinstance(document.value, dict) else ""
        flow = flow_set.flows.get(name)
        if flow is None or (flows and name not in flows):
            continue
        for step in flow.steps:
            source = flow.sources[step]
            covered = (name, step) in taken.steps
            counts[0] += 1
            counts[1] += covered
            if not covered:
                missing.append(Missing(source.file, source.line, name, step))
            for path in _exits(flow, step):
                exit_ = _named(path)
                there = (name, step, exit_) in taken.exits
                counts[2] += 1
                counts[3] += there
                if not there:
                    line = document.at_key(("steps", step, *path)).line
                    missing.append(Missing(source.file, line, name, step, exit_))
    return Coverage(*counts, missing=sorted(missing, key=lambda one: (one.file, one.line, one.exit)))


def _exits(flow: Flow, step: str) -> list[KeyPath]:
    return [path for path, _ in references(flow.steps[step], "step")]
