"""A transaction that collects its journal lines, its jobs and its notifications; and the return value of job
handlers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.floor.job_kinds import JobKind
from ivr.store import jobs, journal
from ivr.store.database import Database, UnitOfWork
from ivr.store.jobs import Job
from ivr.store.journal import JournalRow
from ivr.store.process_notifications import EVERYTHING


class Subscription:
    """A place to wait for news of some topics."""

    def __init__(self, bus: NotificationBus, topics: tuple[str, ...]) -> None:
        self._bus, self.topics = bus, topics
        self._woken = threading.Event()

    def wait(self, timeout: float) -> bool:
        """True when something was published since the last wait, False after `timeout` seconds."""
        self._woken.wait(timeout)
        woken = self._woken.is_set()  # also a knock that came in the instant the wait ended
        self._woken.clear()
        return woken

    def wake(self) -> None:
        self._woken.set()

    def close(self) -> None:
        self._bus.drop(self)


class NotificationBus:
    """Topics are `agent:<id>`, `line` (who waits, and who is at work) and `floor` (what else many see)."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._by_topic: dict[str, set[Subscription]] = {}

    def subscribe(self, *topics: str) -> Subscription:
        subscription = Subscription(self, topics)
        with self._guard:
            for topic in topics:
                self._by_topic.setdefault(topic, set()).add(subscription)
        return subscription

    def publish(self, topic: str) -> None:
        with self._guard:
            listeners = tuple(self._by_topic.get(topic, ()))
        for listener in listeners:
            listener.wake()

    def publish_all(self) -> None:
        """Wake everybody: something happened, and it is not known what."""
        with self._guard:
            topics = tuple(self._by_topic)
        for topic in topics:
            self.publish(topic)

    def drop(self, subscription: Subscription) -> None:
        with self._guard:
            for topic in subscription.topics:
                listeners = self._by_topic.get(topic, set())
                listeners.discard(subscription)
                if not listeners:
                    self._by_topic.pop(topic, None)


@dataclass(frozen=True, slots=True)
class Retry:
    """Do this job again `after` seconds. A `timer` is no failure: its attempts are counted anew."""

    after: float
    timer: bool = False
    body: Mapping[str, Any] | None = None


Handler = Callable[[Job], Retry | None]


Clock = Callable[[], float]
JOBS = "jobs"
POLL_S = 0.5  # a worker looks for jobs at least this often


class Transaction:
    """The work of one transaction so far. Journal lines are written at its end, in their order."""

    def __init__(self, unit: UnitOfWork, now: float) -> None:
        self.connection, self.now = unit.connection, now
        self.unit = unit
        self.lines: list[JournalRow] = []
        self.topics: set[str] = set()
        self._jobs: dict[str, tuple[str, float, Mapping[str, Any] | None] | None] = {}

    def note(
        self,
        kind: JournalKind,
        /,
        *,
        call: str | None = None,
        agent: str | None = None,
        queue: str | None = None,
        **body: Any,
    ) -> None:
        """Write to the journal that something happened."""
        self.lines.append(JournalRow(self.now, kind, call, agent, queue, body))

    def job(self, kind: JobKind, key: str, after: float = 0.0, body: Mapping[str, Any] | None = None) -> None:
        """Ask for a job `after` seconds from now; the same key asked for again is moved, not doubled."""
        self._jobs[key] = (str(kind), self.now + after, body)

    @property
    def one_at_a_time(self) -> bool:
        """No other process writes between this transaction's first look and its commit (SQLite)."""
        return self.connection.dialect.name == "sqlite"

    def cancel_job(self, key: str) -> None:
        self._jobs[key] = None

    @property
    def next_job_due(self) -> float | None:
        """When the first of its jobs is due, in epoch seconds. None: it has asked for none."""
        return min((wanted[1] for wanted in self._jobs.values() if wanted is not None), default=None)

    def write_jobs(self) -> None:
        """Last of all and in one order: every transaction wants the same few rows, `dispatch` above all, and
        two that took them in the middle of their work would wait for each other."""
        for key in sorted(self._jobs):
            wanted = self._jobs[key]
            if wanted is None:
                jobs.cancel(self.connection, key)
            else:
                kind, due, body = wanted
                jobs.enqueue(self.connection, kind, key, due, body, self.now)

    def tell(self, topic: str) -> None:
        self.topics.add(topic)

    def tell_agent(self, agent_id: str) -> None:
        self.topics.add(f"agent:{agent_id}")


class Transactions:
    """Opens transactions. After a commit, `wake` is told when the first of its jobs is due, for the worker of
    this process. `tell_others` passes the topics to other processes, where there are any, with "jobs" among
    them when a job is due before their workers look by themselves.
    """

    def __init__(self, database: Database, clock: Clock, bus: NotificationBus) -> None:
        self.database, self.clock, self.bus = database, clock, bus
        self.wake: Callable[[float], None] = lambda _due: None
        self.tell_others: Callable[[set[str]], None] = lambda _topics: None

    def heard(self, topics: set[str]) -> None:
        """Another process has committed something."""
        if topics & {JOBS, EVERYTHING}:
            self.wake(self.clock())
        for topic in topics - {JOBS, EVERYTHING}:
            self.bus.publish(topic)
        if EVERYTHING in topics:
            self.bus.publish_all()

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        with self.database.write() as unit:
            tx = Transaction(unit, self.clock())
            yield tx
            journal.write(unit.connection, tx.lines)
            tx.write_jobs()
            unit.after_commit(lambda: self._announce(tx))

    def _announce(self, tx: Transaction) -> None:
        for topic in tx.topics:
            self.bus.publish(topic)
        due = tx.next_job_due
        if due is not None:
            self.wake(due)
        topics = {*tx.topics, JOBS} if is_due_soon(due, self.clock()) else set(tx.topics)
        if topics:
            self.tell_others(topics)


def is_due_soon(due: float | None, now: float) -> bool:
    """Return whether a job is due before a worker looks by itself: a later one need wake nobody."""
    return due is not None and due <= now + POLL_S
