"""Agents who went available at a desk that is not open any more: marked on the floor, then set away.

Who was set available by a command, by a supervisor or for a call back needs no desk, and stays as they are.
"""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.acd.states import IllegalMove
from ivr.floor.agent_states import DESK_CLOSED, move_agent
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Retry, Transactions
from ivr.settings import Settings
from ivr.store import floor
from ivr.store.jobs import Job

DESK_WATCH = JobKind.DESK_WATCH
LOOK_S = 30.0
LATE_S = 90.0  # a look that comes so late: the line stood still, and saw nobody meanwhile


class DeskWatch:
    """The job that looks every half minute."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._after_s = transactions, settings.desk_closed.away_after_minutes * 60.0

    def job(self, job: Job) -> Retry | None:
        """Set away who has had no desk for too long."""
        if not self._after_s:
            return None
        if self._transactions.clock() - job.due > LATE_S:
            _count_anew(self._transactions)
        with self._transactions.begin() as tx:
            for agent_id, seen_at in floor.available_without_desk(tx.connection, tx.now - self._after_s):
                try:
                    move_agent(tx, agent_id, "go_away", reason=DESK_CLOSED)
                except IllegalMove:  # offered a call in this moment
                    continue
                tx.note(JournalKind.DESK_CLOSED, agent=agent_id, seen_at=seen_at)
        return Retry(LOOK_S, timer=True)


def ask_for_desk_watch(transactions: Transactions) -> None:
    """It comes again by itself. While the line was down it saw no desk, so the time counts from now."""
    _count_anew(transactions)
    with transactions.begin() as tx:
        tx.job(DESK_WATCH, DESK_WATCH)


def _count_anew(transactions: Transactions) -> None:
    with transactions.begin() as tx:
        floor.count_desks_anew(tx.connection, tx.now)
