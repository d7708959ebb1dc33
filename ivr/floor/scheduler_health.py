"""No numbers while timers and effects stand still, nor right after: the floor is not what it seems.

Where no worker runs (the database was away, every process was down) offers do not end and nobody is rung, so
a wait estimated from that floor would be wrong. The record of waits runs every few seconds, whichever worker
does it; how late it is tells how long nobody did anything.
"""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.floor.transaction import Transactions
from ivr.store import announced_estimates, jobs
from ivr.store.announced_estimates import EVERYWHERE, SilencedQueue
from ivr.store.database import Connection

BEAT = "wait_record"  # the job that comes every few seconds
LATE_S = 10.0  # later than that it was an outage, and not a busy moment
SILENT_S = 20.0  # after its end


def is_stalled(connection: Connection, now: float) -> bool:
    """Is nobody doing what is due? Not known before a worker has ever run."""
    beat = jobs.find(connection, BEAT)
    return beat is not None and beat.due is not None and now - beat.due > LATE_S


def noticed(transactions: Transactions, due: float | None = None) -> None:
    """A worker works: write down that it was late, if it was, or that the silence after that is over. `due`
    is when it should have begun; without it, as the job stands."""
    now = transactions.clock()
    with transactions.database.read() as connection:
        if due is None:
            beat = jobs.find(connection, BEAT)
            due = beat.due if beat is not None else None
        silence = announced_estimates.silences(connection).get(EVERYWHERE)
    late = due is not None and now - due > LATE_S
    over = silence is not None and silence.silent and not 0.0 <= now - silence.since < SILENT_S
    if late:
        _turn(transactions, True, f"nothing was done for {now - (due or now):.0f} s")
    elif over:
        _turn(transactions, False, "")


def _turn(transactions: Transactions, silent: bool, why: str) -> None:
    with transactions.begin() as tx:
        announced_estimates.set_silence(tx.connection, SilencedQueue(EVERYWHERE, silent, tx.now, why))
        tx.note(JournalKind.WAITS_SILENT_AFTER_OUTAGE if silent else JournalKind.WAITS_TOLD_AGAIN, why=why)
