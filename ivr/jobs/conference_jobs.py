"""The carrier jobs of conferences that outlive an agent: each brings the conference into the state of the
record."""

from __future__ import annotations

import logging

from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, Carrier, CarrierError
from ivr.floor import hold_state
from ivr.floor.consult_transfer import is_on_the_phone
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import lock_offer
from ivr.floor.transaction import Handler, Retry, Transaction, Transactions
from ivr.jobs.outbound_dialer import NOT_LISTED_S, RETRY_S, again_or_never, done_or_again
from ivr.store import floor, transfers
from ivr.store.floor import OfferRow
from ivr.store.jobs import Job
from ivr.store.transfers import TransferRow

log = logging.getLogger(__name__)

ON_THEIR_WAY_S = 0.5  # between the key that accepts and the moment in which the leg is in the room


class ConferenceJobs:
    """Job handlers."""

    def __init__(self, transactions: Transactions, carrier: Carrier) -> None:
        self._transactions, self._carrier = transactions, carrier

    def jobs(self) -> dict[str, Handler]:
        return {JobKind.SET_ROOM: self.set, JobKind.HAND_OVER: self.hand_over}

    def set(self, job: Job) -> Retry | None:
        """While agent and the one asked talk, either may leave and the customer stays; before and after, the
        room ends with the agent's part in it."""
        call_sid = str(job.body["call"])
        with self._transactions.database.read() as connection:
            owner = floor.live_offer_of_call(connection, call_sid)
            row = transfers.live_of_call(connection, call_sid)
        if owner is None or owner.state != "connected" or not owner.leg_sid:
            return None
        try:
            self._ends_room(owner, owner.leg_sid, not is_on_the_phone(row, owner))
        except CarrierError as error:
            begun = self._transactions.clock() - (owner.connected_at or 0.0)
            if error.kind == GONE and begun < NOT_LISTED_S:
                return Retry(RETRY_S, timer=True)
            return again_or_never(error)
        return None

    def hand_over(self, job: Job) -> Retry | None:
        """The room ends with whoever has the caller now. Then the agent leaves it, and then the customer
        holds no more."""
        with self._transactions.database.read() as connection:
            row = transfers.find(connection, str(job.body["transfer"]))
            was = floor.find_offer(connection, row.from_offer) if row else None
            own = floor.find_offer(connection, row.offer_id) if row and row.offer_id else None
        if row is None or was is None:
            return None
        leg = _leg_of(row, own)
        if leg:
            try:
                self._ends_room(was, leg, True)
            except CarrierError as error:
                if error.kind not in (
                    ACCOUNT,
                    PERMANENT,
                ):  # gone: they have said yes, and are on their way into the room
                    return Retry(ON_THEIR_WAY_S if error.kind == GONE else RETRY_S, timer=error.kind == GONE)
                log.warning("transfer %s: the room may outlive who has the call: %s", row.id, error)
        if not job.body.get("left") and was.leg_state != "over":
            again = done_or_again(lambda: self._ends_room(was, was.leg_sid, False))
            again = again or done_or_again(lambda: self._carrier.hang_up(was.leg_sid or ""))
            if again is not None:
                return again
        with self._transactions.begin() as tx:
            self._retrieve(tx, was, own)
        return None

    @staticmethod
    def _retrieve(tx: Transaction, was: OfferRow, own: OfferRow | None) -> None:
        """Unless whoever has the caller now asks somebody already: then the customer holds on for that."""
        now = lock_offer(tx, own.id if own else was.id)
        asks_on = transfers.live_of_call(tx.connection, was.call_sid) is not None
        if own is None:
            hold_state.ask_carrier_to_hold(tx, was)
        elif now is not None and now.state == "connected" and not asks_on:
            hold_state.retrieve(tx, now)

    def _ends_room(self, offer: OfferRow, leg: str | None, ends: bool) -> None:
        self._carrier.change_participant(offer.conference, leg or "", ends_room=ends)


def _leg_of(row: TransferRow, own: OfferRow | None) -> str:
    """The leg of whoever has the caller now; "" when they have left already."""
    if row.offer_id is None:
        return "" if row.leg_over else row.leg_sid or ""
    return own.leg_sid or "" if own is not None and own.state == "connected" else ""
