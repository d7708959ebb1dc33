"""Dispatch: look at the floor, decide, claim. A job of its own: whoever commits last sees everybody.

The decision is `ivr.acd.matching.match`; what makes callers wait for a moment (a preferred agent, a time
before which they are not to be served, an agent who has just declined) brings the job back at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

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
from ivr.acd.floor import skills_wanted as wanted
from ivr.acd.matching import match
from ivr.flowfiles.equivalents import equivalents
from ivr.service.carrier_refusals import CALLS, CarrierRefusals
from ivr.service.offers import Offers
from ivr.service.transaction import Transaction, Transactions
from ivr.service.worker import Retry
from ivr.store import floor
from ivr.store.database import Connection
from ivr.store.floor import FreeRow, QueuedRow, WaitingRow
from ivr.store.jobs import Job

LOST_CLAIM_RETRY_S = 0.2
MOST_ROUNDS = 50  # of matching in one transaction
DECLINED_S = 60.0  # for so long, who declined a call is not asked again; then they are, or it might starve


class Dispatcher:
    """Gives waiting calls to free agents.

    `queue_settings(name)` tells who is on the phone first in a callback. Where that is the customer, `dial`
    is given the place when its turn has come; False when it was taken a moment ago. While the carrier refuses
    our calls nobody is offered one; when it is tried again, one is offered before all are.
    """

    def __init__(
        self,
        transactions: Transactions,
        offers: Offers,
        queue_settings: Callable[[str], Any],
        dial: Callable[[Transaction, QueuedRow], bool],
        refusals: CarrierRefusals,
    ) -> None:
        self._transactions, self._offers, self._refusals = transactions, offers, refusals
        self._queue, self._dial = queue_settings, dial

    def __call__(self, _job: Job) -> Retry | None:
        with self._transactions.database.read() as connection:
            if not floor.anybody_available(connection):
                return None
        pause = self._refusals.calls_pause()
        if pause > 0:
            return Retry(pause, timer=True)
        with self._transactions.begin() as tx:
            floor.one_at_a_time(tx.connection)
            look, refused = self._match(tx)
        if refused:
            return Retry(LOST_CLAIM_RETRY_S, timer=True)
        return None if look.again_at is None else Retry(look.again_at - tx.now, timer=True)

    def _match(self, tx: Transaction) -> tuple[FloorReader, set[str]]:
        """The last look at the floor, and the places that came to nothing in it. Callbacks that may not be
        dialled now are put off, and their agents go to whoever is next at once."""
        before: set[str] = set()
        for _ in range(MOST_ROUNDS):
            look = FloorReader(tx.connection, tx.now, self._kind, self._refused_for)
            most = 1 if self._refusals.calls_doubtful else None
            decided = islice(match(look.floor), most)
            refused = {one.call.id for one in decided if not self._carry_out(tx, one)}
            if not refused or refused == before:
                break
            before = refused
        return look, refused

    def _refused_for(self, phone: str) -> float:
        """Seconds for which the carrier does not ring this phone: it may refuse one country alone."""
        return self._refusals.left(CALLS, phone) if self._refusals.standing() else 0.0

    def _carry_out(self, tx: Transaction, decision: Match | CallbackDial) -> bool:
        row = floor.queued(tx.connection, decision.call.id)
        if row is None or row.state != "waiting":
            return False
        if isinstance(decision, CallbackDial):
            return self._dial(tx, row)
        return self._offers.make(tx, row, decision.agent.id, list(decision.candidates))

    def _kind(self, row: WaitingRow) -> str:
        if row.kind == CALLBACK and row.prefer_agent is not None:
            return CALLBACK  # an agent asked for this call, and is on the phone first
        return kind_of_place(row.kind, row.queue, self._queue)


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
