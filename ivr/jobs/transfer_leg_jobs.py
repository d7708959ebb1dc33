"""The carrier jobs of an outside number: ring it, hang up, check whether it is still there."""

from __future__ import annotations

import logging
from typing import Protocol

from ivr.acd.journal import JournalKind
from ivr.carrier.base import GONE, Carrier, CarrierError
from ivr.floor import consult_transfer
from ivr.floor.consult_transfer import RINGING
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Handler, Retry, Transaction, Transactions
from ivr.floor.transfer_record import WATCH_S, lock_transfer
from ivr.jobs.outbound_dialer import DialRequest, OutboundDialer, done_or_again
from ivr.service.conversations.external_numbers import pressed, split
from ivr.service.conversations.transfer_leg import TransferLeg
from ivr.store import transfers
from ivr.store.jobs import Job
from ivr.store.transfers import TransferRow

log = logging.getLogger(__name__)

RING_S = 30
LONGEST_RING_S = 75.0  # ring, slack, and the question asked three times


class TransferLegUrls(Protocol):
    """Absolute addresses of our own webhooks, as handed to the carrier."""

    def transfer(self, transfer_id: str, what: str) -> str: ...


class TransferLegJobs:
    """Job handlers. `caller_id` is the number that is shown outside."""

    def __init__(
        self,
        transactions: Transactions,
        outside: TransferLeg,
        carrier: Carrier,
        ringer: OutboundDialer,
        urls: TransferLegUrls,
        caller_id: str,
    ) -> None:
        self._transactions, self._outside, self._carrier = transactions, outside, carrier
        self._ringer, self._urls, self._caller_id = ringer, urls, caller_id

    def jobs(self) -> dict[str, Handler]:
        return {
            JobKind.RING_OUTSIDE: self.ring,
            JobKind.END_OUTSIDE: self.end,
            JobKind.OUTSIDE_WATCH: self.watch,
        }

    def ring(self, job: Job) -> Retry | None:
        """Ring the number once."""
        row = self._found(job)
        if row is None or row.state != RINGING or row.leg_sid:
            return None
        return self._ringer.once(self._ring(row), job)

    def end(self, job: Job) -> Retry | None:
        """No phone rings or stays for a transfer that is over, or a caller who has hung up."""
        row = self._found(job)
        if row is None or row.leg_over:
            return None
        if row.leg_sid:
            sid = row.leg_sid
            return done_or_again(lambda: self._carrier.hang_up(sid))
        if row.leg_asked_at is None:
            return None
        return self._ringer.end_unknown(self._ring(row), row.leg_asked_at, job)

    def watch(self, job: Job) -> Retry | None:
        """Over when nobody picked up, or when the leg is gone and nobody said so."""
        row = self._found(job)
        if row is None or row.leg_over or not (row.live or row.state == "completed"):
            return None
        if not self._is_over(row):
            return Retry(WATCH_S, timer=True)
        with self._transactions.begin() as tx:
            now = lock_transfer(tx, row.id)
            if now is not None:
                self._over(tx, now)
        return None

    def _over(self, tx: Transaction, row: TransferRow) -> None:
        if row.state == RINGING:
            consult_transfer.outside_left(tx, row, "no answer")
            consult_transfer.end_outside(tx, row)
        else:
            self._outside.over(tx, row, "completed")

    def _is_over(self, row: TransferRow) -> bool:
        if row.state == RINGING:
            return not 0 <= self._transactions.clock() - row.made_at < LONGEST_RING_S
        try:
            return bool(row.leg_sid) and self._carrier.fetch(row.leg_sid or "").over
        except CarrierError as error:
            return error.kind == GONE

    def _ring(self, row: TransferRow) -> DialRequest:
        number, extension = split(row.target)
        return DialRequest(
            row.id,
            number,
            self._caller_id,
            row.leg_asked_at,
            answer_url=self._urls.transfer(row.id, "answered"),
            status_url=self._urls.transfer(row.id, "status"),
            fallback_url=self._urls.transfer(row.id, "fallback"),
            ring_seconds=RING_S,
            on_record=lambda: self._on_record(row),
            rung=lambda sid: self._rung(row, sid),
            impossible=lambda error: self._impossible(row, error, "could not be reached"),
            refused=lambda error, _: self._impossible(row, error, "the phone company refuses our calls"),
            keys=pressed(extension),
        )

    def _on_record(self, row: TransferRow) -> float | None:
        with self._transactions.begin() as tx:
            now = lock_transfer(tx, row.id)
            if now is None or now.state != RINGING or now.leg_sid:
                return None
            transfers.mark_asked(tx.connection, row.id, tx.now)
            tx.note(JournalKind.LEG_ASKED, call=row.call_sid, agent=row.from_agent, transfer=row.id)
            return tx.now

    def _rung(self, row: TransferRow, sid: str) -> None:
        with self._transactions.begin() as tx:
            now = lock_transfer(tx, row.id)
            transfers.set_leg(tx.connection, row.id, sid)
            if now is not None and not now.live and now.state != "completed":
                consult_transfer.end_outside(tx, now)

    def _impossible(self, row: TransferRow, error: CarrierError, why: str) -> None:
        log.warning("transfer %s: the number was not rung: %s", row.id, error)
        with self._transactions.begin() as tx:
            now = lock_transfer(tx, row.id)
            tx.note(JournalKind.CARRIER_REFUSED, call=row.call_sid, error=str(error)[:300])
            if now is not None and now.live:
                consult_transfer.outside_left(tx, now, why)

    def _found(self, job: Job) -> TransferRow | None:
        with self._transactions.database.read() as connection:
            return transfers.find(connection, str(job.body["transfer"]))
