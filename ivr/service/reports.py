"""Reports as plain values, for people and for machines. What each figure means is in `docs/reports.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd import measures
from ivr.acd.reports.call_sums import DISPOSITION, FACT, QUESTION, RATING, REASON, STEP, WAIT
from ivr.acd.reports.measuring_rules import week_of
from ivr.acd.reports.sums import LINE, AgentSums, QueueSums, added
from ivr.errors import Invalid
from ivr.settings import Settings
from ivr.store import report_figures as store
from ivr.store.database import Connection, Database
from ivr.store.deadlines import REPORT_S

LONGEST_DAYS = 800
MOST_NAMES = 200
HALF, NEARLY_ALL = 0.5, 0.9

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Period:
    """Local days, both ends included, as 2026-03-02."""

    since: str
    until: str

    @property
    def days(self) -> list[str]:
        first, last = date.fromisoformat(self.since), date.fromisoformat(self.until)
        return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


class WrongPeriod(Invalid):
    """The request names no period; the message is for people."""


class ReportService:
    """Reads sums; `clock` only tells what today is."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], float]) -> None:
        self._database, self._settings, self._clock = database, settings, clock

    @property
    def queues(self) -> list[str]:
        return sorted(self._settings.queues)

    def period(self, days: int = 7, since: str = "", until: str = "") -> Period:
        """The last `days` up to today, or from `since` (to `until`, or today). Raises WrongPeriod."""
        zone = ZoneInfo(self._settings.timezone)
        today = datetime.fromtimestamp(self._clock(), zone).date()
        last = _day(until) if until else today
        first = _day(since) if since else last - timedelta(days=days - 1)
        if first > last:
            raise WrongPeriod(f"The period would end ({last}) before it begins ({first}).")
        if (last - first).days >= LONGEST_DAYS:
            raise WrongPeriod(f"A report goes over at most {LONGEST_DAYS} days.")
        return Period(first.isoformat(), last.isoformat())

    # Over time and by queue -------------------------------------------------------------------------------

    def over_time(self, period: Period, queue: str = LINE, weeks: bool = False) -> dict[str, Any]:
        """A row a day (or week, named by its Monday), of one queue or of all together."""
        asked = (period.since, period.until, queue)
        with self._database.read(REPORT_S) as connection:
            sums = store.by_day(connection, *asked)
            agents = store.agents_by_day(connection, *asked)
            waits = _buckets(store.details_by_day(connection, WAIT, *asked))
        names = {day: week_of(day) if weeks else day for day in period.days}
        rows: dict[str, Row] = {}
        for name in dict.fromkeys(names.values()):
            of = [day for day, within in names.items() if within == name]
            one = self._figures(
                _all_of(QueueSums, sums, of), _all_of(AgentSums, agents, of), _together(waits, of), queue
            )
            rows[name] = {"week" if weeks else "day": name, **one, "fcr_final": self._settled(max(of))}
        whole = self._figures(
            _all_of(QueueSums, sums, sums),
            _all_of(AgentSums, agents, agents),
            _together(waits, waits),
            queue,
        )
        return {**_head(period), "queue": queue, "rows": list(rows.values()), "total": whole}

    def by_queue(self, period: Period) -> dict[str, Any]:
        """A row for each queue of the settings, and for any other that has figures."""
        with self._database.read(REPORT_S) as connection:
            sums = store.by_queue(connection, period.since, period.until)
            agents = store.by_agent(connection, period.since, period.until)
            members = store.members(connection)
            waits = store.details(connection, WAIT, period.since, period.until)
        rows = []
        for queue in dict.fromkeys([*self.queues, *(name for name in sums if name != LINE)]):
            buckets = {_bound(one.name): one.number for one in waits if one.queue == queue}
            serving = _all_of(AgentSums, agents, members.get(queue, set()))
            rows.append(
                {"queue": queue, **self._figures(sums.get(queue, QueueSums()), serving, buckets, queue)}
            )
        return {**_head(period), "rows": rows}

    def by_agent(self, period: Period, queue: str = LINE) -> dict[str, Any]:
        """A row for each agent (of those who serve the queue now), and the group together."""
        with self._database.read(REPORT_S) as connection:
            sums = store.by_agent(connection, period.since, period.until)
            names, members = store.agent_names(connection), store.members(connection)
        wanted = {agent for agent in {*sums, *names} if queue == LINE or agent in members.get(queue, ())}
        rows = [
            {"agent": agent, "name": names.get(agent, ""), **agent_figures(sums.get(agent, AgentSums()))}
            for agent in sorted(wanted)
        ]
        return {
            **_head(period),
            "queue": queue,
            "rows": rows,
            "total": agent_figures(_all_of(AgentSums, sums, wanted)),
        }

    def _figures(
        self, of: QueueSums, agents: AgentSums, waits: Mapping[int | None, float], queue: str
    ) -> Row:
        goal = self._settings.queues[queue].goal if queue in self._settings.queues else None
        level = measures.service_level(of)
        return {
            **figures(of, bool(queue)),
            "goal": goal.share if goal else None,
            "goal_seconds": goal.answered_within if goal else None,
            "goal_met": None if goal is None or level is None else level >= goal.share,
            "half_within_s": measures.wait_within(dict(waits), HALF),
            "ninety_within_s": measures.wait_within(dict(waits), NEARLY_ALL),
            "occupancy": _rounded(measures.occupancy(agents)),
        }

    def _settled(self, day: str) -> bool:
        """Whether a repeat of that day's calls would be known by now."""
        last = date.fromisoformat(day) + timedelta(days=self._settings.reports.repeat_days)
        return last.isoformat() < self.period(1).until

    # By name ----------------------------------------------------------------------------------------------

    def reasons(self, period: Period, queue: str = LINE) -> dict[str, Any]:
        """Why people called: what agents chose, the step they came from, what was looked up, and what they
        said that no step understood."""
        kinds = (("disposition", DISPOSITION), ("step", REASON), ("fact", FACT), ("question", QUESTION))
        rows: list[Row] = []
        with self._database.read(REPORT_S) as connection:
            for kind, stored in kinds:
                found = self._details(connection, stored, period, queue)
                whole = sum(one.number for one in found)
                rows += [
                    {"kind": kind, "queue": one.queue, "name": one.name, "calls": round(one.number),
                     "share": _rounded(one.number / whole)}
                    for one in found
                ]  # fmt: skip
        return {**_head(period), "queue": queue, "rows": rows}

    def steps(self, period: Period) -> dict[str, Any]:
        """At which steps people ask for a person."""
        with self._database.read(REPORT_S) as connection:
            found = self._details(connection, STEP, period, LINE)
        rows = [
            {
                "step": one.name,
                "visits": round(one.number),
                "asked_for_person": round(one.total),
                "zero_out": _rounded(measures.zero_out(one.total, one.number)),
            }
            for one in found
        ]
        return {**_head(period), "rows": rows}

    def satisfaction(self, period: Period, queue: str = LINE) -> dict[str, Any]:
        """Return what callers keyed in surveys, by queue, revision of the flows and question."""
        with self._database.read(REPORT_S) as connection:
            found = self._details(connection, RATING, period, queue)
        rows = []
        for one in found:
            revision, _, question = one.name.partition(" ")
            mean = measures.satisfaction(one.number, one.total)
            rows.append(
                {"queue": one.queue, "revision": revision, "question": question,
                 "ratings": round(one.number), "mean": _rounded(mean)}
            )  # fmt: skip
        return {**_head(period), "queue": queue, "rows": rows}

    def _details(self, connection: Connection, kind: str, period: Period, queue: str) -> list[store.Detail]:
        return store.details(connection, kind, period.since, period.until, queue or None, MOST_NAMES)


