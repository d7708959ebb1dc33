"""Every announced number with its outcome, and silence where the numbers were not honest.

The journal tells both; this follows it a few seconds behind, so that a caller's turn pays nothing for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from math import isfinite
from typing import Any
from zoneinfo import ZoneInfo

from ivr.acd.announced_estimates import (
    LONGEST,
    AnnouncedEstimate,
    AnnouncementAccuracy,
    by_day,
    honest,
    record,
    why_silent,
)
from ivr.acd.journal import JournalKind
from ivr.acd.waits.journal_events import ESTIMATED, number
from ivr.engine.announcement_policy import speak
from ivr.floor import scheduler_health
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Retry, Transaction, Transactions
from ivr.jobs.wait_learning_job import keeper_jobs
from ivr.settings import Settings
from ivr.store import announced_estimates
from ivr.store.announced_estimates import AnnouncedEstimateRow, SilencedQueue
from ivr.store.database import Connection
from ivr.store.jobs import Job

EVERY_S = 5.0
JUDGE_EVERY_S = 60.0
BATCH = 1000
RECORD_S = 7 * 86_400.0
RECENT = 2000  # outcomes a queue is judged by, the newest: enough to know, and a bound on the work
MOST_REPORTED = 500_000
FIRST_TOLD_S = 5.0  # nothing is announced before: an estimate so early was not kept back by silence
OUTCOMES = {
    JournalKind.CONNECTED: "answered",
    JournalKind.ABANDONED: "abandoned",
    JournalKind.LEFT: "left",
    JournalKind.REQUEUED: "moved",
    JournalKind.CALLBACK_DIALLED: "answered",  # the turn of the place has come, whoever picks up
    JournalKind.CALLBACK_MERGED: "moved",
}
KINDS = (
    JournalKind.PROMISED,
    ESTIMATED,
    JournalKind.OFFER_FAILED,
    JournalKind.CALLBACK_BOOKED,
    JournalKind.ENDED,
    *OUTCOMES,
)


class AnnouncementRecords:
    """Writes the record and decides by it, for each of `queues`, whether numbers may be said."""

    def __init__(self, transactions: Transactions, queues: Iterable[str]) -> None:
        self._transactions, self._queues = transactions, sorted(queues)
        self._judged_at: float | None = None

    def job(self, job: Job) -> Retry:
        """The worker's handler: it comes again by itself."""
        scheduler_health.noticed(self._transactions, job.due)
        self.sum_up()
        now = self._transactions.clock()
        if self._judged_at is None or not 0.0 <= now - self._judged_at < JUDGE_EVERY_S:
            self._judged_at = now
            self.judge()
        return Retry(EVERY_S, timer=True)

    def sum_up(self) -> None:
        """Record everything the journal has gained."""
        while self._batch():
            pass

    def _batch(self) -> bool:
        database, now = self._transactions.database, self._transactions.clock()
        with database.read() as connection:  # a look is cheaper than a turn to write
            done = announced_estimates.peek(connection)
            if announced_estimates.settled(connection, done, now) <= done:
                return False
        with database.write() as unit:
            connection = unit.connection
            done = announced_estimates.cursor(connection)
            top = announced_estimates.settled(connection, done, now)
            rows = announced_estimates.lines(connection, done, top, KINDS, BATCH)
            self._write(connection, rows)
            more = len(rows) == BATCH
            announced_estimates.move_cursor(connection, rows[-1].id if more else max(top, done))
        return more

    def _write(self, connection: Connection, rows: list[Any]) -> None:
        estimates: dict[str, Any] = {}
        for row in rows:
            sid, body = row.call_sid or "", row.body or {}
            if row.kind == ESTIMATED:
                estimates[sid] = row
                if body.get("silent"):
                    _add(connection, _kept_back(row, body))
            elif row.kind == JournalKind.PROMISED:
                _withdraw(connection, row, body)
                _add(connection, _promised(connection, row, body, estimates.get(sid)))
            elif row.kind == JournalKind.OFFER_FAILED:
                _take_back(connection, row)
            elif row.kind == JournalKind.CALLBACK_BOOKED:
                _hand_on(connection, row, body)
            else:
                _finish(connection, row, body)

    # Silence ------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """Silence the queues whose record is not honest, and let those speak again whose record is."""
        now = self._transactions.clock()
        with self._transactions.database.read() as connection:
            silent = announced_estimates.silent(connection)
            changed = []
            for queue in self._queues:
                rows = announced_estimates.outcomes(connection, queue, now - RECORD_S, RECENT)
                of = record(map(_promise, rows))
                if honest(of, queue in silent) == (queue in silent):
                    changed.append((queue, of))
        for queue, of in changed:
            with self._transactions.begin() as tx:
                _turn(tx, queue, of, queue not in silent)

    # Reports ------------------------------------------------------------------------------------------------

    def report(self, zone: str, since: float, until: float, queue: str = "") -> dict[str, Any]:
        """Return what was promised from `since` until before `until` and what happened, by queue and local
        day: plain values, for people and JSON."""
        with self._transactions.database.read() as connection:
            silences = announced_estimates.silences(connection)
            found = {
                name: _report(
                    list(
                        map(
                            _promise,
                            announced_estimates.promises(connection, name, since, until, MOST_REPORTED),
                        )
                    ),
                    silences.get(name),
                    ZoneInfo(zone),
                )
                for name in self._queues
                if queue in ("", name)
            }
        return {"queues": found}


