"""Publishing: which revision new calls begin on, who said so, and the way back.

A revision is immutable: the hash of its texts is its name. What is live is one row, moved under a lock; every
process looks at it each second. Calls in progress stay on the revision they began with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.engine.flow import FlowSet
from ivr.floor.transaction import Transaction, Transactions
from ivr.store import revisions
from ivr.store.database import Database
from ivr.store.revisions import LiveRow, Publication

PUBLISHED, TRIAL, PROMOTED = "published", "trial", "promoted"
WITHDRAWN, ROLLED_BACK = "withdrawn", "rolled_back"
MOST_AUTHOR, MOST_MESSAGE, MOST_WHY = 100, 1000, 300


class UnknownRevision(Exception):
    """No stored revision has this name, or several begin with it."""


class NothingToDo(Exception):
    """The request changes nothing, or there is nothing to go back to. The message says which."""


class NothingNew(NothingToDo):
    """The very flows that were to be published are live for everybody: all is as it was wanted."""


class Publishing:
    """The use cases; `transactions` writes the journal line with the change itself."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def publish(
        self,
        flow_set: FlowSet,
        author: str,
        message: str,
        share: int = 100,
        checks: Mapping[str, Any] | None = None,
    ) -> Publication:
        """Make `flow_set` live for new calls, or for `share` percent of them. Raises NothingToDo."""
        with self._transactions.begin() as tx:
            revisions.store(tx.connection, flow_set.revision, dict(flow_set.texts), tx.now)
            live = revisions.live_locked(tx.connection)
            what, row = self._next(live, flow_set.revision, share, tx.now)
            done = Publication(0, tx.now, what, flow_set.revision, share, author, message, checks or {})
            return _moved(tx, live, row, done)

    def _next(self, live: LiveRow | None, revision: str, share: int, now: float) -> tuple[str, LiveRow]:
        whole = share >= 100
        if live is None:
            if not whole:
                raise NothingToDo("nothing is published yet: there is no other revision to share calls with")
            return PUBLISHED, LiveRow(1, revision, None, 0, now, "")
        if live.revision == revision and live.trial is None:
            raise NothingNew(f"revision {revision} is live already: nothing changed")
        if whole:
            what = PROMOTED if live.trial == revision else PUBLISHED
            return what, LiveRow(live.version, revision, None, 0, now, "")
        if live.revision == revision:
            raise NothingToDo(f"revision {revision} is live already: it cannot be on trial, too")
        return TRIAL, LiveRow(live.version, live.revision, revision, share, now, "")

    def rollback(self, to: str = "", author: str = "", why: str = "") -> Publication:
        """End the trial, or go back to the revision before (or to `to`). Raises NothingToDo,
        UnknownRevision."""
        with self._transactions.begin() as tx:
            live = revisions.live_locked(tx.connection)
            if live is None:
                raise NothingToDo("nothing was ever published")
            if not to and live.trial is not None:
                return withdraw(tx, live, author, why)
            target = _named(tx, to) if to else _before(tx, live)
            if target == live.revision and live.trial is None:
                raise NothingToDo(f"revision {target} is live already")
            row = LiveRow(live.version, target, None, 0, tx.now, why[:MOST_WHY])
            return _moved(tx, live, row, Publication(0, tx.now, ROLLED_BACK, target, 100, author, why, {}))


def withdraw(tx: Transaction, live: LiveRow, author: str, why: str) -> Publication:
    """End the trial: all new calls begin on the old revision again."""
    row = replace(live, trial=None, share=0, since=tx.now, why=why[:MOST_WHY])
    done = Publication(0, tx.now, WITHDRAWN, str(live.trial), 0, author, why, {})
    return _moved(tx, live, row, done)


def _moved(tx: Transaction, was: LiveRow | None, row: LiveRow, done: Publication) -> Publication:
    done = replace(done, author=done.author[:MOST_AUTHOR], message=done.message[:MOST_MESSAGE])
    version = was.version + 1 if was else 1
    if not revisions.point(tx.connection, was, replace(row, version=version)):
        raise NothingToDo("somebody else published at this moment: look at `ivr revisions` and try again")
    revisions.add_publication(tx.connection, done)
    revisions.clear_tally(tx.connection)
    tx.note(
        JournalKind(f"flows_{done.what}"),
        revision=done.revision,
        share=done.share,
        author=done.author,
        why=done.message,
    )
    tx.tell("flows")
    return done


def _before(tx: Transaction, live: LiveRow) -> str:
    before = previous(revisions.history(tx.connection), live.revision)
    if before is None:
        raise NothingToDo("there is no revision before this one")
    return before


def previous(history: Sequence[Publication], live: str) -> str | None:
    """The revision that was live before `live` was. A rollback takes its revision's successors off the
    pile, so that two rollbacks go back by two."""
    pile: list[str] = []
    for entry in reversed(history):
        if entry.what in (PUBLISHED, PROMOTED):
            pile.append(entry.revision)
        elif entry.what == ROLLED_BACK:
            while pile and pile[-1] != entry.revision:
                pile.pop()
            pile = pile or [entry.revision]
    while pile and pile[-1] == live:
        pile.pop()
    return pile[-1] if pile else None


def _named(tx: Transaction, name: str) -> str:
    return _one(revisions.known(tx.connection, name), name)


def _one(found: list[str], name: str) -> str:
    if not name or not found:
        raise UnknownRevision(f"there is no revision '{name}': `ivr revisions` lists them")
    if len(found) > 1 and name not in found:
        raise UnknownRevision(f"more than one revision begins with '{name}'")
    return name if name in found else found[0]


def stored_texts(database: Database, name: str) -> dict[str, str]:
    """The texts of a stored revision by its name, the beginning of it, or `live`. Raises
    UnknownRevision."""
    with database.read() as connection:
        if name == "live":
            live = revisions.live(connection)
            if live is None:
                raise UnknownRevision("nothing was ever published: name two folders, or use --git")
            name = live.revision
        return dict(revisions.texts(connection, _one(revisions.known(connection, name), name)) or {})
