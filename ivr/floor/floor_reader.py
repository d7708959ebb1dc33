"""The floor as matching sees it, read in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
from ivr.flowfiles.equivalents import equivalents
from ivr.store import floor
from ivr.store.database import Connection
from ivr.store.floor import FreeRow, WaitingRow

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