def wait_jobs(transactions: Transactions, settings: Settings) -> dict[str, Callable[[Job], Retry]]:
    """The worker's handlers behind the announced waits."""
    keeper = keeper_jobs(transactions, settings.timezone, lambda queue: settings.queue(queue).skills)
    return {JobKind.WAIT_RECORD: AnnouncementRecords(transactions, settings.queues).job, **keeper}


def ask_for_wait_jobs(transactions: Transactions) -> None:
    """They come again by themselves once they were asked for; to be asked again does no harm, but what they
    were late by is told first."""
    scheduler_health.noticed(transactions)
    with transactions.begin() as tx:
        for kind in (JobKind.WAIT_RECORD, JobKind.WAIT_LEARNING):
            tx.job(kind, kind)


def _turn(tx: Transaction, queue: str, of: AnnouncementAccuracy, silent: bool) -> None:
    why = why_silent(of) if silent else ""
    announced_estimates.set_silence(tx.connection, SilencedQueue(queue, silent, tx.now, why))
    kind = JournalKind.WAIT_NUMBERS_SILENCED if silent else JournalKind.WAIT_NUMBERS_RESUMED
    tx.note(kind, queue=queue, why=why, outcomes=of.outcomes, coverage=of.coverage)
    tx.tell("floor")


def _add(connection: Connection, row: AnnouncedEstimateRow | None) -> None:
    if row is not None and _promise(row).sane:
        announced_estimates.add(connection, row)


def _promised(
    connection: Connection, row: Any, body: Mapping[str, Any], estimate: Any
) -> AnnouncedEstimateRow | None:
    """The row of an announcement; None when it held no number. The estimate was made in the same turn."""
    low, high = number(body.get("low_s")), number(body.get("high_s"))
    if not isfinite(low) or (body.get("high_s") is not None and not isfinite(high)):
        return None
    if estimate is None or estimate.at != row.at:
        estimate = announced_estimates.line_before(connection, row.call_sid or "", row.id, (ESTIMATED,))
    behind = estimate.body if estimate is not None and estimate.at == row.at else {}
    queue = row.queue or (estimate.queue if estimate is not None else "")
    if not (queue and row.call_sid):
        return None
    return _row(row, queue, body.get("position"), behind, low, high)


def _withdraw(connection: Connection, row: Any, body: Mapping[str, Any]) -> None:
    """The words may have withdrawn the promise that stood before."""
    due = number(body.get("withdrawn_due"))
    if isfinite(due):
        announced_estimates.withdraw(connection, row.call_sid or "", row.id, due)


def _kept_back(row: Any, body: Mapping[str, Any]) -> AnnouncedEstimateRow | None:
    """Return the announcement that would have been made if the queue had not been silent."""
    would_be = speak(number(body.get("low_s")), number(body.get("high_s")))
    if would_be.low is None or not number(body.get("waited_s")) >= FIRST_TOLD_S:
        return None
    high = float("nan") if would_be.high is None else would_be.high
    return _row(row, row.queue or "", body.get("position"), body, would_be.low, high, spoken=False)


