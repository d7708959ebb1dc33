"""Where a caller stands and how long it will take, from the floor as it is and the journal as it was.

One look at the floor serves every caller for a second, so the cost of a turn does not grow with the number
of callers waiting. The estimator learns from the journal, also what other processes and earlier runs wrote.
Each estimate becomes a journal line itself (`estimated`), to be held against what comes of it. Where the
record says that numbers were not honest, none is given: only the position.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.waits import Estimate, JournalReader, Snapshot, StatedEstimate, WaitEstimator, WaitingCaller
from ivr.acd.waits.journal_events import ESTIMATED, KINDS, number
from ivr.engine.context import QueueStatus, WaitContext
from ivr.floor.floor_snapshot import FloorSnapshot, QueueSkills, groups, look_at_floor, waiting_in
from ivr.settings import Settings
from ivr.store import announced_estimates
from ivr.store.database import Connection
from ivr.store.floor import QueuedRow
from ivr.store.journal import JournalRow

log = logging.getLogger(__name__)

FORM = 2  # of what is kept; another form is not read, and the journal's last lines are learnt instead
LEARNT_KINDS = (*KINDS, ESTIMATED)
AT_ONCE = 500  # lines: what a caller's turn may pay for
FAR_BEHIND = 5_000  # lines, of all kinds: it is quicker to take what another process has kept
FIRST_LINES = 20_000  # of the journal's end, where nothing was kept


class WaitLearning:
    """An estimator that has read the journal up to `cursor`; None before the first look."""

    def __init__(self, zone: ZoneInfo, estimator: WaitEstimator | None = None) -> None:
        self._zone = zone
        self.estimator = estimator or WaitEstimator()
        self._reader = JournalReader(self.local)
        self.cursor: int | None = None

    def local(self, instant: float) -> float:
        """Seconds whose remainder by a day is the local time of day, as the estimator wants them."""
        try:
            offset = datetime.fromtimestamp(instant, self._zone).utcoffset()
        except (ValueError, OverflowError, OSError):  # no such instant: a clock from another world
            return instant
        return instant + (offset.total_seconds() if offset else 0.0)

    def catch_up(self, connection: Connection, now: float, most: int = AT_ONCE) -> bool:
        """Learn from at most so many lines; True when there are more."""
        if self.cursor is None:
            top = announced_estimates.settled(connection, 0, now)
            if not self._take_over(connection):
                self.cursor = max(0, top - FIRST_LINES)
        top = announced_estimates.settled(connection, self.cursor or 0, now)
        if top - (self.cursor or 0) > FAR_BEHIND:
            self._take_over(connection)
        rows = announced_estimates.lines(connection, self.cursor or 0, top, LEARNT_KINDS, most)
        for row in rows:
            self._learn(row)
        more = len(rows) == most
        self.cursor = rows[-1].id if more else max(top, self.cursor or 0)
        return more

    def state(self) -> dict[str, Any]:
        """Everything learnt so far, as plain JSON values."""
        return {"estimator": self.estimator.dump(), "reader": self._reader.dump()}

    def notice(self, connection: Connection, queue_skills: QueueSkills, now: float) -> None:
        """Note the agents who are signed in, for the profile of the day's staffing."""
        self.estimator.notice(groups(connection, queue_skills), self.local(now))

    def _take_over(self, connection: Connection) -> bool:
        """Go on from what was kept, if that is further than we are."""
        upto = announced_estimates.learnt_upto(connection, FORM)
        if upto is None or (self.cursor is not None and upto <= self.cursor):
            return False
        found = announced_estimates.learnt(connection, FORM)
        estimator, reader = WaitEstimator(), JournalReader(self.local)
        try:
            upto, state = found or (upto, {})
            estimator.load(state["estimator"])
            reader.load(state["reader"])
        except (KeyError, TypeError, ValueError, AttributeError):
            log.exception("what was learnt about waits cannot be read: learning it from the journal again")
            return False
        self.estimator, self._reader, self.cursor = estimator, reader, upto
        return True

    def _learn(self, row: Any) -> None:
        try:
            if row.kind == ESTIMATED:
                said = said_in(row.body or {})
                if said is not None and row.call_sid:
                    self.estimator.said(row.call_sid, said)
                return
            for event in self._reader.events(row):
                self.estimator.observe(event)
        except Exception:  # one line from nowhere must not leave every caller without a turn
            log.exception("journal line %s teaches nothing", row.id)


def said_in(body: Mapping[str, Any]) -> StatedEstimate | None:
    """Return the model's prediction from a line `estimated`."""
    model = body.get("model")
    if not isinstance(model, list) or len(model) != len(StatedEstimate._fields) - 1:
        return None
    return StatedEstimate(number(body.get("waited_s")), *map(number, model))


FRESH_S = 1.0
OLDEST_S = 5.0  # a look that nobody may rely on any more
FAR_FRESH_S = 5.0
NEAR = 20
LONGEST_S = 86_400.0
JUST_JOINED_S = 2.0
RINGING_S = 60.0  # an agent's phone is ringing for this caller


