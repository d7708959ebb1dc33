"""The result for every widget: converted, approximated or not convertible, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

CONVERTED, APPROXIMATED, NOT_CONVERTIBLE = "converted", "approximated", "not convertible"
_ORDER = (CONVERTED, APPROXIMATED, NOT_CONVERTIBLE)


@dataclass
class ReportEntry:
    """One widget. `steps` are those that replaced it."""

    widget: str
    type: str
    status: str = CONVERTED
    steps: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)

    def note(self, status: str, *reasons: str) -> None:
        """Add reasons; the status only ever gets worse."""
        self.status = max(self.status, status, key=_ORDER.index)
        self.reasons += [reason for reason in reasons if reason and reason not in self.reasons]

    def to_json(self) -> dict[str, Any]:
        return {
            "name": self.widget,
            "type": self.type,
            "status": self.status,
            "steps": self.steps,
            "reasons": self.reasons,
        }


def counts(entries: Iterable[ReportEntry]) -> dict[str, int]:
    """Return how many widgets have each status."""
    found = dict.fromkeys(_ORDER, 0)
    for entry in entries:
        found[entry.status] += 1
    return found


def summary(entries: Iterable[ReportEntry]) -> str:
    """Return one line: 12 widgets: 9 converted, 2 approximated, 1 not convertible."""
    found = counts(entries)
    total = sum(found.values())
    parts = ", ".join(f"{number} {status}" for status, number in found.items())
    return f"{total} widget{'s' * (total != 1)}: {parts}"


def markdown(title: str, flow: str, entries: list[ReportEntry], remarks: Iterable[str]) -> str:
    """Return the report for people."""
    lines = [
        f"# Import of {_cell(title)}",
        "",
        f"The flow is `{flow}.yaml`. {summary(entries)}.",
        "",
        "- *converted*: it does what it did.",
        "- *approximated*: it does nearly that; the reason says what is different.",
        "- *not convertible*: there is nothing like it here; the reason says where the caller goes instead.",
    ]
    told = [f"- {_cell(remark)}" for remark in remarks]
    lines += ["", *told] if told else []
    for status in reversed(_ORDER):
        rows = [entry for entry in entries if entry.status == status]
        if rows:
            lines += ["", f"## {status.capitalize()} ({len(rows)})", "", "| widget | type | step | why |"]
            lines += ["| --- | --- | --- | --- |", *(_row(entry) for entry in rows)]
    return "\n".join(lines) + "\n"


def _row(entry: ReportEntry) -> str:
    steps = ", ".join(f"`{step}`" for step in entry.steps) or "–"
    reasons = "; ".join(_cell(reason) for reason in entry.reasons) or "–"
    return f"| {_cell(entry.widget)} | {_cell(entry.type)} | {steps} | {reasons} |"


def _cell(text: str) -> str:
    """Return a text that cannot break out of a table, whatever an export contains."""
    flat = " ".join(text.split())
    for mark in "\\`*_[]<>|#":
        flat = flat.replace(mark, f"\\{mark}")
    return flat[:600]
