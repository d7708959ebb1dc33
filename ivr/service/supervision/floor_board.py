"""The floor as supervisors and wallboards see it: looked up once a second, however many look."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ivr.acd import measures
from ivr.acd.at_risk_signals import late_by, signs
from ivr.engine.context import QueueStatus
from ivr.floor.wait_board import WaitBoard
from ivr.settings import Settings
from ivr.store import floor, help_requests, report_figures, supervisions
from ivr.store.database import Connection, Database
from ivr.store.floor import AgentStatusRow, ConversationRow, OpenWork, PlaceRow
from ivr.store.floor.queued_calls import LIVE
from ivr.store.help_requests import HelpRow
from ivr.store.supervisions import SupervisionRow

FRESH_S = 1.0
ESTIMATING_S = 0.08  # of a look: callers' own estimates wait behind ours, so a wide floor's come in turns
WEEK_S = 7 * 86_400.0


@dataclass(frozen=True, slots=True)
class WaitingOnBoard:
    """A caller in line: what they were told, by how much that is over, and what speaks for stepping in."""

    place: PlaceRow
    late_s: float | None
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueueOnBoard:
    """One queue. `longest_since` is the entry of whoever waits longest; `callbacks` keep places in it."""

    name: str
    waiting: tuple[WaitingOnBoard, ...]
    callbacks: int
    line: QueueStatus

    @property
    def longest_since(self) -> float | None:
        return min((one.place.entered_at for one in self.waiting), default=None)


@dataclass(frozen=True, slots=True)
class FloorStatus:
    """Everything at one instant."""

    at: float
    people: tuple[AgentStatusRow, ...] = ()
    talks: Mapping[str, ConversationRow] = field(default_factory=dict)
    """Agent → whom they talk to, or are being rung for."""
    talk_signs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    queues: tuple[QueueOnBoard, ...] = ()
    work: tuple[OpenWork, ...] = ()
    helps: tuple[HelpRow, ...] = ()
    supervisions: tuple[SupervisionRow, ...] = ()
    trouble: str = ""
    """What the carrier refuses, in a sentence."""


class FloorBoard:
    """One look serves everybody for a second. What a caller did is read again only after they did it."""

    def __init__(
        self, database: Database, clock: Callable[[], float], settings: Settings, waits: WaitBoard
    ) -> None:
        self._database, self._clock, self._settings, self._waits = database, clock, settings, waits
        self._guard = threading.Lock()
        self._look = FloorStatus(float("-inf"))
        self._asked: dict[str, tuple[int, int]] = {}
        self._called: dict[str, int] = {}
        self._lines: dict[str, QueueStatus] = {}
        self.trouble: Callable[[], str] = str

    def look(self, fresh: bool = False) -> FloorStatus:
        """The floor, at most a second old; `fresh` after a change of one's own."""
        with self._guard:
            now = self._clock()
            if fresh or not 0 <= now - self._look.at < FRESH_S:
                with self._database.read() as connection:
                    self._look = self._looked(connection, now)
            return self._look

    def _looked(self, connection: Connection, now: float) -> FloorStatus:
        places = floor.places_in_line(connection)
        talks = floor.open_offers(connection)
        people = floor.everybody_at_work(connection)
        names = self._names(places)
        self._estimate(connection, names, now)
        callers = {place.call_sid: (place.caller, place.turn) for place in places}
        callers |= {talk.call_sid: (talk.caller, talk.turn) for talk in talks}
        self._learn(connection, callers, now)
        return FloorStatus(
            now,
            tuple(sorted(people, key=lambda one: (one.name.casefold(), one.id))),
            {talk.agent_id: talk for talk in talks},
            {talk.call_sid: tuple(signs(**self._habits(talk.call_sid))) for talk in talks},
            tuple(self._queue(name, places, people, now) for name in names),
            tuple(floor.open_work(connection, self._settings.queues)),
            tuple(help_requests.open_ones(connection)),
            tuple(supervisions.live(connection)),
            self.trouble(),
        )

    def _names(self, places: list[PlaceRow]) -> list[str]:
        """Those of the settings, in their order, and any other in which somebody still waits."""
        return list(dict.fromkeys([*self._settings.queues, *(place.queue for place in places)]))

    def _estimate(self, connection: Connection, names: list[str], now: float) -> None:
        """Estimate a newcomer's wait: for all queues, or for those that were estimated longest ago."""
        begun = time.perf_counter()
        known = {name: self._lines[name] for name in self._lines if name in names}
        for name in [*(name for name in names if name not in known), *known]:
            known.pop(name, None)
            known[name] = self._waits.line(connection, name, now)  # the newest stands last
            if time.perf_counter() - begun > ESTIMATING_S:
                break
        self._lines = known

    def _queue(
        self, name: str, places: list[PlaceRow], people: list[AgentStatusRow], now: float
    ) -> QueueOnBoard:
        mine = [place for place in places if place.queue == name]
        live = [place for place in mine if place.kind == LIVE]
        agents = sum(1 for person in people if person.state != "away" and name in person.queues)
        line = replace(self._lines.get(name, QueueStatus()), agents=agents, staffed=agents > 0)
        if not agents:
            line = replace(line, low=None, high=None, point=None)
        return QueueOnBoard(name, tuple(self._one(place, now) for place in live), len(mine) - len(live), line)

    def _one(self, place: PlaceRow, now: float) -> WaitingOnBoard:
        late = late_by(place.promise, now)
        goal = self._settings.queue(place.queue).goal.answered_within
        found = signs(
            **self._habits(place.call_sid), waited_s=now - place.entered_at, goal_s=goal, late_s=late
        )
        return WaitingOnBoard(place, late, tuple(found))

    def _habits(self, sid: str) -> dict[str, int]:
        return {"asked": self._asked.get(sid, (0, 0))[1], "called": self._called.get(sid, 0)}

    def _learn(self, connection: Connection, here: Mapping[str, tuple[str, int]], now: float) -> None:
        """How often they asked for a person, when their call has moved; how often they called, once."""
        moved = [sid for sid, (_, turn) in here.items() if self._asked.get(sid, (-1, 0))[0] != turn]
        counts = floor.times_asked(connection, moved)
        self._asked = {sid: known for sid, known in self._asked.items() if sid in here}
        self._asked.update({sid: (here[sid][1], counts.get(sid, 0)) for sid in moved})
        new = {sid: caller for sid, (caller, _) in here.items() if sid not in self._called}
        numbers = {caller for caller in new.values() if caller.startswith("+")}
        called = floor.times_called(connection, numbers, now - WEEK_S)
        self._called = {sid: times for sid, times in self._called.items() if sid in here}
        self._called.update({sid: called.get(caller, 0) for sid, caller in new.items()})


