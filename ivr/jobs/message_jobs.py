"""Later jobs of messages: look for reports that never came, delete what callers replaced, give back what an
agent took and forgot."""

from __future__ import annotations

import logging

from ivr.acd.journal import JournalKind
from ivr.carrier.base import GONE, Carrier, CarrierError
from ivr.floor import voicemail
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Handler, Retry, Transactions
from ivr.floor.voicemail import SWEEP_S, why_absent
from ivr.service.work_items import give_back
from ivr.store import recordings, text_index_vacuum
from ivr.store.jobs import Job
from ivr.store.recordings import ABSENT, EXPECTED, STORED

LOG_AGAIN_S = 1.0
DELETE_AGAIN_S = (30.0, 600.0, 3600.0, 86_400.0)
NEVER_REPORTED = "The phone company never said that it has a recording."
NOT_THERE = "The phone company has no such recording; it may have been deleted there."

log = logging.getLogger(__name__)


class MessageJobs:
    def __init__(self, transactions: Transactions, carrier: Carrier) -> None:
        self._transactions, self._carrier = transactions, carrier

    def sweep(self, job: Job) -> Retry | None:
        """Ask for a recording whose report has not come: three times, then it counts as absent (F-RC-01)."""
        sid, call = str(job.body["recording"]), str(job.body["call"])
        with self._transactions.database.read() as connection:
            known = recordings.find(connection, sid)
        if known is None or known.status != EXPECTED:
            return None
        looks = int(job.body["looks"]) + 1
        last = looks >= len(SWEEP_S)
        status, seconds, why = self._seen(sid, last)
        if status == EXPECTED and not last:
            wait = float(job.body["left_at"]) + SWEEP_S[looks] - self._transactions.clock()
            return Retry(max(60.0, wait), timer=True, body={**job.body, "looks": looks})
        with self._transactions.begin() as tx:
            voicemail.report(tx, sid, call, status, seconds or known.seconds, why)
        return None

    def _seen(self, sid: str, last: bool) -> tuple[str, int, str]:
        """(status, seconds, why there is none)."""
        try:
            found = self._carrier.recorded(sid)
        except CarrierError as error:
            if error.kind == GONE:
                return ABSENT, 0, NOT_THERE
            log.warning("recording %s: %s", sid, error)
            return (ABSENT, 0, NEVER_REPORTED) if last else (EXPECTED, 0, "")
        if found.status == "completed":
            return STORED, found.seconds, ""
        if found.status in ("absent", "failed", "deleted"):
            return ABSENT, 0, why_absent(found.code)
        return (ABSENT, 0, NEVER_REPORTED) if last else (EXPECTED, 0, "")

    def delete(self, job: Job) -> Retry | None:
        """Delete at the carrier what the caller did not want kept."""
        sid, tries = str(job.body["recording"]), int(job.body.get("tries", 0))
        try:
            self._carrier.delete_recording(sid)
        except CarrierError as error:
            if error.kind == GONE:
                return None
            if tries < len(DELETE_AGAIN_S):
                return Retry(DELETE_AGAIN_S[tries], timer=True, body={**job.body, "tries": tries + 1})
            raise  # parked, so that somebody sees it
        with self._transactions.begin() as tx:
            tx.note(JournalKind.RECORDING_DELETED, recording=sid)
        return None

    def delete_text(self, job: Job) -> Retry | None:
        """Delete a text message at the carrier, for somebody who was erased or whose time is over."""
        sid, tries = str(job.body["text"]), int(job.body.get("tries", 0))
        try:
            self._carrier.delete_text(sid)
        except CarrierError as error:
            if error.kind != GONE:
                if tries < len(DELETE_AGAIN_S):
                    return Retry(DELETE_AGAIN_S[tries], timer=True, body={**job.body, "tries": tries + 1})
                raise  # parked, so that somebody sees it
        return None

    def taken_too_long(self, job: Job) -> None:
        """Work that was taken and not finished is everybody's again."""
        with self._transactions.begin() as tx:
            give_back(tx, int(job.body["work"]), float(job.body["since"]))


def forget_words(transactions: Transactions, job: Job) -> Retry | None:
    """After an erasure: what the text index still has of it goes, in steps that keep nobody waiting, and then
    what the log of SQLite has."""
    if not job.body.get("merged"):
        with transactions.database.write() as unit:
            more = text_index_vacuum.merge(unit.connection, begin=not job.body.get("begun"))
        if more:
            return Retry(0.05, timer=True, body={"begun": True})
    if transactions.database.empty_log():
        return None
    return Retry(LOG_AGAIN_S, timer=True, body={"begun": True, "merged": True})


def message_jobs(transactions: Transactions, carrier: Carrier) -> dict[str, Handler]:
    jobs = MessageJobs(transactions, carrier)
    return {
        JobKind.SWEEP_RECORDING: jobs.sweep,
        JobKind.DELETE_RECORDING: jobs.delete,
        JobKind.DELETE_TEXT: jobs.delete_text,
        JobKind.WORK_DUE: jobs.taken_too_long,
        JobKind.FORGET_WORDS: lambda job: forget_words(transactions, job),
    }
