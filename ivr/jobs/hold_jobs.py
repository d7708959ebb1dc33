"""The job that puts a customer on hold at the carrier, or takes them back."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Protocol

from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, Carrier, CarrierError
from ivr.engine import session as sessions
from ivr.floor import consult_transfer, hold_state
from ivr.floor.transaction import Retry, Transaction, Transactions
from ivr.jobs.outbound_dialer import RETRY_S
from ivr.service.conversations.hold import NOT_HELD, RINGING
from ivr.store import calls, floor, transfers
from ivr.store.floor import OfferRow
from ivr.store.jobs import Job

log = logging.getLogger(__name__)

MOST_TIMES = 5  # in vain, until a customer who is not in the room counts as not held
MOST_TURNS = 3  # of agents who hold and retrieve while the carrier is being asked


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
    """The carrier jobs of hold."""

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
        calls.lock_row(tx.connection, found.call_sid)
        owner: OfferRow | None = floor.live_offer_of_call(tx.connection, found.call_sid)
        if owner is None or owner.held_at is None:
            return
        hold_state.not_held(tx, owner)
        transfer = transfers.live_of_call(tx.connection, found.call_sid)
        if transfer is not None and transfer.state in (*RINGING, "consulting"):
            consult_transfer.cancel(tx, transfer, NOT_HELD)
