"""The flows: the live book for new calls, and the book each call in progress began with.

A revision's text is stored before the first call uses it, so a call can be finished after the files changed.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping

from ivr.engine.flow import FlowBook
from ivr.service.change import Change
from ivr.store import revisions

KEPT = 8


class Bookshelf:
    """`read(texts)` makes a book of stored texts; it raises when they cannot be read (they could once)."""

    def __init__(self, live: FlowBook, read: Callable[[Mapping[str, str]], FlowBook]) -> None:
        self._read = read
        self._guard = threading.Lock()
        self._books: OrderedDict[str, FlowBook] = OrderedDict({live.revision: live})
        self._stored: set[str] = set()
        self.live = live

    def publish(self, book: FlowBook) -> None:
        """New calls begin on `book` from now on; calls in progress stay on theirs."""
        with self._guard:
            self._books[book.revision] = book
            self.live = book

    def keep(self, change: Change, book: FlowBook) -> None:
        """Store the text of a revision, once."""
        if book.revision in self._stored:
            return
        revisions.store(change.connection, book.revision, dict(book.texts), change.now)
        change.unit.after_commit(lambda: self._stored.add(book.revision))

    def book(self, change: Change, revision: str) -> FlowBook:
        """The book a call began with. Raises LookupError when its text is gone."""
        with self._guard:
            found = self._books.get(revision)
        if found is not None:
            return found
        texts = revisions.texts(change.connection, revision)
        if texts is None:
            raise LookupError(f"flow revision {revision} is not stored")
        found = self._read(texts)
        with self._guard:
            self._books[revision] = found
            while len(self._books) > KEPT:
                oldest = next(name for name in self._books if name != self.live.revision)
                del self._books[oldest]
        return found
