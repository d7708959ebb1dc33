"""The journal summed up by local day as it grows, so that a report over a year is read from a few rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ivr.acd.reports.journal_sums import DAY_S, KINDS, WHOLE_CALL, JournalSums
from ivr.acd.reports.measuring_rules import MEASURED_BY, MeasuringRules
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Retry, Transactions
from ivr.jobs.alerts import AlertService
from ivr.jobs.goals import GoalWatch
from ivr.settings import Settings
from ivr.store import announced_estimates, report_sums
from ivr.store.database import Connection
from ivr.store.jobs import Job

EVERY_S = 5.0
BATCH = 1000
REBUILD_BATCH = 5000
KEPT_TALKS_S = 40 * DAY_S  # longer than the longest repeat_days
KEPT_MINUTES = 2 * 24 * 60


def rules_of(settings: Settings) -> MeasuringRules:
    """By what the settings measure from now on."""
    return MeasuringRules(
        settings.timezone,
        float(settings.reports.short_abandon_seconds),
        float(settings.reports.repeat_days),
        {name: float(queue.goal.answered_within) for name, queue in settings.queues.items()},
    )


class ReportSums:
    """Sums up what the journal has gained; `rebuild` does it from nothing."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._rules = transactions, rules_of(settings)
        self._told = False

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself."""
        if (
            not self._told
        ):  # once: two processes with different settings must not contradict each other for ever
            self.tell_rules()
            self._told = True
        self.sum_up()
        return Retry(EVERY_S, timer=True)

    def sum_up(self) -> None:
        """Everything that is settled by now. Sums of another form are made again first."""
        with self._transactions.database.read() as connection:
            done = report_sums.peek(connection)
        if done is not None and done[0] != report_sums.FORM:
            self._forget()
        while self._batch(BATCH):
            pass

    def rebuild(self) -> int:
        """Forget every sum and read the journal from its first line; returns how many lines that is.
        Meanwhile reports show what has been read so far."""
        self._forget()
        while self._batch(REBUILD_BATCH):
            pass
        with self._transactions.database.read() as connection:
            return (report_sums.peek(connection) or (0, 0))[1]

    def _forget(self) -> None:
        with self._transactions.database.write() as unit:
            first = report_sums.first_rules(unit.connection) or self._rules
            report_sums.forget_everything(unit.connection, first)

    def tell_rules(self) -> None:
        """Write to the journal by what is measured from here on, when that is something else than before."""
        with self._transactions.begin() as tx:
            report_sums.cursor(tx.connection, self._rules)
            if report_sums.told(tx.connection) != self._rules.as_json():
                tx.note(MEASURED_BY, **self._rules.as_json())
                report_sums.set_told(tx.connection, self._rules)

    def _batch(self, most: int) -> bool:
        """Returns whether there may be more."""
        database, now = self._transactions.database, self._transactions.clock()
        with database.read() as connection:  # a look is cheaper than a turn to write
            done = (report_sums.peek(connection) or (0, 0))[1]
            if announced_estimates.settled(connection, done, now) <= done:
                return False
        with database.write() as unit:
            connection = unit.connection
            done, rules = report_sums.cursor(connection, self._rules)
            top = announced_estimates.settled(connection, done, now)
            lines = announced_estimates.lines(connection, done, top, KINDS, most)
            summing = _summed(connection, lines, rules)
            report_sums.add(connection, summing.tally)
            report_sums.keep_memory(connection, summing.memory)
            if lines:
                at = lines[-1].at
                report_sums.forget_old(connection, at - KEPT_TALKS_S, int(at // 60) - KEPT_MINUTES)
            more = len(lines) == most
            upto = lines[-1].id if more else max(top, done)
            report_sums.move_cursor(connection, upto, summing.memory.rules)
        return more


def _summed(connection: Connection, lines: list[Any], rules: MeasuringRules) -> JournalSums:
    whole = {line.call_sid for line in lines if line.kind in WHOLE_CALL and line.call_sid}
    calls = report_sums.lines_of_calls(connection, whole, lines[-1].id) if whole else {}
    about = report_sums.about_calls(connection, calls)
    agents = {line.agent_id for line in lines if line.agent_id}
    digests = {of.digest for of in about.values() if of.digest}
    summing = JournalSums(report_sums.memory(connection, rules, agents, digests), calls, about)
    for line in lines:
        summing.take(line)
    return summing


def report_jobs(
    transactions: Transactions, settings: Settings, environ: Mapping[str, str]
) -> dict[str, Callable[[Job], Retry | None]]:
    """The worker's handlers. Raises EnvironmentProblem when alerts are wanted that cannot be sent."""
    alerts = AlertService(transactions, settings, environ).handlers
    return {
        JobKind.REPORT_SUMS: ReportSums(transactions, settings).job,
        JobKind.GOAL_WATCH: GoalWatch(transactions, settings).job,
        **alerts,
    }


def ask_for_report_jobs(transactions: Transactions) -> None:
    """They come again by themselves once they were asked for; to be asked again does no harm."""
    with transactions.begin() as tx:
        for kind in (JobKind.REPORT_SUMS, JobKind.GOAL_WATCH):
            tx.job(kind, kind)
