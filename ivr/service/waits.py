"""Where a caller stands and how long it will take, from the floor as it is and the journal as it was.

One look at the floor serves every caller for a second, so the cost of a turn does not grow with the number
of callers waiting. The estimator learns from the journal, also what other processes and earlier runs wrote.
"""

from __future__ import annotations

import logging
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.waits import AgentView, Event, Snapshot, WaitEstimator, Waiting
from ivr.engine.facts import WaitFacts
from ivr.store import floor, journal
from ivr.store.database import Connection
from ivr.store.floor import QueuedRow

log = logging.getLogger(__name__)

FRESH_S = 1.0
FAR_FRESH_S = 5.0
NEAR = 20
RINGING_S = 60.0  # an agent's phone is ringing for this caller
WARM_LINES = 20_000
AGENT_STATES = {
    "available": "idle",
    "offered": "ring",
    "on_call": "talk",
    "wrapping_up": "wrap",
    "away": "pause",
}
SERVING = frozenset({"available", "offered", "on_call", "wrapping_up"})


@dataclass
class _Look:
    """The floor at one instant."""

    at: float
    lines: dict[str, list[Waiting]] = field(default_factory=dict)
    """Callers nobody is being rung for: what the estimator knows as the line."""
    rung: dict[str, set[str]] = field(default_factory=dict)
    """Callers an agent is being rung for, by queue: ahead of everybody, but not for the estimator."""
    places: dict[tuple[str, str], int] = field(default_factory=dict)
    agents: list[AgentView] = field(default_factory=list)
    serving: set[str] = field(default_factory=set)


class WaitBoard:
    """`is_open(queue, now)` tells opening hours, `max_wait(queue)` the longest wait in seconds."""

    def __init__(
        self,
        zone: str,
        queues: list[str],
        is_open: Callable[[str, float], bool],
        max_wait: Callable[[str], float],
        estimator: WaitEstimator | None = None,
    ) -> None:
        self._zone, self._queues = ZoneInfo(zone), queues
        self._is_open, self._max_wait = is_open, max_wait
        self._estimator = estimator or WaitEstimator()
        self._guard = threading.Lock()
        self._cursor: int | None = None
        self._look = _Look(at=float("-inf"))
        self._far: dict[tuple[str, int], tuple[float, tuple[float, float] | None]] = {}
        self._hours: dict[str, tuple[float, bool]] = {}

    def facts(self, connection: Connection, queued: QueuedRow, now: float) -> WaitFacts:
        """What `queued` may be told now."""
        with self._guard:
            self._learn(connection)
            look = self._current_look(connection, now)
            waited = max(0.0, now - queued.entered_at)
            if queued.state == "offered":
                position, estimate = 1, (0.0, RINGING_S)
            else:
                place = self._place(look, queued)
                position = place + 1 + len(look.rung.get(queued.queue, ()))
                estimate = self._estimate(look, queued, place, waited, now)
        staffed = queued.queue in look.serving
        return WaitFacts(
            queue=queued.queue,
            position=position,
            waited=waited,
            staffed=staffed,
            open=self._open(queued.queue, now),
            max_wait=self._max_wait(queued.queue),
            low=estimate[0] if estimate and staffed else None,
            high=estimate[1] if estimate and staffed else None,
        )

    def forget_look(self) -> None:
        """The next question looks at the floor anew (for tests that move in steps under a second)."""
        self._look = _Look(at=float("-inf"))

    def _open(self, queue: str, now: float) -> bool:
        """Hours change on the minute, and a calendar is slow to ask."""
        minute = now // 60 * 60
        known = self._hours.get(queue)
        if known is None or known[0] != minute:
            self._hours[queue] = known = (minute, self._is_open(queue, minute))
        return known[1]

    def _place(self, look: _Look, queued: QueuedRow) -> int:
        """How many waiting callers are served before this one."""
        line = look.lines.setdefault(queued.queue, [])
        if (queued.queue, queued.id) not in look.places:  # joined after the look: by priority, then behind everybody seen
            look.rung.get(queued.queue, set()).discard(queued.id)
            mine = _waiting(queued, self._local(queued.entered_at))
            place = next((i for i, other in enumerate(line) if mine.key < other.key), len(line))
            line.insert(place, mine)
            look.places[queued.queue, queued.id] = place
        place = look.places[queued.queue, queued.id]
        if place < len(line) and line[place].id == queued.id:
            return place
        return next(i for i, other in enumerate(line) if other.id == queued.id)

    def _estimate(
        self, look: _Look, queued: QueuedRow, place: int, waited: float, now: float
    ) -> tuple[float, float] | None:
        """Far back in a long line a place more or less changes nothing: neighbours share one estimate."""
        if place < NEAR:
            return self._asked(look, queued.queue, place, waited, now)
        shared = min(len(look.lines[queued.queue]) - 1, _next_mark(place))
        at, estimate = self._far.get((queued.queue, shared), (float("-inf"), None))
        if not 0 <= now - at < FAR_FRESH_S:
            estimate = self._asked(look, queued.queue, shared, waited, now)
            self._far[queued.queue, shared] = (now, estimate)
        return estimate

    def _asked(
        self, look: _Look, queue: str, place: int, waited: float, now: float
    ) -> tuple[float, float] | None:
        line = look.lines[queue]
        snapshot = Snapshot(self._local(now), line[place], waited, place, line, look.lines, look.agents)
        try:
            estimate = self._estimator.estimate(snapshot)
        except Exception:  # no number is honest; a caller without a turn is not
            log.exception("no estimate for place %d in %s", place, queue)
            return None
        return None if estimate is None else (estimate.low, estimate.high)

    def _current_look(self, connection: Connection, now: float) -> _Look:
        if 0 <= now - self._look.at < FRESH_S:
            return self._look
        look = _Look(at=now)
        for queue in self._queues:
            rows = floor.line(connection, queue)
            waiting = [row for row in rows if row.state == "waiting"]
            look.lines[queue] = [_waiting(row, self._local(row.entered_at)) for row in waiting]
            look.places.update({(queue, row.id): place for place, row in enumerate(waiting)})
            look.rung[queue] = {row.id for row in rows if row.state == "offered"}
        look.agents = self._agents(connection)
        look.serving = {queue for agent in look.agents if agent.state != "pause" for queue in agent.skills}
        self._look = look
        return look

    def _agents(self, connection: Connection) -> list[AgentView]:
        skills: dict[str, list[str]] = defaultdict(list)
        states: dict[str, tuple[str, float]] = {}
        for row in floor.signed_in_agents(connection):
            skills[row.id].append(row.queue)
            states[row.id] = (row.state, row.since)
        offers = floor.live_offers_by_agent(connection)
        views = []
        for agent_id, (state, since) in states.items():
            view = AgentView(agent_id, tuple(skills[agent_id]))
            view.queue, _ = offers.get(agent_id, (None, ""))
            view.state, view.since = AGENT_STATES[state], self._local(since)
            views.append(view)
        return views

    def _learn(self, connection: Connection) -> None:
        if self._cursor is None:
            self._cursor = max(0, journal.last_id(connection) - WARM_LINES)
        rows = journal.after(connection, self._cursor, most=WARM_LINES)
        for row in rows:
            for event in _events(row, self._local(row.at)):
                self._estimator.observe(event)
            self._cursor = row.id

    def _local(self, instant: float) -> float:
        """Seconds whose remainder by a day is the local time of day, as the estimator wants them."""
        offset = datetime.fromtimestamp(instant, self._zone).utcoffset()
        return instant + (offset.total_seconds() if offset else 0.0)