@dataclass(frozen=True, slots=True)
class _Answer:
    """A range in seconds. `said` is what its outcome teaches; None where it was made for a neighbour."""

    low: float
    high: float
    point: float | None = None
    said: StatedEstimate | None = None


class WaitBoard:
    """`is_open(queue, now)` tells opening hours, `max_wait(queue)` the longest wait in seconds,
    `skills(queue)` what it wants of its agents."""

    def __init__(
        self,
        zone: str,
        queues: list[str],
        is_open: Callable[[str, float], bool],
        max_wait: Callable[[str], float],
        skills: QueueSkills,
        estimator: WaitEstimator | None = None,
    ) -> None:
        self._queues, self._skills = queues, skills
        self._is_open, self._max_wait = is_open, max_wait
        self._learning = WaitLearning(ZoneInfo(zone), estimator)
        self._local = self._learning.local
        self._guard, self._looking = threading.Lock(), threading.Lock()
        self._look, self._behind = FloorSnapshot(at=float("-inf")), False
        self._far: dict[tuple[str, int], tuple[float, _Answer | None]] = {}
        self._hours: dict[str, tuple[float, bool]] = {}
        self.nobody_can_be_rung: Callable[[float], bool] = lambda _now: False

    def facts(
        self, connection: Connection, queued: QueuedRow, now: float, lines: list[JournalRow] | None = None
    ) -> WaitContext:
        """Return what may be announced to `queued` now. The estimate behind it is added to `lines`, which
        this transaction writes to the journal: once, however often the turn asks."""
        waited = max(0.0, now - queued.entered_at)
        self._look_anew(connection, now)
        with self._guard:
            look = self._look
            position, answer = self._stands(look, queued, waited, now)
            able, silent = self._able(look, queued), queued.queue in look.silent
        if able < look.serving.get(queued.queue, 0) or look.doubtful:
            answer = None  # where not everybody who serves the queue can take it, no number would be honest
        staffed = able > 0 and not self.nobody_can_be_rung(now)
        if answer is not None and staffed and lines is not None and not _is_noted(lines, queued):
            lines.append(_noted(queued, now, waited, position, answer, silent))
        told = answer if staffed and not silent else None
        return WaitContext(
            queue=queued.queue,
            position=position,
            waited=waited,
            staffed=staffed,
            open=self._open(queued.queue, now),
            max_wait=self._max_wait(queued.queue),
            low=told.low if told else None,
            high=told.high if told else None,
            point=told.point if told else None,
            agents=able,
            firm=queued.priority >= look.top.get(queued.queue, queued.priority),
            ringing=queued.state == "offered",
        )

    def line(self, connection: Connection, queue: str, now: float) -> QueueStatus:
        """A queue as somebody finds it who is not in it. One estimate for each look at the floor."""
        self._look_anew(connection, now)
        with self._guard:
            look = self._look
            ahead = look.lines.get(queue, [])
            if queue not in look.newcomers:
                look.newcomers[queue] = self._newcomer(look, queue, ahead, now)
            waiting = len(ahead) + len(look.rung.get(queue, ()))
        staffed = queue in look.serving and not self.nobody_can_be_rung(now)
        silent = queue in look.silent or look.doubtful
        told = look.newcomers[queue] if staffed and not silent else None
        ends = (told.low, told.high, told.point) if told else (None, None, None)
        return QueueStatus(waiting, look.serving.get(queue, 0), staffed, self._open(queue, now), False, *ends)

    @staticmethod
    def _able(look: FloorSnapshot, queued: QueuedRow) -> int:
        """How many at work may take this call."""
        if not queued.skills:
            return look.serving.get(queued.queue, 0)
        return look.able(queued.queue, queued.skills)

    def _newcomer(
        self, look: FloorSnapshot, queue: str, ahead: list[WaitingCaller], now: float
    ) -> _Answer | None:
        if len(ahead) < look.free(queue):
            return _Answer(0.0, RINGING_S)
        me = WaitingCaller("", queue, 0, self._local(now), "live", (now, ""))
        joined = replace(look, lines={**look.lines, queue: [*ahead, me]})
        return self._asked(joined, queue, len(ahead), 0.0, now)

    def forget_look(self) -> None:
        """The next question looks at the floor anew (for tests that move in steps under a second)."""
        self._look = FloorSnapshot(at=float("-inf"))

    def _stands(
        self, look: FloorSnapshot, queued: QueuedRow, waited: float, now: float
    ) -> tuple[int, _Answer | None]:
        """(position, estimate). Who has an agent's phone ringing is next; who talks waits for nobody."""
        if queued.state == "talking":
            return 1, None
        if queued.state == "offered":
            return 1, _Answer(0.0, RINGING_S)
        place = self._place(look, queued)
        if waited < JUST_JOINED_S and place < look.free(queued.queue):
            return 1, _Answer(0.0, RINGING_S)  # dispatch comes after this turn, and will ring for them
        position = place + 1 + len(look.rung.get(queued.queue, ()))
        return position, self._estimate(look, queued, place, waited, now)

    def _open(self, queue: str, now: float) -> bool:
        """Hours change on the minute, and a calendar is slow to ask."""
        minute = now // 60 * 60
        known = self._hours.get(queue)
        if known is None or known[0] != minute:
            self._hours[queue] = known = (minute, self._is_open(queue, minute))
        return known[1]

    def _place(self, look: FloorSnapshot, queued: QueuedRow) -> int:
        """How many waiting callers are served before this one."""
        mine = waiting_in(queued, self._local(queued.entered_at))
        place = look.place(queued.queue, mine)
        if place is not None:
            return place
        look.rung.get(queued.queue, set()).discard(queued.id)
        return look.join(queued.queue, mine)

    def _estimate(
        self, look: FloorSnapshot, queued: QueuedRow, place: int, waited: float, now: float
    ) -> _Answer | None:
        """Far back in a long line a place more or less changes nothing: neighbours share one estimate."""
        if place < NEAR:
            return self._asked(look, queued.queue, place, waited, now)
        shared = min(len(look.lines[queued.queue]) - 1, _next_mark(place))
        at, estimate = self._far.get((queued.queue, shared), (float("-inf"), None))
        if not 0 <= now - at < FAR_FRESH_S:
            estimate = self._asked(look, queued.queue, shared, waited, now)
            self._far[queued.queue, shared] = (now, estimate)
        return estimate and replace(estimate, said=None)

    def _asked(
        self, look: FloorSnapshot, queue: str, place: int, waited: float, now: float
    ) -> _Answer | None:
        line = look.lines[queue]
        snapshot = Snapshot(self._local(now), line[place], waited, place, line, look.lines, look.agents)
        try:
            found = self._learning.estimator.predict(snapshot)
        except Exception:  # no number is honest; a caller without a turn is not
            log.exception("no estimate for place %d in %s", place, queue)
            return None
        return found and _sensible(*found)

    def _look_anew(self, connection: Connection, now: float) -> None:
        """Once a second, and one thread at a time: the others make do with the look before, if it is not too
        old. Where there is more to learn, the next question looks again."""
        age = now - self._look.at
        if 0 <= age < FRESH_S and not self._behind:
            return
        if not self._looking.acquire(blocking=not 0 <= age < OLDEST_S):
            return
        try:
            if 0 <= now - self._look.at < FRESH_S and not self._behind:
                return  # somebody else has just looked
            look = look_at_floor(connection, self._queues, self._skills, now, self._local, self._look)
            with self._guard:
                self._behind = self._learn(connection, look, now)
                self._look = look
        finally:
            self._looking.release()

    def _learn(self, connection: Connection, look: FloorSnapshot, now: float) -> bool:
        """Read a stretch of the journal; True when there is more. A fault in what was learnt silences numbers
        (see `_asked`), never a caller."""
        more = self._learning.catch_up(connection, now)
        self._learning.estimator.notice(
            {str(agent.id): tuple(agent.skills) for agent in look.agents}, self._local(now)
        )
        return more


