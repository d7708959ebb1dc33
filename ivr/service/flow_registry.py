"""The flows: the live ones for new calls, and those that each call in progress began with."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from ivr.engine.flow import FlowSet
from ivr.flowfiles.loader import flow_files, load_book
from ivr.flowfiles.problems import Problem, errors
from ivr.store.database import Connection

if TYPE_CHECKING:
    from ivr.settings import Settings
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from typing import TYPE_CHECKING

from ivr.floor.transaction import Transaction
from ivr.flowfiles.loader import FlowProblems, live_book, stored, stored_book
from ivr.store import revisions
from ivr.store.database import Database
from ivr.store.deadlines import TURN_S
from ivr.store.revisions import LiveRow

log = logging.getLogger(__name__)

Seen = tuple[tuple[str, int, int], ...]


class FlowFolder:
    """Looks at names, times and sizes, which is cheap, and reads the files only when one of them changed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guard = threading.Lock()
        self._seen = self._look()
        self.problems: list[Problem] = []
        """What is wrong with the files as they are; empty when the last good flows are these files."""

    def changed(self) -> FlowSet | None:
        """The new book when files changed since the last look and have no errors."""
        with self._guard:
            seen = self._look()
            if seen == self._seen:
                return None
            self._seen = seen
            loaded = load_book(self._settings.flows_path, self._settings)
            self.problems = errors(loaded.problems) if loaded.flow_set is None else []
        if loaded.flow_set is None:
            first = self.problems[0] if self.problems else "the files cannot be read"
            log.warning("flows: the change has errors, so the last good flows stay live: %s", first)
            return None
        log.info("flows: reloaded as revision %s", loaded.flow_set.revision)
        return loaded.flow_set

    def _look(self) -> Seen:
        folder = self._settings.flows_path
        try:
            found = [(name, (folder / name).stat()) for name in flow_files(folder)]
        except OSError:  # a file went away between the listing and the look: the next look sees it
            return ()
        return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in found)


KEPT = 8
LOOK_EVERY_S = 1.0
Read = Callable[[Mapping[str, str]], FlowSet]


class FlowRegistry:
    """`read(texts)` makes a book of stored texts; it raises when they cannot be read (they could once).

    With `database` and `clock` the registry follows what is published; with `folder`, files that are saved.
    """

    def __init__(
        self,
        live: FlowSet,
        read: Read,
        database: Database | None = None,
        clock: Callable[[], float] | None = None,
        folder: FlowFolder | None = None,
    ) -> None:
        self._read, self._database, self._clock, self.folder = read, database, clock, folder
        self._guard, self._looking = threading.Lock(), threading.Lock()
        self._books: OrderedDict[str, FlowSet] = OrderedDict({live.revision: live})
        self._stored: set[str] = set()
        self._looked = float("-inf")
        self._stopping = threading.Event()
        self.live = live
        self.trial: FlowSet | None = None
        self.share = 0
        self.pointer: LiveRow | None = None
        self.lost: Mapping[str, str] = {}  # revision → the first name in it that config.yaml has no longer

    # New calls --------------------------------------------------------------------------------------------

    def for_new_call(self, tx: Transaction, call_sid: str) -> FlowSet:
        """The book that this call begins on: the live one, or the one on trial for its share of calls."""
        self.look(tx)
        with self._guard:
            live, trial, share = self.live, self.trial, self.share
        return trial if trial is not None and in_canary(call_sid, share) else live

    def publish(self, flow_set: FlowSet) -> None:
        """New calls of this process begin on `flow_set` from now on; calls in progress stay on theirs."""
        with self._guard:
            self._books[flow_set.revision] = flow_set
            self.live = flow_set

    def look(self, tx: Transaction | None = None) -> None:
        """Follow what was published or saved meanwhile; at most once a second, by one thread at a time."""
        if self._database is None or self._clock is None:
            return
        now = self._clock()
        if abs(now - self._looked) < LOOK_EVERY_S or not self._looking.acquire(blocking=False):
            return
        try:
            self._looked = now
            with nullcontext(tx.connection) if tx else self._database.read() as connection:
                self._follow(connection, revisions.live(connection))
        except Exception as fault:  # no database, no tables yet, an unreadable revision: calls go on
            log.warning("flows: what is live cannot be looked up, so it stays as it is: %s", fault)
        finally:
            self._looking.release()

    def _follow(self, connection: Connection, row: LiveRow | None) -> None:
        if row is None:
            flow_set = self.folder.changed() if self.folder else None
            if flow_set is not None:
                self.publish(flow_set)
            return
        if self.pointer is not None and row.version == self.pointer.version:
            return
        live = self._found(connection, row.revision)
        trial = self._found(connection, row.trial) if row.trial else None
        with self._guard:
            self.live, self.trial, self.share, self.pointer = live, trial, row.share, row

    def trouble(self) -> str:
        # Calls in progress --------------------------------------------------------------------------------
        lost = self.lost.get(self.live.revision)
        if lost:
            return f"The live flows need what config.yaml has no longer: {lost}"
        broken = self.folder.problems if self.folder else []
        return f"A change to the flows has errors and is not live: {broken[0]}" if broken else ""

    # Calls in progress ---------------------------------------------------------------------------------

    def keep(self, tx: Transaction, flow_set: FlowSet) -> None:
        """Store the text of a revision, once."""
        if flow_set.revision in self._stored:
            return
        revisions.store(tx.connection, flow_set.revision, dict(flow_set.texts), tx.now)
        tx.unit.after_commit(lambda: self._stored.add(flow_set.revision))

    def flow_set(self, tx: Transaction, revision: str) -> FlowSet:
        """The book a call began with; the live one when its text is gone (a restored backup): then the
        caller's place counts more than the exact words."""
        try:
            return self._found(tx.connection, revision)
        except LookupError:
            log.exception("a call goes on with the live flows")
            return self.live

    def _found(self, connection: Connection, revision: str) -> FlowSet:
        with self._guard:
            found = self._books.get(revision)
            if found is not None:
                self._books.move_to_end(revision)
                return found
        texts = revisions.texts(connection, revision)
        if texts is None:
            raise LookupError(f"flow revision {revision} is not stored")
        found = self._read(texts)
        with self._guard:
            self._books[revision] = found
            used = {flow_set.revision for flow_set in (self.live, self.trial, found) if flow_set is not None}
            while len(self._books) > KEPT:
                del self._books[next(name for name in self._books if name not in used)]
        return found

    # As a thread of a process -----------------------------------------------------------------------------

    def start(self) -> None:
        """Look by itself, so that no caller waits while a new revision is read."""
        threading.Thread(target=self._loop, name="flow-registry", daemon=True).start()

    def stop(self) -> None:
        self._stopping.set()

    def _loop(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S / 2):
            try:
                self.look()
            except Exception:  # whatever it was: the flows stay as they are, and the next look comes
                log.exception("flows: the look at what is live failed")


