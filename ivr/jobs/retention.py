"""Removes data that is older than the settings allow, in small batches.

Each batch is one short transaction, so that no webhook waits for long. A call with unfinished work is left
until that is done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from ivr.floor.call_recording import delete_later, delete_texts_later
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Handler, Retry, Transaction, Transactions
from ivr.flowfiles.policy_settings import RetentionSettings as Days
from ivr.service.sign_in_attempts import WINDOW_S
from ivr.settings import Settings
from ivr.store import accounts, erasing, expenses, look_up_tries
from ivr.store import retention as store
from ivr.store.database import Connection
from ivr.store.jobs import Job
from ivr.store.retention import RetentionMark

RETENTION, LATER = JobKind.RETENTION, JobKind.FORGET_CALL
EVERY_S, AT_ONCE_S, LATER_S = 3600.0, 1.0, 7 * 86_400.0
SESSIONS_S, DAY_S = 86_400.0, 86_400.0
CALLS, OTHERS = 50, 500  # in a batch
BATCHES = 20  # in one run of the job


@dataclass(frozen=True, slots=True)
class RetentionClass:
    """One class of what is kept, with the number of days in the settings; `find` looks for what is older than
    a moment, oldest first, and `forget` takes it away."""

    days: int | None
    find: Callable[[Connection, RetentionMark, float], list[tuple[RetentionMark, Any]]]
    forget: Callable[[Transaction, list[Any]], None]


def _classes(days: Days) -> dict[str, RetentionClass]:
    contacts, texts = (partial(store.contacts, texts=texts, most=OTHERS) for texts in (False, True))
    lines = partial(store.lines, most=OTHERS)
    return {
        "calls": RetentionClass(days.calls, partial(store.calls, most=CALLS), _calls),
        "contacts": RetentionClass(days.calls, contacts, _blank),
        "texts": RetentionClass(days.texts, texts, _blank),
        "recordings": RetentionClass(days.recordings, partial(store.recordings, most=CALLS), _recordings),
        "journal": RetentionClass(days.journal, lines, lambda tx, it: store.clean_lines(tx.connection, it)),
        "sign_ins": RetentionClass(
            days.sign_ins, lines, lambda tx, it: store.delete_sign_ins(tx.connection, it)
        ),
    }


class RetentionService:
    """The jobs of forgetting."""

    def __init__(self, transactions: Transactions, settings: Settings) -> None:
        self._transactions, self._classes = transactions, _classes(settings.retention)

    @property
    def handlers(self) -> dict[str, Handler]:
        return {RETENTION: self.job, LATER: self.later}

    def job(self, _job: Job) -> Retry:
        """The worker's handler: it comes again by itself, soon where there is more to do."""
        with self._transactions.begin() as tx:
            accounts.forget_attempts(tx.connection, tx.now - WINDOW_S)
            accounts.forget_sessions(tx.connection, tx.now - SESSIONS_S)
            look_up_tries.forget(tx.connection, tx.now - DAY_S)
            expenses.forget(tx.connection, tx.now - expenses.KEPT_S)
        for _ in range(BATCHES):
            if not self.batch():
                return Retry(EVERY_S, timer=True)
        return Retry(AT_ONCE_S, timer=True)

    def batch(self) -> bool:
        """One batch of each class; whether there may be more."""
        done = [self._batch(name, each) for name, each in self._classes.items() if each.days is not None]
        return any(done)

    def _batch(self, name: str, each: RetentionClass) -> bool:
        before = self._transactions.clock() - (each.days or 0) * DAY_S
        with self._transactions.database.read() as connection:  # a look is cheaper than a turn to write
            found = each.find(connection, store.mark(connection, name), before)
        if not found:
            return False
        with self._transactions.begin() as tx:
            each.forget(tx, [item for _, item in found])
            store.set_mark(tx.connection, name, found[-1][0])
            tx.job(JobKind.FORGET_WORDS, "forget_words", 0.0, {})
        return True

    def later(self, job: Job) -> Retry | None:
        """A call that was put off."""
        sid = str(job.body["call"])
        with self._transactions.begin() as tx:
            if store.with_open_matters(tx.connection, [sid]):
                return Retry(LATER_S, timer=True)
            forget(tx, [sid])
            tx.job(JobKind.FORGET_WORDS, "forget_words", 0.0, {})
        return None


def _calls(tx: Transaction, sids: list[str]) -> None:
    put_off = store.with_open_matters(tx.connection, sids)
    for sid in put_off:
        tx.job(LATER, f"{LATER}:{sid}", LATER_S, {"call": sid})
    forget(tx, [sid for sid in sids if sid not in put_off])


def _blank(tx: Transaction, contacts: list[Any]) -> None:
    delete_texts_later(tx, [one.text_sid for one in contacts if one.text_sid])
    store.blank_contacts(tx.connection, [one.id for one in contacts])


def _recordings(tx: Transaction, sids: list[str]) -> None:
    for sid in sids:
        delete_later(tx, sid)
    store.drop_recordings(tx.connection, sids)


def forget(tx: Transaction, sids: list[str]) -> None:
    """Take out of these calls what says who somebody was, here and at the carrier."""
    if not sids:
        return
    for recording in erasing.recordings_of(tx.connection, sids):
        delete_later(tx, recording)
    delete_texts_later(tx, erasing.texts_of(tx.connection, None, (), sids))
    erasing.forget_calls(tx.connection, sids)


def ask_for_retention(transactions: Transactions) -> None:
    """It comes again by itself; to be asked again does no harm."""
    with transactions.begin() as tx:
        tx.job(RETENTION, RETENTION)
