"""The job that keeps what the wait estimator has learnt in the database."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from ivr.floor.floor_snapshot import QueueSkills
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Retry, Transactions
from ivr.floor.wait_board import FORM, WaitLearning
from ivr.store import announced_estimates
from ivr.store.database import Connection
from ivr.store.jobs import Job

KEEP_EVERY_S = 30.0
JOB_LINES, JOB_ROUNDS = 2_000, 10


class LearntKeeper:
    """Reads on from what was kept, and keeps it again: the worker's job, whichever worker does it."""

    def __init__(
        self, transactions: Transactions, zone: ZoneInfo, queue_skills: QueueSkills = lambda _queue: {}
    ) -> None:
        self._transactions, self._zone, self._queue_skills = transactions, zone, queue_skills

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself, and soon when there is much to read."""
        return Retry(0.1 if self.keep() else KEEP_EVERY_S, timer=True)

    def keep(self) -> bool:
        """Learn what is new and write it down; True when there is more than one job should read."""
        now, learning = self._transactions.clock(), WaitLearning(self._zone)
        with self._transactions.database.read() as connection:
            before = announced_estimates.learnt_upto(connection, FORM)
            if before is not None and announced_estimates.settled(connection, before, now) == before:
                return False
            more = self._read(learning, connection, now)
            learning.notice(connection, self._queue_skills, now)
        with self._transactions.database.write() as unit:
            announced_estimates.keep_learnt(
                unit.connection, FORM, learning.cursor or 0, now, learning.state()
            )
        return more

    @staticmethod
    def _read(learning: WaitLearning, connection: Connection, now: float) -> bool:
        return all(learning.catch_up(connection, now, JOB_LINES) for _ in range(JOB_ROUNDS))


def keeper_jobs(
    transactions: Transactions, zone: str, queue_skills: QueueSkills
) -> dict[str, Callable[[Job], Retry]]:
    return {JobKind.WAIT_LEARNING: LearntKeeper(transactions, ZoneInfo(zone), queue_skills).job}
