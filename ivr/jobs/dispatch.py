"""Dispatch: look at the floor, decide, claim. A job of its own: whoever commits last sees everybody.

The decision is `ivr.acd.matching.match`; what makes callers wait for a moment (a preferred agent, a time
before which they are not to be served, an agent who has just declined) brings the job back at that moment.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from ivr.acd.floor import (
    CALLBACK,
    CallbackDial,
    Match,
)
from ivr.acd.matching import match
from ivr.floor.floor_snapshot import FloorReader, kind_of_place
from ivr.floor.offers import Offers
from ivr.floor.transaction import Retry, Transaction, Transactions
from ivr.jobs.carrier_refusals import CALLS, CarrierRefusals
from ivr.store import floor
from ivr.store.floor import QueuedRow, WaitingRow
from ivr.store.jobs import Job

LOST_CLAIM_RETRY_S = 0.2
MOST_ROUNDS = 50  # of matching in one transaction


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
        """Return the last reading of the floor, and the places whose offer could not be made. Callbacks that
        may not be dialled now are put off, and their agents go to the next caller at once."""
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