@dataclass(frozen=True, slots=True)
class QueueToday:
    """`level` is None while nobody counts; shares are between 0 and 1, times in seconds."""

    level: float | None
    goal: float
    goal_s: float
    answered: int
    abandoned: int

    @property
    def met(self) -> bool | None:
        return None if self.level is None else self.level >= self.goal


class QueueFigures:
    """One look serves everybody for a second."""

    def __init__(self, database: Database, clock: Callable[[], float], settings: Settings) -> None:
        self._database, self._clock, self._settings = database, clock, settings
        self._zone = ZoneInfo(settings.timezone)
        self._guard = threading.Lock()
        self._seen: tuple[float, Mapping[str, QueueToday]] = (float("-inf"), {})

    def figures(self) -> Mapping[str, QueueToday]:
        """By queue of the settings."""
        with self._guard:
            now = self._clock()
            if not 0 <= now - self._seen[0] < FRESH_S:
                self._seen = now, self._looked(now)
            return self._seen[1]

    def _looked(self, now: float) -> Mapping[str, QueueToday]:
        day = datetime.fromtimestamp(now, self._zone).date().isoformat()
        with self._database.read() as connection:
            sums = report_figures.by_queue(connection, day, day)
        found = {}
        for name, queue in self._settings.queues.items():
            of, goal = sums.get(name), queue.goal
            level = measures.service_level(of) if of else None
            answered, abandoned = (round(of.answered), round(of.abandoned)) if of else (0, 0)
            found[name] = QueueToday(level, goal.share, goal.answered_within, answered, abandoned)
        return found