def _next_mark(place: int) -> int:
    """The first of the marks 20, 22, 24 … at or behind `place`, a tenth further apart each."""
    mark = NEAR
    while mark < place:
        mark += max(1, mark // 10)
    return mark


def _sensible(estimate: Estimate, said: StatedEstimate) -> _Answer | None:
    """No estimate rather than a wrong one."""
    low, high, point = estimate.low, estimate.high, estimate.point
    if not (isfinite(point) and 0.0 <= low <= high < LONGEST_S):
        return None
    return _Answer(low, high, point, said)


def _is_noted(lines: list[JournalRow], queued: QueuedRow) -> bool:
    return any(
        line.kind == ESTIMATED and (line.call_sid, line.queue) == (queued.call_sid, queued.queue)
        for line in lines
    )


def _noted(
    queued: QueuedRow, now: float, waited: float, position: int, answer: _Answer, silent: bool
) -> JournalRow:
    """The line from which every process learns, once it is known how long the wait was."""
    body: dict[str, Any] = {
        "waited_s": round(waited, 3),
        "position": position,
        "low_s": round(answer.low, 1),
        "high_s": round(answer.high, 1),
        "point_s": None if answer.point is None else round(answer.point, 1),
    }
    if answer.said is not None:
        body["model"] = [round(value, 4) for value in answer.said[1:]]
    if silent:
        body["silent"] = True
    return JournalRow(now, ESTIMATED, queued.call_sid, None, queued.queue, body)


def wait_board(settings: Settings) -> WaitBoard:
    def is_open(queue: str, now: float) -> bool:
        calendar = settings.queue(queue).calendar
        return calendar is None or settings.calendars[calendar].at(datetime.fromtimestamp(now, UTC)).open

    return WaitBoard(
        settings.timezone,
        sorted(settings.queues),
        is_open,
        lambda queue: settings.queue(queue).max_wait_minutes * 60.0,
        lambda queue: settings.queue(queue).skills,
    )
