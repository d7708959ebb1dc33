"""Looks after calls whose end may have been lost on the way to us, and timers that run out."""

from __future__ import annotations

from collections.abc import Callable

from ivr.acd.states import IllegalMove
from ivr.carrier.base import GONE, Carrier, CarrierError
from ivr.floor.agent_states import move_agent
from ivr.floor.offers import Offers, lock_offer, wait_for_typing
from ivr.floor.transaction import Retry, Transactions
from ivr.store import calls, floor
from ivr.store.jobs import Job

WATCH_S = 60.0
QUIET_S = 50.0
PACED_S = 60.0  # a ring may stand in line so long for its turn at the carrier
PACED_AGAIN_S = 5.0


class Reconciliation:
    """Job handlers: call_watch, offer_due, wrap_up_over."""

    def __init__(
        self,
        transactions: Transactions,
        offers: Offers,
        carrier: Carrier,
        hung_up: Callable[[str, str], None],
    ) -> None:
        self._transactions, self._offers, self._carrier, self._hung_up = (
            transactions,
            offers,
            carrier,
            hung_up,
        )

    def call(self, job: Job) -> Retry | None:
        """A call we heard nothing of for a minute: does it still live?"""
        sid = str(job.body["call"])
        with self._transactions.database.read() as connection:
            row = calls.find(connection, sid)
        if row is None or row.ended_at is not None:
            return None
        if self._transactions.clock() - row.seen_at >= QUIET_S:
            try:
                leg = self._carrier.fetch(row.leg)
            except CarrierError as error:
                if error.kind != GONE:
                    return Retry(WATCH_S, timer=True)
                self._hung_up(sid, "completed")
                return None
            if leg.over:
                self._hung_up(sid, leg.status)
                return None
        return Retry(WATCH_S, timer=True)

    def offer_due(self, job: Job) -> Retry | None:
        """The agent did not answer in time: the caller keeps the place, the agent is set away.

        A phone that was not rung yet cannot have been missed: its time begins with the ring. One of whose leg
        nothing was heard, because the carrier's answer was lost, is not to blame.
        """
        with self._transactions.begin() as tx:
            offer = lock_offer(tx, str(job.body["offer"]))
            if offer is None:
                return None
            if offer.state == "pending":
                if offer.leg_asked_at is None and 0 <= tx.now - offer.created_at < PACED_S:
                    return Retry(PACED_AGAIN_S, timer=True)
                self._offers.release(tx, offer, "expired", blame=offer.leg_sid is not None)
            elif offer.state == "accepted":
                self._offers.release(tx, offer, "leg_failed", "phone was not picked up")
        return None

    def wrap_up_over(self, job: Job) -> Retry | None:
        """Wrap-up time has run out, unless it was extended meanwhile or the note is being typed."""
        agent_id = str(job.body["agent"])
        with self._transactions.begin() as tx:
            agent = floor.find_agent(tx.connection, agent_id, lock=True)
            if agent is None or agent.state != "wrapping_up" or agent.due_at is None:
                return None
            due_at = wait_for_typing(tx, self._offers, agent) or agent.due_at
            if due_at > tx.now + 0.05:
                return Retry(due_at - tx.now, timer=True)
            try:
                move_agent(tx, agent_id, "wrapped_up")
            except IllegalMove:
                return None
        return None
