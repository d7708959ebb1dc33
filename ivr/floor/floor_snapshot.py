"""The floor at one instant, as the wait estimator wants it: lines, agents, who is being rung or dialled."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ivr.acd.floor import (
    CALLBACK,
    DIALLING,
    LIVE,
    TO_DIAL,
    Floor,
    FreeAgent,
    WaitingCall,
)
from ivr.acd.floor import skills_wanted as wanted
from ivr.acd.waits import AgentView, WaitingCaller
from ivr.floor.scheduler_health import is_stalled
from ivr.flowfiles.equivalents import equivalents
from ivr.store import announced_estimates, floor
from ivr.store.database import Connection
from ivr.store.floor import FreeRow, QueuedRow, WaitingRow

AGENT_STATES = {
    "available": "idle",
    "offered": "ring",
    "on_call": "talk",
    "wrapping_up": "wrap",
    "away": "pause",
}
LOWEST = -100  # priority of nobody
SOON_S = 900.0  # a place that is served only later than this stands before nobody who waits now
QueueSkills = Callable[[str], Mapping[str, int]]
"""The skills a queue wants of those who serve it: name → least level."""


@dataclass
class FloorSnapshot:
    """The floor at one instant."""

    at: float
    lines: dict[str, list[WaitingCaller]] = field(default_factory=dict)
    """Places nobody is being rung for: what the estimator knows as the line."""
    rung: dict[str, set[str]] = field(default_factory=dict)
    """Places an agent is being rung or kept free for: ahead of everybody, but not for the estimator."""
    agents: list[AgentView] = field(default_factory=list)
    abilities: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """The skills of each agent."""
    serving: dict[str, int] = field(default_factory=dict)
    """How many agents serve a queue now; only queues with any."""
    silent: set[str] = field(default_factory=set)
    """Queues whose numbers were not honest."""
    doubtful: bool = False
    """An outage lasts, or is just over: nobody knows how the floor really is."""
    top: dict[str, int] = field(default_factory=dict)
    """The highest priority in each line."""
    newcomers: dict[str, Any] = field(default_factory=dict)
    """What somebody who joins now would be told, for the queues that were asked about."""

    def place(self, queue: str, waiting: WaitingCaller) -> int | None:
        """How many stand before it in this line; None for who has joined since, or was moved."""
        line = self.lines.get(queue, [])
        place = bisect_left(line, waiting.key, key=_key)
        return place if place < len(line) and line[place].key == waiting.key else None

    def join(self, queue: str, waiting: WaitingCaller) -> int:
        """Add the caller who has joined since, in their place by rank; returns it."""
        line = self.lines.setdefault(queue, [])
        place = bisect_left(line, waiting.key, key=_key)
        line.insert(place, waiting)
        return place

    def free(self, queue: str) -> int:
        return len([agent for agent in self.agents if agent.state == "idle" and queue in agent.skills])

    def able(self, queue: str, wanted: Mapping[str, int]) -> int:
        """How many of those who serve the queue now have these skills too."""
        return sum(
            1
            for agent in self.agents
            if agent.state != "pause"
            and queue in agent.skills
            and has(self.abilities.get(str(agent.id), {}), wanted)
        )


def look_at_floor(
    connection: Connection,
    queues: Iterable[str],
    queue_skills: QueueSkills,
    now: float,
    local: Callable[[float], float],
    before: FloorSnapshot | None = None,
) -> FloorSnapshot:
    """`local` turns an instant into the estimator's time. Of the look `before` those who still stand as they
    stood are taken over."""
    silent = announced_estimates.silent(connection)
    doubtful = announced_estimates.EVERYWHERE in silent or is_stalled(connection, now)
    look = FloorSnapshot(at=now, silent=silent, doubtful=doubtful)
    dialled: list[str] = []
    for queue in queues:
        known = {waiting.id: waiting for waiting in before.lines.get(queue, ())} if before else {}
        dialled += _see_line(look, connection, queue, known, local)
    _see_agents(look, connection, queue_skills, local)
    for queue in dialled:
        _keep_free(look, queue, local(now))
    look.serving = Counter(queue for agent in look.agents if agent.state != "pause" for queue in agent.skills)
    return look


def _see_line(
    look: FloorSnapshot,
    connection: Connection,
    queue: str,
    known: Mapping[str, WaitingCaller],
    local: Callable[[float], float],
) -> list[str]:
    """The queue once for each of its places that is being dialled."""
    line, rung, dialled, top, soon = [], set(), [], LOWEST, look.at + SOON_S
    for name, priority, entered_at, state, kind, rank, not_before in floor.standing(connection, queue):
        if not_before is not None and not_before > soon:
            continue
        top = max(top, priority)
        if state != "waiting" or kind == "dialling":
            rung.add(name)
            dialled += [queue] if state == "waiting" else []
            continue
        waiting = known.get(name)
        if waiting is None or (waiting.key[0], waiting.priority, waiting.kind) != (rank, priority, kind):
            waiting = WaitingCaller(name, queue, priority, local(entered_at), kind, (rank, name))
        line.append(waiting)
    look.lines[queue], look.rung[queue], look.top[queue] = line, rung, top
    return dialled


def waiting_in(row: QueuedRow, entered: float) -> WaitingCaller:
    return WaitingCaller(row.id, row.queue, row.priority, entered, row.kind, (row.rank_at, row.id))


def groups(connection: Connection, queue_skills: QueueSkills) -> dict[str, tuple[str, ...]]:
    """Agent → the queues they serve, for everybody who is signed in. Who lacks what a queue wants of
    everybody does not serve it."""
    served, _ = _served(connection, queue_skills, floor.skills_of_signed_in(connection))
    return {agent: tuple(sorted(queues)) for agent, queues in served.items()}


def _key(waiting: WaitingCaller) -> tuple[float, str]:
    return waiting.key


def has(skills: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    return all(skills.get(name, 0) >= level for name, level in wanted.items())


def _see_agents(
    look: FloorSnapshot, connection: Connection, queue_skills: QueueSkills, local: Callable[[float], float]
) -> None:
    look.abilities = floor.skills_of_signed_in(connection)
    served, states = _served(connection, queue_skills, look.abilities)
    offers = floor.live_offers_by_agent(connection)
    for agent_id, (state, since) in states.items():
        view = AgentView(agent_id, tuple(sorted(served[agent_id])))
        view.queue, _ = offers.get(agent_id, (None, ""))
        view.state, view.since = AGENT_STATES[state], local(since)
        look.agents.append(view)


def _served(
    connection: Connection, queue_skills: QueueSkills, skills: Mapping[str, Mapping[str, int]]
) -> tuple[dict[str, set[str]], dict[str, tuple[str, float]]]:
    """(agent → queues served, agent → state and since)."""
    served: dict[str, set[str]] = defaultdict(set)
    states = {}
    for row in floor.signed_in_agents(connection):
        states[row.id] = (row.state, row.since)
        if has(skills.get(row.id, {}), queue_skills(row.queue)):
            served[row.id].add(row.queue)
    return {agent: served[agent] for agent in states}, states


def _keep_free(look: FloorSnapshot, queue: str, now: float) -> None:
    """A customer is dialled for this queue: an agent who looks idle is as good as rung."""
    for agent in look.agents:
        if agent.state == "idle" and queue in agent.skills:
            agent.state, agent.queue, agent.since = "ring", queue, now
            return


DECLINED_S = 60.0  # for so long, who declined a call is not asked again; then they are, or it might starve


def kind_of_place(kind: str, queue: str, queue_settings: Callable[[str], Any]) -> str:
    """A callback is dialled or offered, as its queue has it."""
    if kind != CALLBACK:
        return kind if kind in (LIVE, DIALLING) else LIVE
    callbacks = queue_settings(queue).callbacks
    return CALLBACK if callbacks is not None and callbacks.first == "agent" else TO_DIAL


class FloorReader:
    """The floor in this transaction. `again_at` is the next moment at which one of the callers that were
    looked at, or an agent for them, may become eligible by time alone. An agent whose phone is not rung for
    the seconds of `refused_for` is not free: offered a call, they would be asked first again and again."""

    def __init__(
        self,
        connection: Connection,
        now: float,
        kind: Callable[[WaitingRow], str],
        refused_for: Callable[[str], float],
    ) -> None:
        self._connection, self._now, self._kind = connection, now, kind
        self.again_at: float | None = None
        free = [one for one in floor.free_agents(connection) if self._can_be_rung(refused_for(one.phone))]
        declined = floor.declined_since(connection, [agent.id for agent in free], now - DECLINED_S)
        self._declined = {place: self._still(by) for place, by in declined.items()}
        self._phones = phones_of(free)
        queues = sorted({queue for agent in free for queue in agent.queues})
        self.floor = Floor(
            now,
            {queue: self._line(queue) for queue in queues},
            [free_agent(agent) for agent in free],
            [self._call(row) for queue in queues for row in floor.dialling(connection, queue)],
        )

    def _can_be_rung(self, refused_for: float) -> bool:
        self._later(self._now + refused_for)
        return refused_for <= 0

    def _line(self, queue: str) -> Iterator[WaitingCall]:
        return map(self._call, floor.waiting_line(self._connection, queue))

    def _still(self, declined: dict[str, float]) -> frozenset[str]:
        """Return the agents who declined and are not to be asked yet. A time still to come is a clock that
        was put back."""
        return frozenset(agent for agent, at in declined.items() if at <= self._now)

    def _call(self, row: WaitingRow) -> WaitingCall:
        rung_by = self._phones.get(row.caller, frozenset()) if row.kind == LIVE else frozenset()
        call = waiting_call(row, self._kind(row), self._declined.get(row.id, frozenset()), rung_by)
        self._later(call.not_before)
        if call.prefer_agent is not None:
            self._later(call.prefer_until)
        if call.declined_by:
            self._later(self._now + DECLINED_S)
        return call

    def _later(self, at: float) -> None:
        if at > self._now and (self.again_at is None or at < self.again_at):
            self.again_at = at


def phones_of(agents: Iterable[Any]) -> dict[str, frozenset[str]]:
    """Number, in each way to write it, → the agents whose phone it is. Who rings the line from it is not rung
    for that call."""
    found: dict[str, set[str]] = {}
    for agent in agents:
        for number in equivalents(agent.phone):
            found.setdefault(number, set()).add(agent.id)
    return {number: frozenset(ids) for number, ids in found.items()}


def waiting_call(
    row: WaitingRow, kind: str, declined_by: frozenset[str], rung_by: frozenset[str] = frozenset()
) -> WaitingCall:
    return WaitingCall(
        row.id,
        row.queue,
        row.rank_at,
        declined_by,
        kind,
        wanted(row.skills),
        row.prefer_agent,
        row.prefer_until or 0.0,
        row.not_before or 0.0,
        rung_by,
    )


def free_agent(row: FreeRow) -> FreeAgent:
    return FreeAgent(row.id, row.queues, row.since, row.skills)
