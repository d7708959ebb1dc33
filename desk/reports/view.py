"""The pages of reports as plain values. Pure except for the reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from desk import formatting
from ivr.acd.reports.measuring_rules import week_of
from ivr.service.reports import Period, ReportService, WrongPeriod

PERIODS = {"7": "7 days", "28": "28 days", "91": "13 weeks", "365": "1 year"}
USUAL = "28"
WEEKS_FROM = 100
"""Days from which a table has a row per week instead of a row per day."""


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """The checked request of a page: a period, a queue or all, rows by day or by week."""

    period: Period
    days: str
    queue: str
    weeks: bool

    def link(self, page: str, **other: str) -> str:
        """Return the address of a page with the same request, except for `other`."""
        same = {"days": self.days} if self.days else {"since": self.period.since, "until": self.period.until}
        asked = {**same, "queue": self.queue, **other}
        return f"/reports/{page}?{urlencode({name: value for name, value in asked.items() if value})}"


def asked_for(service: ReportService, values: Mapping[str, str]) -> ReportQuery:
    """Read the address of a page. Raises WrongPeriod; typed text has no other effect."""
    queue = values.get("queue", "")
    if queue and queue not in service.queues:
        raise WrongPeriod("There is no such queue.")
    since, until = values.get("since", "")[:20], values.get("until", "")[:20]
    days = "" if since or until else values.get("days", USUAL)
    if days and days not in PERIODS:
        raise WrongPeriod("There is no such period.")
    period = service.period(int(days or USUAL), since, until)
    by = values.get("by", "")
    weeks = by == "week" if by in ("day", "week") else len(period.days) > WEEKS_FROM
    if weeks and days:  # a piece of a week would look like a collapse
        period = service.period(since=week_of(period.since), until=period.until)
    return ReportQuery(period, days, queue, weeks)


TILES = (
    ("service_level", "Service level", "percent"),
    ("speed_of_answer_s", "Speed of answer", "duration"),
    ("abandonment", "Abandoned", "percent"),
    ("handle_time_s", "Handle time", "duration"),
    ("promises_kept", "Promises kept", "percent"),
    ("first_contact_resolution", "Settled at once", "percent"),
    ("occupancy", "Occupancy", "percent"),
    ("containment", "Settled by the flow", "percent"),
)


def tiles(total: Mapping[str, Any], queue: str) -> list[dict[str, Any]]:
    """Return the figures at the top. Figures that exist only for the line as a whole are left out for one
    queue."""
    shown = []
    for name, title, form in TILES:
        if name == "containment" and queue:
            continue
        shown.append(
            {"title": title, "value": written(form, total[name]), "note": _note(name, total), "tone": ""}
        )
        if name == "service_level" and total["goal"] is not None:
            shown[-1]["tone"] = {True: "good", False: "bad", None: ""}[total["goal_met"]]
    return shown


def _note(name: str, total: Mapping[str, Any]) -> str:
    match name:
        case "service_level" if total["goal"] is not None:
            return f"goal: {total['goal']:.0%} within {total['goal_seconds']} s"
        case "speed_of_answer_s":
            return f"longest wait {formatting.duration(total['longest_wait_s'])}"
        case "abandonment":
            return f"{_count(total['abandoned_short'], 'short one')} not counted"
        case "handle_time_s":
            return _count(total["talks"], "talk")
        case "promises_kept":
            return f"of {_count(total['promises_judged'], 'outcome')}"
        case "containment":
            return f"of {_count(total['calls'], 'call')}"
    return ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def written(form: str, value: Any) -> str:
    """Return a figure as people read it; a dash if there is none."""
    if value is None:
        return "–"
    match form:
        case "percent":
            return f"{100 * value:.1f} %"
        case "duration":
            return formatting.duration(round(value))
        case "hours":
            return f"{value / 3600:.1f} h"
        case "mean":
            return f"{value:.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def by_name(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return reasons of all queues together: each name once within its kind, the most frequent first."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        one = found.setdefault((row["kind"], row["name"]), {**row, "calls": 0, "share": 0.0})
        one["calls"] += row["calls"]
        one["share"] += row["share"]
    return sorted(found.values(), key=lambda one: (-one["calls"], one["name"]))


def plotted(rows: Iterable[Mapping[str, Any]], goal: float | None, weeks: bool) -> dict[str, Any]:
    """Return the data of the plots: one list for each line, over the noon (UTC) of each day."""
    rows = list(rows)
    day = "week" if weeks else "day"
    noons = [_noon(row[day]) for row in rows]
    series = {
        name: [row[name] for row in rows]
        for name in (
            "service_level",
            "speed_of_answer_s",
            "ninety_within_s",
            "abandonment",
            "handle_time_s",
            "promises_kept",
            "in_line",
            "answered",
        )
    }
    return {"days": noons, "weeks": weeks, "goal": [goal] * len(rows) if goal is not None else None, **series}


def _noon(day: str) -> int:
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86_400 + 43_200
