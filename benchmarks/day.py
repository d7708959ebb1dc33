"""A made-up day on the floor: callers, agents and callbacks, decided by the product's own matching.

No database, no telephones: what the service writes to its journal is written to `journal`, so that the wait
estimator learns from it as it does in the house. The same seed gives the same day.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from benchmarks.traffic import POINT_S, Agent, Place, Traffic
from ivr.acd.floor import (
    CALLBACK,
    DIALLING,
    LIVE,
    TO_DIAL,
    CallbackDial,
    Floor,
    FreeAgent,
    Match,
    WaitingCall,
)
from ivr.acd.matching import match, rank
from ivr.store.journal import JournalRow

RING_S, DIAL_S, RETRY_S, ATTEMPTS = 20.0, 25.0, 600.0, 3
GERMAN = (("german", 1),)


@dataclass
class Day:
    seed: int
    traffic: Traffic = field(default_factory=Traffic)
    begins: float = 0.0

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)
        self.now = self.begins
        self.lines: dict[str, list[tuple[float, str]]] = {"billing": [], "support": []}
        self.places: dict[str, Place] = {}
        self.callbacks: dict[tuple[str, str], str] = {}
        self.journal: list[JournalRow] = []
        self.calls = 0
        self._events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self._order, self._names = count(), count()
        self.agents = {agent.id: agent for agent in map(self._hired, range(self.traffic.agents))}

    def _hired(self, number: int) -> Agent:
        served = ({"support": 1}, {"billing": 1}, {"support": 1, "billing": 2})[number % 3]
        skills = {"german": 1} if number % 4 == 0 else {}
        return Agent(f"desk-{number:02}", dict(served), skills, since=self.begins)

    # The day --------------------------------------------------------------------------------------------

    def run(self, seconds: float) -> Day:
        """Callers come for so long; then everybody who waits is served or goes."""
        for agent in self.agents.values():
            self._at(self.chance.random(), self._available, agent)
        self._at(self._pause(), self._caller_comes, self.now + seconds)
        while self._events:
            at, _, happens, arguments = heappop(self._events)
            self.now = max(self.now, at)
            happens(*arguments)
            self.after_event()
        return self

    def after_event(self) -> None:
        """For those who watch."""

    def decided(self, floor: Floor, decisions: list[Match | CallbackDial]) -> None:
        """For those who watch: what was decided, before it is carried out."""

    def joined(self, place: Place) -> None:
        """For those who watch: somebody on the phone has joined."""

    def _at(self, after: float, happens: Callable[..., None], *arguments: Any) -> None:
        heappush(self._events, (self.now + after, next(self._order), happens, arguments))

    def _pause(self) -> float:
        return self.chance.expovariate(1.0 / self.traffic.every)

    def _note(self, kind: str, /, call: str = "", agent: str = "", queue: str = "", **body: Any) -> None:
        self.journal.append(JournalRow(self.now, kind, call or None, agent or None, queue or None, body))

    # Callers --------------------------------------------------------------------------------------------

    def _caller_comes(self, until: float) -> None:
        if self.now < until:
            self._at(self._pause(), self._caller_comes, until)
        self.calls += 1
        chance = self.chance
        queue = chance.choice(("support", "support", "billing"))
        priority = int(chance.random() < self.traffic.urgent)
        back = self.calls > 50 and chance.random() < self.traffic.repeats
        number = f"+1415555{chance.randrange(self.calls) if back else self.calls:04}"
        skills = GERMAN if chance.random() < self.traffic.german else ()
        name = f"CA{self.seed:02}{next(self._names):06}"
        entered, ranked = self.now, rank(self.now, priority, POINT_S)
        booked = self.callbacks.get((number, queue))
        if booked is not None and self._may_merge(self.places[booked]):
            before = self.places[booked]  # whoever rings back resumes exactly there
            entered, ranked, priority, skills = (
                before.entered_at, before.call.rank, before.priority, before.call.skills,
            )  # fmt: skip
            self._note("callback_merged", booked, queue=queue)
            self._leave(before, "merged")
        call = WaitingCall(name, queue, ranked, skills=skills)
        place = Place(call, number, entered, priority)
        self._join(place)
        self.joined(place)
        self._at(chance.expovariate(1.0 / self.traffic.patience), self._hangs_up, name)
        if chance.random() < self.traffic.books:
            self._at(90.0, self._books, name)
        self._dispatch()

    @staticmethod
    def _may_merge(place: Place) -> bool:
        return place.call.kind in (TO_DIAL, CALLBACK) and place.agent is None

    def _join(self, place: Place, **body: Any) -> None:
        self.places[place.id] = place
        insort(self.lines[place.call.queue], (place.call.rank, place.id))
        kept = {"entered_at": place.entered_at, "rank_at": place.call.rank, "priority": place.priority}
        self._note("queued", place.id, queue=place.call.queue, **kept, **body)

    def _leave(self, place: Place, how: str, reason: str = "") -> None:
        """Out of the line for good."""
        assert not place.ended, f"{place.id} ended twice: {place.ended}, {how}"
        place.ended = how
        line = self.lines[place.call.queue]
        del line[bisect_left(line, (place.call.rank, place.id))]
        if place.id.startswith("cb-"):
            del self.callbacks[place.number, place.call.queue]
        if how != "answered":
            waited = self.now - place.entered_at
            kind = "abandoned" if how == "abandoned" else "left"
            self._note(kind, place.id, queue=place.call.queue, reason=reason or how, waited_s=waited)

    def _hangs_up(self, name: str) -> None:
        place = self.places[name]
        if place.ended:
            return
        if place.agent is not None:
            self._available(self.agents[place.agent])
        self._leave(place, "abandoned")
        self._dispatch()

    def _books(self, name: str) -> None:
        """A callback keeps the place; one for each number and queue."""
        place = self.places[name]
        key = place.number, place.call.queue
        if place.ended or place.agent is not None or key in self.callbacks:
            return
        self._leave(place, "booked", "callback")
        kind = TO_DIAL if place.call.queue == "support" else CALLBACK
        call = replace(place.call, id=f"cb-{self.seed:02}{next(self._names):06}", kind=kind)
        self.callbacks[key] = call.id
        self._note("callback_booked", name, queue=call.queue, call_sid=call.id, chosen_at=None)
        self._join(Place(call, place.number, place.entered_at, place.priority), kind="callback")
        self._dispatch()

    # Decisions ------------------------------------------------------------------------------------------

    def _dispatch(self) -> None:
        free = [
            FreeAgent(agent.id, agent.queues, agent.since, agent.skills)
            for agent in self.agents.values()
            if agent.state == "available"
        ]
        if not free:
            return
        dialling = [place.call for place in self._standing() if place.call.kind == DIALLING]
        floor = Floor(self.now, {queue: self._line(queue) for queue in self.lines}, free, dialling)
        decisions = match(floor)
        self.decided(floor, decisions)
        for decision in decisions:
            place = self.places[decision.call.id]
            if isinstance(decision, CallbackDial):
                self._dial(place)
            else:
                self._offer(place, self.agents[decision.agent.id])

    def _standing(self) -> list[Place]:
        if not self.callbacks:
            return []
        return [self.places[name] for name in self.callbacks.values()]

    def _line(self, queue: str) -> Any:
        for _, name in self.lines[queue]:
            place = self.places[name]
            if place.agent is None and place.call.kind != DIALLING:
                yield place.call

    def _offer(self, place: Place, agent: Agent) -> None:
        place.agent = agent.id
        self._to(agent, "offered", place.call.queue)
        waited = self.now - place.entered_at
        self._note("offered", place.id, agent.id, place.call.queue, waited_s=waited)
        luck = self.chance.random()
        if luck < self.traffic.missed / 2:
            self._at(RING_S, self._refused, place.id, agent, "expired")
        elif luck < self.traffic.missed:
            self._at(3.0, self._refused, place.id, agent, "declined")
        else:
            self._at(2.0 + 5.0 * self.chance.random(), self._accepted, place.id, agent)

    def _refused(self, name: str, agent: Agent, how: str) -> None:
        place = self.places[name]
        if place.ended or place.agent != agent.id:
            return
        place.agent = None
        if how == "declined":
            place.call = replace(place.call, declined_by=place.call.declined_by | {agent.id})
            self._at(60.0, self._may_be_asked_again, name, agent.id)
        self._to(agent, "away")
        self._note(f"offer_{how}", name, agent.id, place.call.queue)
        self._at(60.0 + 60.0 * self.chance.random(), self._available, agent)
        self._dispatch()

    def _may_be_asked_again(self, name: str, agent_id: str) -> None:
        place = self.places[name]
        place.call = replace(place.call, declined_by=place.call.declined_by - {agent_id})
        self._dispatch()

    def _accepted(self, name: str, agent: Agent) -> None:
        place = self.places[name]
        if place.ended or place.agent != agent.id:
            return
        self._to(agent, "on_call", place.call.queue)
        waited = self.now - place.entered_at
        self._note("connected", name, agent.id, place.call.queue, waited_s=waited)
        self._leave(place, "answered")
        seconds = self.chance.lognormvariate(0.0, 0.7) * self.traffic.talk
        self._at(seconds, self._talk_ends, name, agent, place.call.queue, seconds)

    def _talk_ends(self, name: str, agent: Agent, queue: str, seconds: float) -> None:
        self._note("talk_ended", name, agent.id, queue, seconds=seconds)
        self._to(agent, "wrapping_up", queue)
        self._at(self.traffic.wrap * (0.5 + self.chance.random()), self._wrapped_up, agent)

    def _wrapped_up(self, agent: Agent) -> None:
        if self.chance.random() < (self.traffic.talk + self.traffic.wrap) / self.traffic.break_every:
            self._to(agent, "away")
            self._at(300.0 + 300.0 * self.chance.random(), self._available, agent)
        else:
            self._available(agent)

    def _available(self, agent: Agent) -> None:
        self._to(agent, "available")
        self._dispatch()

    def _to(self, agent: Agent, state: str, queue: str | None = None) -> None:
        was, lasted = agent.state, self.now - agent.since
        agent.state, agent.since, agent.queue = state, self.now, queue
        if state in ("available", "away"):
            self._note(f"agent_{state}", agent=agent.id, was=was, lasted_s=lasted)

    # Callbacks ------------------------------------------------------------------------------------------

    def _dial(self, place: Place) -> None:
        place.attempts += 1
        place.call = replace(place.call, kind=DIALLING)
        self._note("callback_dialled", place.id, queue=place.call.queue, attempt=place.attempts)
        self._at(4.0 + DIAL_S * self.chance.random(), self._picked_up_or_not, place.id)

    def _picked_up_or_not(self, name: str) -> None:
        place = self.places[name]
        if self.chance.random() < 0.75:
            place.call = replace(place.call, kind=LIVE)
        else:
            self._note("callback_not_reached", name, queue=place.call.queue, why="no-answer")
            if place.attempts == ATTEMPTS:
                self._note("callback_expired", name, queue=place.call.queue)
                self._leave(place, "expired")
            else:
                place.call = replace(place.call, kind=TO_DIAL, not_before=self.now + RETRY_S)
                self._at(RETRY_S, self._dispatch)
        self._dispatch()
