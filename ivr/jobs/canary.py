"""A share of new calls on a new revision, and back by itself when it does worse than chance explains."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Retry, Transactions
from ivr.jobs.flow_health import FlowHealth
from ivr.service.publishing import withdraw
from ivr.store import flow_health, revisions
from ivr.store.flow_health import CanaryTally
from ivr.store.jobs import Job

EVERY_S = 60.0
FEWEST_CALLS = 10  # of either revision
# Looked at every minute and in three ways, so a single look must be very sure: with this, a trial that is no
# worse is taken back by mistake in about one of a hundred.
CHANCE = 0.0003
MEASURES = (
    ("errors", "errors"),
    ("hung_up", "callers who hung up in the flow"),
    ("zeroed", "callers who pressed 0"),
)


@dataclass(frozen=True, slots=True)
class CanaryResult:
    """`worse` says in words what went up; empty while there is no reason to go back."""

    worse: str = ""


def judge(old: CanaryTally, new: CanaryTally) -> CanaryResult:
    """Is a rate of the new revision higher than the old one's, beyond chance?"""
    if min(old.calls, new.calls) < FEWEST_CALLS:
        return CanaryResult()
    for name, words in MEASURES:
        before, after = getattr(old, name), getattr(new, name)
        if chance_of_more(before, old.calls, after, new.calls) < CHANCE:
            was, now = 100 * before / old.calls, 100 * after / new.calls
            return CanaryResult(
                f"{words}: {now:.0f} % of {new.calls} calls, before {was:.0f} % of {old.calls}"
            )
    return CanaryResult()


def chance_of_more(before: int, calls_before: int, after: int, calls_after: int) -> float:
    """How likely chance alone gives the new revision so many or more of them (Fisher's exact test, one
    side). Exact for small numbers, where comparing two proportions by a normal curve is not."""
    total, hits = calls_before + calls_after, before + after
    most = min(hits, calls_after)
    whole = _log_choose(total, calls_after)
    return math.fsum(
        math.exp(_log_choose(hits, k) + _log_choose(total - hits, calls_after - k) - whole)
        for k in range(after, most + 1)
        if calls_after - k <= total - hits
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


class CanaryWatch:
    """Looks every minute while a trial runs. `sum_up` brings the counts up to date first."""

    def __init__(self, transactions: Transactions, sum_up: Callable[[], None]) -> None:
        self._transactions, self._sum_up = transactions, sum_up

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself."""
        self.look()
        return Retry(EVERY_S, timer=True)

    def look(self) -> CanaryResult:
        """Judge the trial, and end it when it is worse. Nothing happens without one."""
        self._sum_up()
        with self._transactions.begin() as tx:
            live = revisions.live_locked(tx.connection)
            if live is None or live.trial is None:
                return CanaryResult()
            verdict = judge(
                flow_health.tally(tx.connection, live.revision),
                flow_health.tally(tx.connection, live.trial),
            )
            if verdict.worse:
                withdraw(tx, live, "presszero", f"taken back by itself: more {verdict.worse}")
            return verdict


def flow_jobs(transactions: Transactions) -> dict[str, Callable[[Job], Retry]]:
    """The worker's handlers for what goes on behind published flows."""
    health = FlowHealth(transactions)
    return {JobKind.FLOW_HEALTH: health.job, JobKind.FLOW_TRIAL: CanaryWatch(transactions, health.sum_up).job}


def ask_for_flow_jobs(transactions: Transactions) -> None:
    """They come again by themselves once they were asked for; to be asked again does no harm."""
    with transactions.begin() as tx:
        for kind in (JobKind.FLOW_HEALTH, JobKind.FLOW_TRIAL):
            tx.job(kind, kind)
