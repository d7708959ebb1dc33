"""The page of flows: revisions, figures and files as plain values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ivr.engine.flow import Flow, FlowSet
from ivr.flowfiles.diff import FlowChange, compare, diff_svg
from ivr.flowfiles.drawing import StepNote, SvgOverlays, chart_of, svg
from ivr.flowfiles.loader import FlowProblems, stored_book
from ivr.service.flow_registry import FlowRegistry
from ivr.settings import Settings
from ivr.store import flow_health, revisions
from ivr.store.database import Database
from ivr.store.deadlines import REPORT_S
from ivr.store.flow_health import StepSum

PERIODS = {"today": "Today", "week": "7 days"}
WARM, HOT = 0.10, 0.25  # of those who come to a step: hang up, press 0 or cannot go on
ENOUGH = 20  # entries before a share counts
MOST_HISTORY = 50
WIDEST = 1750  # pixels


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One step in the table."""

    step: str
    title: str
    kind: str
    entries: int
    zeroed: int
    hung_up: int
    no_input: int
    wrong: int
    errors: int
    seconds: float | None
    tone: str


class FlowsView:
    """Reads and draws the page; it needs no request."""

    def __init__(
        self, database: Database, registry: FlowRegistry, settings: Settings, clock: Callable[[], float]
    ) -> None:
        self._database, self._registry, self._settings, self._clock = database, registry, settings, clock
        self._zone = ZoneInfo(settings.timezone)

    def page(self, revision: str, flow_name: str, period: str) -> dict[str, Any] | None:
        """Return everything for the page of one flow; None when there is no such revision or flow."""
        self._registry.look()
        flow_set = self._book(revision)
        if flow_set is None:
            return None
        entries = list(dict.fromkeys([*self._settings.numbers.values(), *sorted(flow_set.flows)]))
        names = [name for name in entries if name in flow_set.flows]
        flow_name = flow_name or names[0]
        if flow_name not in flow_set.flows:
            return None
        flow = flow_set.flows[flow_name]
        sums = self._sums(flow_set.revision if revision else "", period)
        rows = rows_of(flow, sums)
        return {
            **self.history(),
            "now": self._clock(),
            "flow": flow,
            "flows": [flow_set.flows[name] for name in names],
            "revision": flow_set.revision,
            "asked": revision,
            "period": period,
            "periods": PERIODS,
            "rows": rows,
            **_picture(svg(chart_of(flow), SvgOverlays(notes_of(rows), links=True, style=False))),
        }

    def history(self) -> dict[str, Any]:
        """Return the live revision, the history, and what is wrong with the files."""
        with self._database.read(REPORT_S) as connection:
            live = revisions.live(connection)
            entries = revisions.history(connection, MOST_HISTORY)
        folder = self._registry.folder
        lost = self._registry.lost.get(self._registry.live.revision, "")
        return {
            "lost": lost,
            "live": live,
            "serving": self._registry.live.revision,
            "history": entries,
            "problems": [str(problem) for problem in folder.problems[:5]] if folder and live is None else [],
        }

    def difference(self, old: str, new: str) -> dict[str, Any] | None:
        """Return two revisions compared; None when one of them does not exist."""
        before, after = self._book(old), self._book(new)
        if before is None or after is None:
            return None
        transactions: list[FlowChange] = compare(before, after)
        picture = diff_svg(transactions, before, after, style=False) if transactions else ""
        return {**self.history(), "old": old, "new": new, "changes": transactions, **_picture(picture)}

    def _book(self, revision: str) -> FlowSet | None:
        if revision in ("", self._registry.live.revision):
            return self._registry.live
        with self._database.read(REPORT_S) as connection:
            texts = revisions.texts(connection, revision)
        try:
            return stored_book(texts, self._settings) if texts else None
        except FlowProblems:  # written for another version of this program
            return None

    def _sums(self, revision: str, period: str) -> dict[tuple[str, str], StepSum]:
        now = datetime.fromtimestamp(self._clock(), self._zone)
        since = now.replace(hour=0, minute=0, second=0, microsecond=0)
        since -= timedelta(days=6) if period == "week" else timedelta()
        with self._database.read(REPORT_S) as connection:
            sums = flow_health.sums(connection, int(since.timestamp() // 3600), revision)
        return {(one.flow, one.step): one for one in sums}


def _picture(drawn: str) -> dict[str, Any]:
    """Return the picture, and whether it may shrink to the page: a wide one would become too small to
    read."""
    width = re.search(r'width="([0-9.]+)"', drawn)
    return {"picture": drawn, "fits": bool(width) and float(width[1]) <= WIDEST}


def rows_of(flow: Flow, sums: Mapping[tuple[str, str], StepSum]) -> list[RevisionRow]:
    """Return every step in the order of the file, then the engine's own steps (in line, messages)."""
    names = [*flow.steps, *sorted(step for name, step in sums if name == flow.name and step.startswith("@"))]
    return [_row(flow, name, sums.get((flow.name, name))) for name in names]


def _row(flow: Flow, name: str, found: StepSum | None) -> RevisionRow:
    kind = flow.steps[name].kind.replace("_", " ") if name in flow.steps else ""
    title = name if name in flow.steps else _engines(name)
    found = found or StepSum(flow.name, name, 0, 0, 0, 0, 0, 0, 0, 0.0)
    waiting = kind == "queue" or name.startswith("@")
    bad = found.hung_up + found.errors + (0 if waiting else found.zeroed)
    share = bad / found.entries if found.entries >= ENOUGH else 0.0
    return RevisionRow(
        name, title, kind, found.entries, found.zeroed, found.hung_up, found.no_input, found.wrong,
        found.errors, found.seconds / found.visits if found.visits else None,
        "hot" if share >= HOT else "warm" if share >= WARM else "",
    )  # fmt: skip


def _engines(name: str) -> str:
    what, _, queue = name.removeprefix("@").partition(":")
    return f"{'message for' if what == 'message' else 'in line for a person:'} {queue}"


def notes_of(rows: list[RevisionRow]) -> dict[str, StepNote]:
    """Return the line of figures under each step, without zeros."""
    return {row.step: StepNote(_figures(row), row.tone) for row in rows if row.kind}


def _figures(row: RevisionRow) -> str:
    if not row.entries:
        return "nobody yet"
    parts = [f"{row.entries} in"]
    parts += [f"{row.zeroed} × 0"] if row.zeroed else []
    parts += [f"{row.hung_up} hung up"] if row.hung_up else []
    silent = row.no_input + row.wrong
    parts += [f"{silent} unclear"] if silent else []
    return " · ".join(parts)
