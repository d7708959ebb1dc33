"""The carrier jobs of callbacks: ring a customer, leave a message, end a leg, check on it."""

from __future__ import annotations

import logging
from typing import Protocol

from ivr.acd.journal import JournalKind
from ivr.carrier.base import GONE, Carrier, CarrierError
from ivr.floor.agent_states import ask_dispatch
from ivr.floor.callback_bookings import WATCH_S
from ivr.floor.callback_lifecycle import (
    GREETING_S,
    LOOK_AFTER_RING_S,
    CallbackLifecycle,
    in_attempt,
    leg_over,
    lock_callback,
)
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import CARRIER_RING_SLACK_S
from ivr.floor.transaction import Handler, Retry, Transaction, Transactions
from ivr.jobs.outbound_dialer import DialRequest, OutboundDialer, done_or_again
from ivr.store import callbacks
from ivr.store.callbacks import ANSWERED, BOOKED, DIALLING, CallbackRow
from ivr.store.jobs import Job

log = logging.getLogger(__name__)

LOOK_AGAIN_S = 10.0
AGAIN_S = 1.0
LATEST_S = 30.0  # a customer is at home with one phone: better late than rung twice
UNSERVED_S = 3600.0  # queues and skills of agents are changed at the desk, and changed back
NEVER_RUNG_S = 600.0  # the carrier's pace held a ring back for so long that the turn is over


class CallbackUrls(Protocol):
    """Absolute addresses of our own webhooks for the leg of one attempt."""

    def callback_answered(self, callback_id: str, attempt: int) -> str: ...
    def callback_status(self, callback_id: str, attempt: int) -> str: ...
    def callback_machine(self, callback_id: str, attempt: int) -> str: ...
    def callback_fallback(self, callback_id: str, attempt: int) -> str: ...


