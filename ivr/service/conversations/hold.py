"""The customer holds: music instead of the agent, who may look something up or ask somebody.

First the record, then the carrier: a job makes the carrier as the record says, so that it may be repeated,
late or overtaken.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, Carrier, CarrierError
from ivr.engine import session as sessions
from ivr.service.conversations import consult_transfer, hold_state
from ivr.service.conversations.current_call import current_call
from ivr.service.offers import TooLate
from ivr.service.outbound_dialer import RETRY_S
from ivr.service.transaction import Transaction, Transactions
from ivr.service.worker import Retry
from ivr.store import calls, floor, transfers
from ivr.store.floor import OfferRow
from ivr.store.jobs import Job
from ivr.store.transfers import TransferRow

log = logging.getLogger(__name__)

MOST_TIMES = 5  # in vain, until a customer who is not in the room counts as not held
MOST_TURNS = 3  # of agents who hold and retrieve while the carrier is being asked
NOT_HELD = "the customer could not be put on hold"
GIVEN_ON = "The caller is being given on."
TOGETHER = "Everybody is on the line together: part from the customer first."
CONSULTING = "Somebody is being asked about this call: let them go, or bring everybody together."
RINGING = ("asked", "ringing")


class HoldService:
    """From the desk. Every method is one change; raises TooLate."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def hold(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            self._refuse(tx, call_sid, moving=GIVEN_ON, together=TOGETHER)
            hold_state.hold(tx, offer)

    def retrieve(self, agent_id: str, call_sid: str) -> None:
        """Twice is once. Whoever is still being rung about this call is not asked any more."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if offer.held_at is None:
                return
            transfer = self._refuse(tx, call_sid, moving=GIVEN_ON, consulting=CONSULTING)
            if transfer is not None and transfer.state in RINGING:
                consult_transfer.cancel(tx, transfer, "back to the customer")
            hold_state.retrieve(tx, offer)

    @staticmethod
    def _refuse(tx: Transaction, call_sid: str, **states: str) -> TransferRow | None:
        """Raises TooLate, in these words, when there is a live transfer in one of these states."""
        transfer = transfers.live_of_call(tx.connection, call_sid)
        if transfer is not None and transfer.state in states:
            raise TooLate(states[transfer.state])
        return transfer


class HoldUrls(Protocol):
    """Absolute addresses of our own webhooks, as handed to the carrier."""

    def hold(self, offer_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The customer's `leg` in the conference `room`, to be held or not."""

    room: str
    leg: str
    held: bool


class HoldJobs:
    """What is asked of the carrier."""

    def __init__(self, transactions: Transactions, carrier: Carrier, urls: HoldUrls) -> None:
        self._transactions, self._carrier, self._urls = transactions, carrier, urls

    def hold_customer(self, job: Job) -> Retry | None:
        """Hold or not, as whoever has the talk wants it now."""
        for _ in range(MOST_TURNS):
            wanted = self._wanted(job)
            if wanted is None:
                return None
            try:
                self._ask(wanted)
            except CarrierError as error:
                return self._failed(job, wanted, error)
            if self._wanted(job) in (wanted, None):
                return None
        return Retry(RETRY_S)

    def _ask(self, wanted: _Wanted) -> None:
        url = self._urls.hold(wanted.room) if wanted.held else ""
        self._carrier.change_participant(wanted.room, wanted.leg, hold_url=url)

    def _wanted(self, job: Job) -> _Wanted | None:
        """None when the customer is in no talk of this room any more."""
        with self._transactions.database.read() as connection:
            offer = floor.find_offer(connection, str(job.body["offer"]))
            row = calls.find(connection, offer.call_sid) if offer else None
            owner = floor.live_offer_of_call(connection, offer.call_sid) if offer else None
        if offer is None or row is None or row.ended_at is not None or row.status != sessions.TALKING:
            return None
        if owner is None:  # nobody of ours, or the customer is on the way out of the room
            return _Wanted(offer.conference, row.leg, False)
        if owner.conference != offer.conference:
            return None
        return _Wanted(offer.conference, row.leg, owner.held_at is not None)

    def _failed(self, job: Job, wanted: _Wanted, error: CarrierError) -> Retry | None:
        """A customer who comes back to hear nobody would hold for ever; one who is not held hears all."""
        if error.kind not in (ACCOUNT, GONE, PERMANENT):
            return Retry(RETRY_S)
        never = error.kind in (ACCOUNT, PERMANENT)
        in_vain = never or job.attempts >= MOST_TIMES
        if not in_vain:
            return Retry(RETRY_S)  # they may be a moment away from the room
        log.warning("hold in room %s: %s", wanted.room, error)
        if not wanted.held:
            return Retry(5 * RETRY_S) if never else None
        with self._transactions.begin() as tx:
            self._not_held(tx, str(job.body["offer"]))
        return None

    @staticmethod
    def _not_held(tx: Transaction, offer_id: str) -> None:
        """The record says what is so, and the desk tells the agent."""
        found = floor.find_offer(tx.connection, offer_id)
        if found is None:
            return
        calls.hold(tx.connection, found.call_sid)
        owner: OfferRow | None = floor.live_offer_of_call(tx.connection, found.call_sid)
        if owner is None or owner.held_at is None:
            return
        hold_state.not_held(tx, owner)
        transfer = transfers.live_of_call(tx.connection, found.call_sid)
        if transfer is not None and transfer.state in (*RINGING, "consulting"):
            consult_transfer.cancel(tx, transfer, NOT_HELD)
