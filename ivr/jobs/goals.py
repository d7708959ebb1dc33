"""Watches the goals of queues: who misses one for long enough is told of, once, and when it is over."""

from __future__ import annotations

from typing import Any

from ivr.acd.journal import JournalKind
from ivr.acd.reports import goals
from ivr.acd.reports.goals import Incident, judged
from ivr.floor.alerting import MAIL, WEBHOOK
from ivr.floor.transaction import Retry, Transaction, Transactions
from ivr.settings import Settings
from ivr.store import goals as store
from ivr.store.jobs import Job

EVERY_S = 15.0


class GoalWatch:
    """Looks at the queues that have `alert_after_minutes`, and asks for alerts with what it writes."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._alerts = transactions, settings.reports.alerts
        self._company = settings.company
        self._goals = {
            name: queue.goal
            for name, queue in sorted(settings.queues.items())
            if queue.goal.alert_after_minutes is not None
        }

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself."""
        self.look()
        return Retry(EVERY_S, timer=True)

    def look(self) -> None:
        """One look at every queue. A queue that config.yaml no longer watches is forgotten without a word."""
        with self._transactions.database.read() as connection:  # a look is cheaper than a turn to write
            if not self._goals and not store.open_incidents(connection):
                return
        with self._transactions.begin() as tx:
            standing = store.open_incidents(tx.connection)
            for queue, (number, _) in standing.items():
                if queue not in self._goals:
                    store.drop(tx.connection, number)
            for queue in self._goals:
                self._judge(tx, queue, *standing.get(queue, (0, None)))

    def _judge(self, tx: Transaction, queue: str, number: int, incident: Incident | None) -> None:
        goal, now = self._goals[queue], tx.now
        since, overdue = now - goal.over_minutes * 60.0, now - goal.answered_within
        share = store.recent(tx.connection, queue, since, overdue).share(goal.least_calls)
        todo, after = judged(incident, share, goal.share, (goal.alert_after_minutes or 0.0) * 60.0, now)
        if todo == goals.FORGET:
            store.drop(tx.connection, number)
        elif after is not None and not number:
            number = store.add(tx.connection, queue, after)
        elif after is not None and after != incident:
            store.save(tx.connection, number, after)
        if todo == goals.TELL_MET and after is not None:
            store.end(tx.connection, number, after.met_since, now)
        if todo in (goals.TELL_MISSED, goals.TELL_MET) and after is not None:
            self._tell(tx, todo, queue, number, after, share)

    def _tell(
        self, tx: Transaction, what: str, queue: str, number: int, incident: Incident, share: float | None
    ) -> None:
        goal = self._goals[queue]
        told: dict[str, Any] = {
            "event": f"goal_{what}",
            "incident": number,
            "company": self._company,
            "queue": queue,
            "share": None if share is None else round(share, 4),
            "goal": goal.share,
            "answered_within": goal.answered_within,
            "over_minutes": goal.over_minutes,
            "missed_since": incident.missed_since,
            "at": tx.now,
        }
        context = {name: told[name] for name in ("incident", "share", "goal", "missed_since")}
        tx.note(JournalKind(told["event"]), queue=queue, **context)
        for place, address in enumerate(self._alerts.mail):
            tx.job(MAIL, f"{MAIL}:{number}:{what}:{place}", 0.0, {**told, "to": address})
        if self._alerts.webhook:
            tx.job(WEBHOOK, f"{WEBHOOK}:{number}:{what}", 0.0, told)