def in_canary(call_sid: str, share: int) -> bool:
    """Whether this call belongs to the first `share` percent: the same answer on every process."""
    return int.from_bytes(hashlib.sha256(call_sid.encode()).digest()[:4], "big") % 100 < share


def open_registry(
    settings: Settings, database: Database, clock: Callable[[], float], flow_set: FlowSet | None = None
) -> FlowRegistry:
    """The registry of a line. Raises FlowProblems when the files have errors and nothing was ever published.

    With `flow_set` these are the flows, whatever the files are or become."""

    lost: dict[str, str] = {}

    def read(texts: Mapping[str, str]) -> FlowSet:
        flow_set, problems = stored(texts, settings)
        lost.pop(flow_set.revision, None)
        if problems:
            lost[flow_set.revision] = str(problems[0])
            log.warning(
                "flows: revision %s needs what config.yaml has not: %s", flow_set.revision, problems[0]
            )
        return flow_set

    if flow_set is not None:
        return FlowRegistry(flow_set, read, database, clock)
    try:
        flow_set = live_book(settings)
    except FlowProblems:
        published = published_book(settings, database, read)
        if published is None:
            raise
        log.warning(
            "flows: the files have errors, so the published revision %s is served", published.revision
        )
        flow_set = published
    registry = FlowRegistry(flow_set, read, database, clock, FlowFolder(settings))
    registry.lost = lost
    registry.look()
    return registry


def published_book(settings: Settings, database: Database, read: Read | None = None) -> FlowSet | None:
    """The live book as published; None when nothing was, or the database cannot say (it may be new)."""
    try:
        with database.read() as connection:
            row = revisions.live(connection)
            texts = revisions.texts(connection, row.revision) if row else None
    except Exception as fault:  # no database, or no tables in it yet
        log.info("flows: what is published cannot be looked up: %s", fault)
        return None
    if not texts:
        return None
    return read(texts) if read else stored_book(texts, settings)


def must_have_flows(settings: Settings, database_url: str) -> None:
    """Before anything is started: raises FlowProblems when there is nothing to serve from."""
    try:
        live_book(settings)
    except FlowProblems:
        database = Database.open(database_url, limit_s=TURN_S)
        try:
            if published_book(settings, database) is None:
                raise
        finally:
            database.close()