class CallbackLegJobs:
    """Job handlers."""

    def __init__(
        self,
        transactions: Transactions,
        lifecycle: CallbackLifecycle,
        carrier: Carrier,
        ringer: OutboundDialer,
        urls: CallbackUrls,
    ) -> None:
        self._transactions, self._lifecycle, self._carrier = transactions, lifecycle, carrier
        self._ringer, self._urls = ringer, urls

    def jobs(self) -> dict[str, Handler]:
        return {
            JobKind.DIAL_CUSTOMER: self.dial,
            JobKind.END_CALLBACK_LEG: self.end_leg,
            JobKind.CALLBACK_MESSAGE: self.message,
            JobKind.CALLBACK_WATCH: self.watch,
        }

    # Ring the customer ------------------------------------------------------------------------------------

    def dial(self, job: Job) -> Retry | None:
        """Ring the customer's phone once in this attempt."""
        row = self._find(job)
        if row is None or not _wanted(row, job):
            return None
        return self._ringer.once(self._ring(row), job)

    def _ring(self, row: CallbackRow) -> DialRequest:
        return DialRequest(
            row.id,
            row.number,
            row.shown,
            row.leg_asked_at,
            answer_url=self._urls.callback_answered(row.id, row.attempts),
            status_url=self._urls.callback_status(row.id, row.attempts),
            fallback_url=self._urls.callback_fallback(row.id, row.attempts),
            ring_seconds=self._lifecycle.settings(row.queue).ring_seconds,
            on_record=lambda: self._on_record(row),
            rung=lambda sid: self._rung(row, sid),
            impossible=lambda error: self._impossible(row, error),
            refused=lambda error, pause: self._refused(row, error, pause),
            machine_url=self._urls.callback_machine(row.id, row.attempts),
            latest_s=LATEST_S,
        )

    def _on_record(self, row: CallbackRow) -> float | None:
        with self._transactions.begin() as tx:
            if tx.now - row.since >= NEVER_RUNG_S:
                return None  # from a backup, or a worker that stood still: the watch ends this attempt
            if in_attempt(tx, row) is None or not callbacks.mark_asked(tx.connection, row.id, tx.now):
                return None
            ring_s = self._lifecycle.settings(row.queue).ring_seconds + CARRIER_RING_SLACK_S
            self._lifecycle.watch(tx, row, ring_s + LOOK_AFTER_RING_S)
            tx.note(JournalKind.LEG_ASKED, call=row.call_sid, callback=row.id, attempt=row.attempts)
            return tx.now

    def _rung(self, row: CallbackRow, sid: str) -> None:
        with self._transactions.begin() as tx:
            now = in_attempt(tx, row)
            if now is None:
                return
            callbacks.set_leg(tx.connection, row.id, sid)
            if now.state == BOOKED or (not now.live and now.state != "connected"):
                self._lifecycle.end_leg(tx, now)

    def _impossible(self, row: CallbackRow, error: CarrierError) -> None:
        log.warning("callback %s: the customer was not rung: %s", row.id, error)
        with self._transactions.begin() as tx:
            now = in_attempt(tx, row)
            tx.note(JournalKind.CARRIER_REFUSED, call=row.call_sid, error=str(error)[:300])
            if now is not None:
                self._lifecycle.not_reached(tx, now, "failed")

    def _refused(self, row: CallbackRow, error: CarrierError, pause: float) -> None:
        """The carrier rings nobody for us, or nobody in that country: this was no attempt."""
        with self._transactions.begin() as tx:
            now = in_attempt(tx, row)
            tx.note(JournalKind.CARRIER_REFUSED, call=row.call_sid, error=str(error)[:300])
            if now is not None and now.leg_sid is None:
                self._lifecycle.not_asked(tx, now, max(pause, AGAIN_S))

    # The others -------------------------------------------------------------------------------------------

    def end_leg(self, job: Job) -> Retry | None:
        """Make sure that no phone of a customer rings or sits on a dead line."""
        row = self._find(job)
        if row is None or row.attempts != job.body["attempt"] or row.state == "connected":
            return None
        if row.leg_sid:
            sid = row.leg_sid
            return done_or_again(lambda: self._carrier.hang_up(sid))
        if row.leg_asked_at is None:
            return None
        return self._ringer.end_unknown(self._ring(row), row.leg_asked_at, job)

    def message(self, job: Job) -> Retry | None:
        """A machine has answered, it seems: its leg hears the message at `url`, or ends where there is none.
        Not so once a key has proved a human."""
        row = self._find(job)
        if row is None or row.state != ANSWERED or row.attempts != job.body["attempt"]:
            return None
        leg, url = str(job.body["leg"]), str(job.body["url"])
        if url:
            return done_or_again(lambda: self._carrier.redirect(leg, url))
        return done_or_again(lambda: self._carrier.hang_up(leg))

    def watch(self, job: Job) -> Retry | None:
        """Whatever was reported or lost: a booking that is due is dialled, an attempt ends."""
        row = self._find(job)
        if row is None or not row.live:
            return None
        if row.state == BOOKED:
            return self._watch_booked(row, job)
        if row.leg_sid is None:
            return self._watch_unrung(row)
        try:
            leg = self._carrier.fetch(row.leg_sid)
        except CarrierError as error:
            if error.kind != GONE:
                return Retry(LOOK_AGAIN_S, timer=True)
            self._over(row, "failed")
            return None
        if leg.over:
            self._over(row, leg.status)
            return None
        if row.state == ANSWERED and self._transactions.clock() - row.since >= 2 * GREETING_S:
            self._over(row, "completed", end=True)
            return None
        return Retry(LOOK_AGAIN_S, timer=True)

    def _watch_booked(self, row: CallbackRow, job: Job) -> Retry | None:
        with self._transactions.begin() as tx:
            now = lock_callback(tx, row.id)
            if now is None or now.state != BOOKED:
                return None
            unserved = self._unserved_since(tx, now, job)
            why = self._lifecycle.unserved_reason(tx, now)
            if not why and unserved is not None and tx.now - unserved > UNSERVED_S:
                why = "nobody is there for it"
            if why:
                return self._give_up(tx, now, why)
            body = {"callback": row.id} | ({} if unserved is None else {"unserved": unserved})
            if now.due_at > tx.now:
                return Retry(now.due_at - tx.now, timer=True, body=body)
            if now.busy_looks and not self._lifecycle.is_free_again(tx, now):
                return None  # put off: this job comes again then
            ask_dispatch(tx)
            return Retry(WATCH_S, timer=True, body=body)

    def _unserved_since(self, tx: Transaction, row: CallbackRow, job: Job) -> float | None:
        """Since when nobody is on record who could take it, as far as these looks tell; None: somebody is."""
        if self._lifecycle.can_be_served(tx, row):
            return None
        return float(job.body.get("unserved", tx.now))

    def _give_up(self, tx: Transaction, row: CallbackRow, why: str) -> Retry | None:
        at = self._lifecycle.earliest_dial_time(tx, row)
        if at > tx.now:
            return Retry(at - tx.now, timer=True)
        self._lifecycle.expire(tx, row, why)
        return None

    def _watch_unrung(self, row: CallbackRow) -> Retry | None:
        if self._transactions.clock() - row.since < NEVER_RUNG_S:
            return Retry(LOOK_AGAIN_S, timer=True)
        self._over(row, "failed", end=True)
        return None

    def _over(self, row: CallbackRow, status: str, end: bool = False) -> None:
        with self._transactions.begin() as tx:
            now = in_attempt(tx, row)
            if now is None:
                return
            if end:
                self._lifecycle.end_leg(tx, now)
            leg_over(self._lifecycle, tx, now, status)

    def _find(self, job: Job) -> CallbackRow | None:
        with self._transactions.database.read() as connection:
            return callbacks.find(connection, str(job.body["callback"]))


def _wanted(row: CallbackRow, job: Job) -> bool:
    return row.state == DIALLING and row.attempts == job.body["attempt"] and row.leg_sid is None
