"""The carrier jobs of an agent's leg: ring the agent, move the caller, end a leg. Each checks before it
acts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from ivr.acd.journal import JournalKind
from ivr.carrier.base import GONE, Carrier, CarrierError
from ivr.floor.offers import CARRIER_RING_SLACK_S, LATE_S, Offers, lock_offer
from ivr.floor.transaction import Retry, Transactions
from ivr.jobs.outbound_dialer import RETRY_S, DialRequest, OutboundDialer, done_or_again
from ivr.store import calls, floor, transfers
from ivr.store.floor import OfferRow
from ivr.store.jobs import Job

log = logging.getLogger(__name__)

FREE_AGAIN_S = 3.0
LATEST_MOVE_S = 30.0  # no piece of music is longer, and behind each the caller comes by themselves
NEVER_CAME_S = 55.0
REFUSED = "the phone company refuses our calls"


class AgentLegUrls(Protocol):
    """Absolute addresses of our own webhooks, as handed to the carrier."""

    def whisper(self, offer_id: str) -> str: ...
    def leg_status(self, offer_id: str) -> str: ...
    def leg_fallback(self, offer_id: str) -> str: ...
    def join(self, call_sid: str, offer_id: str) -> str: ...
    def turn(self, sid: str, number: int, kind: str) -> str: ...


class AgentLegJobs:
    """Job handlers. `caller_id` is the number agents' phones see; `hung_up(sid, status)` ends a call."""

    def __init__(
        self,
        transactions: Transactions,
        offers: Offers,
        carrier: Carrier,
        urls: AgentLegUrls,
        ringer: OutboundDialer,
        caller_id: str,
        ring_seconds: Callable[[str], int],
        hung_up: Callable[[str, str], object],
    ) -> None:
        self._transactions, self._offers, self._carrier, self._urls = transactions, offers, carrier, urls
        self._ringer, self._caller_id = ringer, caller_id
        self._ring_seconds, self._hung_up = ring_seconds, hung_up

    # ring_agent -----------------------------------------------------------------------------------------

    def ring_agent(self, job: Job) -> Retry | None:
        """Ring the agent's phone once."""
        offer, phone = self._offer_and_phone(job)
        if offer is None or offer.state not in ("pending", "accepted") or offer.leg_sid:
            return None
        return self._ringer.once(self._ring(offer, phone), job)

    def _ring(self, offer: OfferRow, phone: str) -> DialRequest:
        return DialRequest(
            offer.id,
            phone,
            self._caller_id,
            offer.leg_asked_at,
            answer_url=self._urls.whisper(offer.id),
            status_url=self._urls.leg_status(offer.id),
            fallback_url=self._urls.leg_fallback(offer.id),
            ring_seconds=self._ring_seconds(offer.queue),
            on_record=lambda: self._on_record(offer),
            rung=lambda sid: self._rung(offer, sid),
            impossible=lambda error: self._impossible(offer, error),
            refused=lambda error, _: self._refused(offer, error),
        )

    def _on_record(self, offer: OfferRow) -> float | None:
        """Written down before the request: a crash now means "look first". None: nobody is wanted now."""
        with self._transactions.begin() as tx:
            now = lock_offer(tx, offer.id)
            if now is None or now.state not in ("pending", "accepted") or now.leg_sid:
                return None
            asked_at = now.leg_asked_at
            if now.state == "pending" and (asked_at is None or tx.now - asked_at > LATE_S):
                ring_s = self._ring_seconds(offer.queue) + CARRIER_RING_SLACK_S
                self._offers.due(tx, offer, ring_s)
            floor.mark_leg_asked(tx.connection, offer.id, tx.now)
            tx.note(JournalKind.LEG_ASKED, call=offer.call_sid, agent=offer.agent_id, offer=offer.id)
            return tx.now

    def _rung(self, offer: OfferRow, sid: str) -> None:
        with self._transactions.begin() as tx:
            now = lock_offer(tx, offer.id)
            if now is None or now.leg_sid:
                return  # the leg's own status came first
            floor.set_leg(tx.connection, offer.id, sid, "ringing")
            self._offers.leg_rings(tx, now)

    def _impossible(self, offer: OfferRow, error: CarrierError) -> None:
        log.warning("offer %s: the agent's phone was not rung: %s", offer.id, error)
        with self._transactions.begin() as tx:
            now = lock_offer(tx, offer.id)
            if now is not None:
                self._offers.release(tx, now, "leg_failed", "phone could not be rung")
            tx.note(JournalKind.CARRIER_REFUSED, agent=offer.agent_id, error=str(error)[:300])

    def _refused(self, offer: OfferRow, error: CarrierError) -> None:
        """The carrier rings nobody for us: the agent is free again, and the caller keeps the place."""
        with self._transactions.begin() as tx:
            now = lock_offer(tx, offer.id)
            if now is not None and now.leg_sid is None:
                self._offers.release(tx, now, "leg_failed", REFUSED, blame=False)
            tx.note(JournalKind.CARRIER_REFUSED, agent=offer.agent_id, error=str(error)[:300])

    # The others -----------------------------------------------------------------------------------------

    def join_agent(self, job: Job) -> Retry | None:
        """The agent clicked Accept while listening to the whisper: fetch the next document now."""
        offer, _ = self._offer_and_phone(job)
        if offer is None or offer.state != "connected" or not offer.leg_sid:
            return None
        leg, whisper = offer.leg_sid, self._urls.whisper(offer.id)
        return done_or_again(lambda: self._carrier.redirect(leg, whisper))

    def move_caller(self, job: Job) -> Retry | None:
        """Bring the caller from the hold loop to the agent."""
        offer, _ = self._offer_and_phone(job)
        if offer is None or offer.state != "connected":
            return None
        with self._transactions.database.read() as connection:
            row = calls.find(connection, offer.call_sid)
        if row is None or row.ended_at is not None or row.status == "talking":
            return None
        if self._transactions.clock() - (offer.connected_at or 0.0) > LATEST_MOVE_S:
            return None  # they may talk on an emergency number by now; else they come by themselves
        try:
            self._carrier.redirect(row.leg, self._urls.join(offer.call_sid, offer.id))
        except CarrierError as error:
            if error.kind == GONE:  # the caller hung up in this instant
                self._hung_up(offer.call_sid, "completed")
                return None
            log.warning("call %s could not be moved: %s", offer.call_sid, error)
            return Retry(RETRY_S, timer=False)
        return None

    def end_leg(self, job: Job) -> Retry | None:
        """Make sure that no agent's phone rings or sits on a dead line."""
        offer, phone = self._offer_and_phone(job)
        if offer is None or offer.leg_state == "over":
            return None
        if offer.leg_sid:
            sid = offer.leg_sid
            return done_or_again(lambda: self._carrier.hang_up(sid))
        if offer.leg_asked_at is None:
            return None
        return self._ringer.end_unknown(self._ring(offer, phone), offer.leg_asked_at, job)

    def talk_watch(self, job: Job) -> Retry | None:
        """A lost hang-up must not leave an agent on the phone for ever, nor a caller in an empty room."""
        offer, _ = self._offer_and_phone(job)
        if offer is None:
            return None
        if offer.state != "connected":
            return self._free_caller(offer)
        if self._caller_never_came(offer.id):
            return None
        try:
            if offer.leg_sid and self._carrier.fetch(offer.leg_sid).over:
                self._end_by_watch(offer.id)
                return None
        except CarrierError as error:
            if error.kind == GONE:
                self._end_by_watch(offer.id)
                return None
        return Retry(30.0, timer=True)

    def _caller_never_came(self, offer_id: str) -> bool:
        """End it after longer than any piece of music: the caller was moved elsewhere meanwhile."""
        with self._transactions.begin() as tx:
            offer = lock_offer(tx, offer_id)
            if offer is None or tx.now - (offer.connected_at or tx.now) < NEVER_CAME_S:
                return False
            return self._offers.caller_never_came(tx, offer)

    def _free_caller(self, offer: OfferRow) -> Retry | None:
        """The agent is gone. A caller who came to the conference after its end sits in a new one, alone."""
        with self._transactions.database.read() as connection:
            row = calls.find(connection, offer.call_sid)
            live = floor.live_offer_of_call(connection, offer.call_sid)
            outside = transfers.outside_of_call(connection, offer.call_sid)
        alone = live is None and outside is None
        if row is None or row.ended_at is not None or row.status != "talking" or not alone:
            return None
        try:
            self._carrier.redirect(row.leg, self._urls.turn(row.sid, row.turn + 1, "talked"))
        except CarrierError as error:
            if error.kind == GONE:
                self._hung_up(row.sid, "completed")
                return None
        return Retry(FREE_AGAIN_S, timer=True)

    def _end_by_watch(self, offer_id: str) -> None:
        with self._transactions.begin() as tx:
            offer = lock_offer(tx, offer_id)
            if offer is not None:
                self._offers.leg_over(tx, offer, "completed")

    def _offer_and_phone(self, job: Job) -> tuple[OfferRow | None, str]:
        with self._transactions.database.read() as connection:
            offer = floor.find_offer(connection, str(job.body["offer"]))
            agent = floor.find_agent(connection, offer.agent_id) if offer else None
        return (offer, agent.phone) if offer and agent else (None, "")
