"""The worker: claims due jobs and does them. Timers and effects are the same thing here.

A job runs after the commit that asked for it, is found again when the process died, and looks before it
acts. Its handler returns None (done) or a `Retry`; a fault is retried with growing pauses, then parked.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from contextlib import nullcontext

from ivr.acd.journal import JournalKind
from ivr.floor.transaction import POLL_S, Handler, Retry, Transactions, is_due_soon
from ivr.store import jobs
from ivr.store.database import DatabaseUnavailable
from ivr.store.deadlines import REPORT_S, each_within
from ivr.store.jobs import Job

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
LONGEST_PAUSE_S = 30.0
DATABASE_RETRY_S = 1.0


class Worker:
    """`handlers` maps a job's kind to what does it. `timers` are the kinds that end a state: they are tried
    for ever, since a state without its deadline is a caller or an agent forgotten. `unhurried` are those that
    may read for long."""

    def __init__(
        self,
        transactions: Transactions,
        handlers: Mapping[str, Handler],
        timers: frozenset[str] = frozenset(),
        unhurried: frozenset[str] = frozenset(),
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._transactions, self._handlers, self._jitter = transactions, dict(handlers), jitter
        self._timers, self._unhurried = timers, unhurried
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.last_beat = 0.0
        transactions.wake = self.wake

    def add(self, handlers: Mapping[str, Handler]) -> None:
        """More kinds of jobs, before it starts."""
        self._handlers.update(handlers)

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of jobs that have a handler."""
        return frozenset(self._handlers)

    @property
    def is_roused(self) -> bool:
        """Whether a thread is to look for jobs at once."""
        return self._woken.is_set()

    def wake(self, due: float) -> None:
        """Look for jobs at once, unless the one that is due at `due` is found in time without."""
        if is_due_soon(due, self._transactions.clock()):
            self._woken.set()

    def run_due(self) -> float | None:
        """Do everything that is due now; returns when the next job is due (epoch seconds), or None."""
        try:
            while True:
                due = self._next_due()
                if due is None or due > self._transactions.clock():
                    return due
                if not self._run_batch():
                    return self._next_due()  # somebody else took it
        except DatabaseUnavailable as error:
            log.warning("worker: %s", error)
            return self._transactions.clock() + DATABASE_RETRY_S

    def _next_due(self) -> float | None:
        """A look, which is cheaper than a turn to write."""
        now = self._transactions.clock()
        with self._transactions.database.read() as connection:
            due = jobs.next_due(connection)
        self.last_beat = now
        return due

    def _run_batch(self, most: int = 20) -> bool:
        """Whether there was one to be done."""
        now = self._transactions.clock()
        with self._transactions.database.write() as unit:
            taken = jobs.claim(unit.connection, now, most)
        if taken:
            self._woken.set()  # there may be more: let another thread look meanwhile
        for job in taken:
            self._run(job)
        return bool(taken)

    def _run(self, job: Job) -> None:
        try:
            with each_within(REPORT_S) if job.kind in self._unhurried else nullcontext():
                again = self._handlers[job.kind](job)
        except DatabaseUnavailable:
            again = Retry(DATABASE_RETRY_S, timer=True)  # if that cannot be written either, the lease ends
        except Exception as error:  # the boundary of every job: one that fails must not stop the others
            log.exception("job %s (%s), attempt %d", job.key, job.kind, job.attempts)
            again = self._after_fault(job, error)
            if again is None:
                return
        with self._transactions.database.write() as unit:
            if again is None:
                jobs.done(unit.connection, job)
            else:
                due = self._transactions.clock() + again.after
                jobs.postpone(unit.connection, job, due, again.body, fresh=again.timer)

    def _after_fault(self, job: Job, error: Exception) -> Retry | None:
        if job.attempts < MOST_ATTEMPTS or job.kind in self._timers:
            pause = min(LONGEST_PAUSE_S, 0.5 * 2 ** min(job.attempts - 1, 10))
            return Retry(pause * (0.5 + 0.5 * self._jitter()))
        with self._transactions.begin() as tx:
            jobs.park(tx.connection, job, repr(error))
            tx.note(JournalKind.JOB_PARKED, job=job.key, kind_of_job=job.kind, error=repr(error)[:500])
        return None

    # As threads of a process --------------------------------------------------------------------------

    def start(self, threads: int = 3) -> None:
        """Work in the background. Several threads, so that one slow request holds up nobody else."""
        for number in range(threads):
            thread = threading.Thread(target=self._loop, name=f"worker-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout: float = 5.0) -> None:
        self._stopping.set()
        self._woken.set()
        for thread in self._threads:
            thread.join(timeout)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                due = self._next_due()
                pause = POLL_S if due is None else min(POLL_S, due - self._transactions.clock())
                if pause <= 0 and self._run_batch(most=1):
                    continue
            except Exception:  # a locked or lost database: try again, and say so
                log.exception("worker")
                pause = 1.0
            self._woken.wait(max(0.0, pause))
            self._woken.clear()
