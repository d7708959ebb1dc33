"""The carrier jobs of a blind transfer: first move the caller out of the conference, then hang up the agent's
phone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from ivr.carrier.base import ACCOUNT, GONE, PERMANENT, Carrier, CarrierError
from ivr.floor import blind_transfer_state
from ivr.floor.consult_transfer import LEG_ENDS_S
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Handler, Retry, Transactions
from ivr.floor.transfer_record import lock_transfer
from ivr.jobs.outbound_dialer import RETRY_S, retry_after
from ivr.store import calls, floor, transfers
from ivr.store.calls import CallRow
from ivr.store.jobs import Job
from ivr.store.transfers import TransferRow

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 3.0  # has the caller come? Nobody sits in an empty room for longer
MOST_TIMES = 3  # in vain, until the end of the room brings the caller
RINGS_ON_S = 5.0


class BlindTransferUrls(Protocol):
    """Absolute addresses of our own webhooks, as handed to the carrier."""

    def turn(self, sid: str, number: int, kind: str) -> str: ...


class BlindTransferJobs:
    """Job handlers. `hung_up(sid, status)` ends a call."""

    def __init__(
        self,
        transactions: Transactions,
        carrier: Carrier,
        urls: BlindTransferUrls,
        hung_up: Callable[[str, str], object],
    ) -> None:
        self._transactions, self._carrier, self._urls, self._hung_up = transactions, carrier, urls, hung_up

    def jobs(self) -> dict[str, Handler]:
        return {JobKind.MOVE_TRANSFERRED: self.move, JobKind.TRANSFER_DUE: self.due}

    def move(self, job: Job) -> Retry | None:
        """Until the caller's phone has come for its next document."""
        transfer, row = self._found(job)
        if transfer is None:
            return None
        if row is None or not blind_transfer_state.is_on_the_way(row, transfer.id):
            self._end_leg(transfer)
            return None
        try:
            self._carrier.redirect(row.leg, self._urls.turn(row.sid, row.turn + 1, "transferred"))
        except CarrierError as error:
            return self._failed(job, transfer, row, error)
        self._end_leg(transfer)
        return Retry(LOOK_AGAIN_S, timer=True)

    def due(self, job: Job) -> Retry | None:
        """One agent could have had the caller for so long. A phone that rings may ring on."""
        with self._transactions.begin() as tx:
            transfer = lock_transfer(tx, str(job.body["transfer"]))
            if transfer is None or not transfer.live:
                return None
            offer = floor.live_offer_of_call(tx.connection, transfer.call_sid)
            if offer is not None and offer.agent_id == transfer.target:
                return Retry(RINGS_ON_S, timer=True)
            blind_transfer_state.end(tx, transfer, "missed", "did not take the call in time")
        return None

    def _failed(self, job: Job, transfer: TransferRow, row: CallRow, error: CarrierError) -> Retry:
        if error.kind == GONE:
            self._hung_up(row.sid, "completed")
            self._end_leg(transfer)
            return Retry(RETRY_S)
        log.warning("call %s could not be moved: %s", row.sid, error)
        if error.kind in (ACCOUNT, PERMANENT) or job.attempts >= MOST_TIMES:
            self._end_leg(transfer)
        return Retry(retry_after(error))

    def _end_leg(self, transfer: TransferRow) -> None:
        """The agent who gave the caller on is off the phone."""
        with self._transactions.begin() as tx:
            key = f"end_leg:{transfer.from_offer}"
            tx.job(JobKind.END_LEG, key, LEG_ENDS_S, {"offer": transfer.from_offer})

    def _found(self, job: Job) -> tuple[TransferRow | None, CallRow | None]:
        with self._transactions.database.read() as connection:
            transfer = transfers.find(connection, str(job.body["transfer"]))
            return transfer, calls.find(connection, transfer.call_sid) if transfer else None
