"""The jobs behind reports and goals, put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ivr.floor.job_handler import Retry
from ivr.floor.transaction import Transactions
from ivr.jobs.alerts import AlertService
from ivr.jobs.goals import GoalWatch
from ivr.jobs.report_sums import ReportSums
from ivr.settings import Settings
from ivr.store.jobs import Job

SUMS, GOALS = "report_sums", "goal_watch"


def report_jobs(
    transactions: Transactions, settings: Settings, environ: Mapping[str, str]
) -> dict[str, Callable[[Job], Retry | None]]:
    """The worker's handlers. Raises EnvironmentProblem when alerts are wanted that cannot be sent."""
    alerts = AlertService(transactions, settings, environ).handlers
    return {
        SUMS: ReportSums(transactions, settings).job,
        GOALS: GoalWatch(transactions, settings).job,
        **alerts,
    }


def ask_for_report_jobs(transactions: Transactions) -> None:
    """They come again by themselves once they were asked for; to be asked again does no harm."""
    with transactions.begin() as tx:
        for kind in (SUMS, GOALS):
            tx.job(kind, kind)