def figures(of: QueueSums, one_queue: bool) -> Row:
    """Counts and measures; see `ivr.acd.measures`. Shares between 0 and 1, times in seconds. Who moves from
    one queue to another is in both lines, and one caller in the line as a whole."""
    return {
        "calls": round(of.calls),
        "in_line": round(of.entered + (of.moved_in if one_queue else 0)),
        "answered": round(of.answered),
        "service_level": _rounded(measures.service_level(of)),
        "speed_of_answer_s": _rounded(measures.speed_of_answer(of), 1),
        "longest_wait_s": round(of.longest_wait_s, 1),
        "abandoned": round(of.abandoned),
        "abandoned_short": round(of.abandoned_short),
        "abandonment": _rounded(measures.abandonment(of)),
        "time_to_abandon_s": _rounded(measures.time_to_abandon(of), 1),
        "talks": round(of.talks),
        "handle_time_s": _rounded(measures.handle_time(of), 1),
        "talk_s": round(of.talk_s),
        "hold_s": round(of.hold_s),
        "wrap_s": round(of.wrap_s),
        "first_contact_resolution": _rounded(measures.first_contact_resolution(of)),
        "containment": _rounded(measures.containment(of)),
        "zero_out": _rounded(measures.zero_out(of.zeroed, of.calls)),
        "promises": round(of.promises),
        "promises_judged": round(of.promises_judged),
        "promises_kept": _rounded(measures.promises_kept(of)),
        "promises_late": round(of.promises_late),
        "callbacks_booked": round(of.callbacks_booked),
        "callbacks_kept": _rounded(measures.callbacks_kept(of)),
        "left_callback": round(of.left_callback),
        "left_voicemail": round(of.left_voicemail),
        "left_otherwise": round(of.left_otherwise),
        "moved_out": round(of.moved_out),
        "voicemails": round(of.voicemails),
    }


def agent_figures(of: AgentSums) -> Row:
    """Return the figures of an agent or a group. Times are in seconds."""
    return {
        "offered": round(of.offered),
        "accepted": round(of.accepted),
        "missed": round(of.missed),
        "declined": round(of.declined),
        "talks": round(of.talks),
        "handle_time_s": _rounded(measures.handle_time(of), 1),
        "occupancy": _rounded(measures.occupancy(of)),
        "on_call_s": round(of.on_call_s),
        "wrap_s": round(of.wrap_s),
        "hold_s": round(of.hold_s),
        "available_s": round(of.available_s),
        "ringing_s": round(of.ringing_s),
        "away_s": round(of.away_s),
        "leave_asked": round(of.leave_asked),
        "names_used": round(of.names_used),
    }


def _head(period: Period) -> Row:
    return {"since": period.since, "until": period.until}


def _all_of(form: Any, sums: Mapping[str, Any], names: Iterable[str]) -> Any:
    whole = form()
    for name in names:
        if name in sums:
            whole = added(whole, sums[name])
    return whole


def _buckets(rows: Iterable[Any]) -> dict[str, dict[int | None, float]]:
    """Answered callers by length of wait, by day."""
    found: dict[str, dict[int | None, float]] = {}
    for day, name, number in rows:
        found.setdefault(day, {})[_bound(name)] = number
    return found


def _together(
    waits: Mapping[str, Mapping[int | None, float]], days: Iterable[str]
) -> dict[int | None, float]:
    whole: dict[int | None, float] = {}
    for day in days:
        for bound, number in waits.get(day, {}).items():
            whole[bound] = whole.get(bound, 0.0) + number
    return whole


def _bound(name: str) -> int | None:
    return int(name) if name.isdigit() else None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongPeriod(f"{text[:20]!r} is no day (write it like 2026-03-02).") from None


def _rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)
