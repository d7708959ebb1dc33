"""The carrier jobs of a supervisor's leg: ring, tell the caller, change who hears whom, hang up."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, Carrier, CarrierError
from ivr.floor.job_kinds import JobKind
from ivr.floor.takeover import Takeover
from ivr.floor.transaction import Handler, Retry, Transactions
from ivr.jobs.outbound_dialer import NOT_LISTED_S, RETRY_S, DialRequest, OutboundDialer
from ivr.service.supervision.monitoring import (
    BARGE,
    LISTEN,
    TAKE_OVER,
    TELL_AGAIN_S,
    WATCH_S,
    WHISPER,
    Monitoring,
)
from ivr.store import floor, supervisions
from ivr.store.floor import OfferRow
from ivr.store.jobs import Job
from ivr.store.supervisions import JOINED, RINGING, TOLD, SupervisionRow

log = logging.getLogger(__name__)

RING_S = 30
LONGEST_RING_S = 75.0  # ring, slack, and the question asked three times
MOST_TELLS = 3
SILENT_S = 12.0  # the words, and the time to fetch them: after this the report will not come
NOT_TOLD = "the caller could not be told"


class SupervisorLegUrls(Protocol):
    """Absolute addresses of our own webhooks, as handed to the carrier."""

    def supervising(self, supervision_id: str, what: str) -> str: ...
    def announcement(self, supervision_id: str) -> str: ...


class SupervisorLegJobs:
    """Job handlers. `caller_id` is the number that supervisors' phones see."""

    def __init__(
        self,
        transactions: Transactions,
        joining: Monitoring,
        handing: Takeover,
        carrier: Carrier,
        ringer: OutboundDialer,
        urls: SupervisorLegUrls,
        caller_id: str,
    ) -> None:
        self._transactions, self._joining, self._handing = transactions, joining, handing
        self._carrier, self._ringer, self._urls, self._caller_id = carrier, ringer, urls, caller_id

    def jobs(self) -> dict[str, Handler]:
        return {
            JobKind.SUPERVISE_RING: self.ring,
            JobKind.SUPERVISE_TELL: self.tell,
            JobKind.SUPERVISE_MODE: self.mode,
            JobKind.SUPERVISE_TAKE: self.take,
            JobKind.SUPERVISE_END: self.end,
            JobKind.SUPERVISE_WATCH: self.watch,
        }

    def ring(self, job: Job) -> Retry | None:
        """Ring the supervisor's phone once."""
        row, _, phone = self._found(job)
        if row is None or row.state != RINGING or row.leg_sid:
            return None
        return self._ringer.once(self._ring(row, phone), job)

    def tell(self, job: Job) -> Retry | None:
        """Everybody on the talk is to hear that a supervisor joins. They are joined when the carrier reports
        that it was played (`Monitoring.announced`); where it does not, this is asked for again, and in the
        end the supervision is over."""
        row, offer, _ = self._found(job)
        if row is None or offer is None or row.state != TOLD:
            return None
        if offer.held_at is not None:  # a customer on hold hears no announcement
            return Retry(RETRY_S, timer=True)
        if row.tells >= MOST_TELLS:
            self._end(row, NOT_TOLD)
            return None
        with self._transactions.begin() as tx:
            supervisions.words_given(tx.connection, row.id, None)  # what was fetched before does not count
        try:
            self._carrier.announce(offer.conference, self._urls.announcement(row.id))
        except CarrierError as error:
            return self._not_announced(row, offer, error)
        with self._transactions.begin() as tx:
            supervisions.announcement_asked(tx.connection, row.id)
        return Retry(SILENT_S, timer=True)

    def _not_announced(self, row: SupervisionRow, offer: OfferRow, error: CarrierError) -> Retry | None:
        if error.kind in (ACCOUNT, PERMANENT) or (error.kind == GONE and not self._has_just_begun(offer)):
            log.warning("supervision %s: %s", row.id, error)
            self._end(row, "the talk is over" if error.kind == GONE else NOT_TOLD)
            return None
        return Retry(TELL_AGAIN_S, timer=True)

    def _has_just_begun(self, offer: OfferRow) -> bool:
        """The carrier's lists do not have the room yet."""
        return self._transactions.clock() - (offer.connected_at or 0.0) < NOT_LISTED_S

    def _end(self, row: SupervisionRow, why: str) -> None:
        with self._transactions.begin() as tx:
            now = self._joining.held(tx, row.id)
            if now is not None and now.live:
                self._joining.end(tx, now, why)

    def mode(self, job: Job) -> Retry | None:
        """Set who hears the supervisor, as the record says."""
        row, offer, _ = self._found(job)
        if row is None or offer is None or row.state != JOINED or not row.leg_sid:
            return None
        leg, coached = row.leg_sid, offer.leg_sid if row.mode == WHISPER else ""
        if row.mode not in (LISTEN, WHISPER, BARGE):
            return None
        return self._try(
            lambda: self._carrier.change_participant(
                offer.conference, leg, muted=row.mode == LISTEN, coached=coached
            ),
            row,
        )

    def take(self, job: Job) -> Retry | None:
        """The room must outlive the agent before the agent leaves it."""
        row, offer, _ = self._found(job)
        if row is None or offer is None or row.state != JOINED or row.mode != TAKE_OVER:
            return None
        if offer.agent_id == row.supervisor_id:
            return None  # done already
        agents_leg, own_leg = offer.leg_sid or "", row.leg_sid or ""

        def ask() -> None:
            change_participant = self._carrier.change_participant
            change_participant(offer.conference, own_leg, muted=False, coached="", ends_room=True)
            change_participant(offer.conference, agents_leg, ends_room=False)

        failed = self._try(ask, row, "the talk is over")
        if failed is not None:
            return failed
        with self._transactions.begin() as tx:
            now = supervisions.find(tx.connection, row.id)
            if now is not None and now.live and not self._handing.taken(tx, now):
                self._joining.end(tx, now, "could not be taken over")
        return None

    def end(self, job: Job) -> Retry | None:
        """No phone rings or listens on for a supervision that is over."""
        row, _, phone = self._found(job)
        if row is None or row.leg_over:
            return None
        if row.leg_sid:
            leg = row.leg_sid
            return self._try(lambda: self._carrier.hang_up(leg), row)
        if row.leg_asked_at is None:
            return None
        return self._ringer.end_unknown(self._ring(row, phone), row.leg_asked_at, job)

    def watch(self, job: Job) -> Retry | None:
        """Over when the talk is, when nobody picked up, or when the phone is gone and nobody said so."""
        row, offer, _ = self._found(job)
        if row is None or not row.live:
            return None
        why = self._why_over(row, offer)
        if not why:
            return Retry(WATCH_S, timer=True)
        with self._transactions.begin() as tx:
            now = self._joining.held(tx, row.id)
            if now is None or not now.live:
                return None
            if why.startswith("phone"):
                self._joining.leg_over(tx, now, "completed")
            else:
                self._joining.end(tx, now, why)
        return None

    def _why_over(self, row: SupervisionRow, offer: OfferRow | None) -> str:
        if offer is None or offer.state != "connected":
            return "talk over"
        if row.state != JOINED:
            waited = self._transactions.clock() - row.made_at
            if 0 <= waited < LONGEST_RING_S:
                return ""
            return NOT_TOLD if row.state == TOLD else "not picked up"
        try:
            return "phone gone" if row.leg_sid and self._carrier.fetch(row.leg_sid).over else ""
        except CarrierError as error:
            return "phone gone" if error.kind == GONE else ""

    def _ring(self, row: SupervisionRow, phone: str) -> DialRequest:
        return DialRequest(
            row.id,
            phone,
            self._caller_id,
            row.leg_asked_at,
            answer_url=self._urls.supervising(row.id, "answered"),
            status_url=self._urls.supervising(row.id, "status"),
            fallback_url=self._urls.supervising(row.id, "fallback"),
            ring_seconds=RING_S,
            on_record=lambda: self._on_record(row),
            rung=lambda sid: self._rung(row, sid),
            impossible=lambda error: self._impossible(row, error, "phone could not be rung"),
            refused=lambda error, _: self._impossible(row, error, "the phone company refuses our calls"),
        )

    def _on_record(self, row: SupervisionRow) -> float | None:
        with self._transactions.begin() as tx:
            now = self._joining.held(tx, row.id)
            if now is None or now.state != RINGING or now.leg_sid:
                return None
            supervisions.mark_asked(tx.connection, row.id, tx.now)
            return tx.now

    def _rung(self, row: SupervisionRow, sid: str) -> None:
        with self._transactions.begin() as tx:
            supervisions.set_leg(tx.connection, row.id, sid)
            now = supervisions.find(tx.connection, row.id)
            if now is not None and not now.live:
                tx.job(JobKind.SUPERVISE_END, f"supervise_end:{row.id}", 0.0, {"supervision": row.id})

    def _impossible(self, row: SupervisionRow, error: CarrierError, why: str) -> None:
        log.warning("supervision %s: the phone was not rung: %s", row.id, error)
        with self._transactions.begin() as tx:
            now = self._joining.held(tx, row.id)
            if now is not None and now.live:
                self._joining.end(tx, now, why)

    def _try(self, request: Callable[[], None], row: SupervisionRow, gone: str = "") -> Retry | None:
        """None when it was done, or never can be; with `gone` that ends the supervision and is no success."""
        try:
            request()
        except CarrierError as error:
            if error.kind not in (ACCOUNT, GONE, PERMANENT):
                return Retry(RETRY_S)
            if not gone:
                return None
            log.warning("supervision %s: %s", row.id, error)
            self._end(row, gone)
        return None

    def _found(self, job: Job) -> tuple[SupervisionRow | None, OfferRow | None, str]:
        with self._transactions.database.read() as connection:
            row = supervisions.find(connection, str(job.body["supervision"]))
            offer = floor.find_offer(connection, row.offer_id) if row else None
            person = floor.find_agent(connection, row.supervisor_id) if row else None
        return row, offer, person.phone if person else ""