def _next_mark(place: int) -> int:
    """The first of the marks 20, 22, 24 … at or behind `place`, a tenth further apart each."""
    mark = NEAR
    while mark < place:
        mark += max(1, mark // 10)
    return mark


def _waiting(row: QueuedRow, entered: float) -> Waiting:
    key = (-row.priority, row.entered_at, row.id)
    return Waiting(row.id, row.queue, row.priority, entered, "live", key)


def _events(row: Any, at: float) -> list[Event]:
    """Journal line → what the estimator may learn from it."""
    body, agent = row.body or {}, row.agent_id or -1

    def event(kind: str, value: Any) -> list[Event]:
        return [Event(at, kind, row.queue, row.call_sid or -1, agent, float(value or 0.0))]

    match row.kind:
        case "queued":
            return event("enqueue", body.get("priority"))
        case "offered":
            return event("offer", body.get("waited_s"))
        case "connected":
            return event("connect", body.get("waited_s"))
        case "offer_expired":
            return event("noanswer", body.get("rang_s"))
        case "abandoned" | "left":
            return event("abandon", body.get("waited_s"))
        case "talk_ended":
            return event("talk_end", body.get("seconds"))
        case "agent_available" | "agent_away" | "agent_signed_out":
            return _agent_events(row.kind, body, event)
    return []


def _agent_events(kind: str, body: Any, event: Callable[[str, Any], list[Event]]) -> list[Event]:
    was, lasted = body.get("was"), body.get("lasted_s")
    if kind == "agent_signed_out":
        return event("logout", 0)
    if kind == "agent_away":
        return event("login", 0) + event("break", 0) if was == "signed_out" else event("break", 0)
    return event("ready", lasted) if was == "wrapping_up" else event("return", lasted)