def _row(
    row: Any,
    queue: str,
    position: Any,
    behind: Mapping[str, Any],
    low: float,
    high: float,
    spoken: bool = True,
) -> AnnouncedEstimateRow:
    return AnnouncedEstimateRow(
        row.id,
        row.call_sid,
        queue,
        row.at,
        _or_none(behind.get("waited_s")),
        position if isinstance(position, int) else None,
        low,
        _or_none(high),
        _or_none(behind.get("point_s")),
        spoken,
    )


def _or_none(value: Any) -> float | None:
    return number(value) if isfinite(number(value)) else None


def _hand_on(connection: Connection, row: Any, body: Mapping[str, Any]) -> None:
    """A callback keeps the place, and what was promised of it; not where it is for a later time."""
    sid, callback = row.call_sid or "", body.get("call_sid")
    later = body.get("chosen_at") is not None or number(body.get("due_at")) > row.at
    if later or not isinstance(callback, str):
        announced_estimates.finish(connection, sid, row.id, "moved", row.at)
    else:
        announced_estimates.hand_on(connection, sid, row.id, callback)


def _finish(connection: Connection, row: Any, body: Mapping[str, Any]) -> None:
    """In old journals `left` without a queue is the end of a call, which left no line. Who left for a
    callback has it booked a few lines later; with none booked, the call's end is theirs."""
    if row.kind == JournalKind.ENDED:
        announced_estimates.finish(connection, row.call_sid or "", row.id, "left", row.at)
    elif row.queue and not (row.kind == JournalKind.LEFT and body.get("reason") == "callback"):
        announced_estimates.finish(connection, row.call_sid or "", row.id, OUTCOMES[row.kind], row.at)


def _take_back(connection: Connection, row: Any) -> None:
    """An agent who was gone before the caller came: the answer was none, and the caller still waits."""
    sid = row.call_sid or ""
    last = announced_estimates.line_before(connection, sid, row.id, ("connected", "talk_ended", "queued"))
    if last is not None and last.kind == JournalKind.CONNECTED:
        announced_estimates.reopen(connection, sid, last.at)


def _promise(row: AnnouncedEstimateRow) -> AnnouncedEstimate:
    """A wait that cannot have been (the clock was put back, or forward by days) is no outcome."""
    actual = None if row.ended_at is None else row.ended_at - row.said_at
    if actual is not None and not 0.0 <= actual < LONGEST:
        actual = None
    return AnnouncedEstimate(
        row.queue,
        row.said_at,
        row.low_s,
        row.high_s,
        row.point_s,
        row.outcome,
        actual,
        row.spoken,
        None if row.withdrawn_due is None else row.withdrawn_due - row.said_at,
    )


def _report(
    promises: list[AnnouncedEstimate], silence: SilencedQueue | None, zone: ZoneInfo
) -> dict[str, Any]:
    spoken = [promise for promise in promises if promise.spoken]
    kept_back = [promise for promise in promises if not promise.spoken]
    quiet = silence is not None and silence.silent
    return {
        "silent": quiet,
        "why": silence.why if silence and quiet else "",
        "silent_since": silence.since if silence and quiet else None,
        "total": figures(record(spoken)),
        "kept_back": figures(record(kept_back)),
        "by_day": [{"day": day.isoformat(), **figures(of)} for day, of in by_day(spoken, zone).items()],
    }


def figures(of: AnnouncementAccuracy) -> dict[str, Any]:
    """Return a record as plain values. Fields: `ivr.acd.announced_estimates.AnnouncementAccuracy` ."""
    return {
        "promises": of.promises,
        "outcomes": of.outcomes,
        "kept": of.kept,
        "coverage": _rounded(of.coverage),
        "late": _rounded(of.late),
        "bias": _rounded(of.bias),
        "width_s": of.width,
        "gone_early": of.gone_early,
        "open": of.open,
        "unusable": of.unusable,
        "withdrawn": of.withdrawn,
        "needless": of.needless,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
