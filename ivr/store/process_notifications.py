"""Tells the other processes that something was committed, and hears it from them: PostgreSQL's NOTIFY.

Sent after the commit, on a connection of its own, at most every few milliseconds: a NOTIFY inside a webhook's
transaction takes a lock of the whole server and was measured to cut commits to a third. It is a hint: whoever
misses one finds the change at the next slow look. A network that forgot the connection is found out by asking
the server something now and then, and a new connection is made.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from ivr.store.database import NETWORK, socket_of, stopping
from ivr.store.deadlines import TURN_S, DatabaseUse, DeadlineWatch, in_time

log = logging.getLogger(__name__)

CHANNEL = "presszero"
GATHER_S = 0.005
RETRY_S = 1.0
QUIET_S = 5.0  # after so long without a word the server is asked whether it is there
LONGEST_PAYLOAD = 7000  # bytes; PostgreSQL takes up to 8000
EVERYTHING = "*"


class Wakeup:
    """`heard(topics)` is called in a thread of its own with what other processes (and this one) sent.

    Topics are words without spaces; more than fit into one message become EVERYTHING.
    """

    def __init__(self, url: str, heard: Callable[[set[str]], None]) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._heard = heard
        self._topics: set[str] = set()
        self._guard = threading.Lock()
        self._some = threading.Event()
        self._stopping = threading.Event()
        self._watch = DeadlineWatch()
        self._threads = [
            threading.Thread(target=self._keep, args=(work,), name=f"wakeup-{work.__name__}", daemon=True)
            for work in (self._send, self._listen)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._some.set()
        for thread in self._threads:
            thread.join(3)
        self._watch.close()

    def tell(self, topics: Iterable[str]) -> None:
        """Have the other processes told, soon. Costs nothing here."""
        with self._guard:
            self._topics.update(topics)
        self._some.set()

    def _keep(self, work: Callable[[], None]) -> None:
        """A lost connection is made again; meanwhile the slow looks have to do."""
        while not self._stopping.is_set():
            try:
                work()
            except Exception as error:  # psycopg's errors, and the network's
                if not self._stopping.is_set():
                    log.warning("wake-ups between processes are interrupted: %s", error)
                    self._stopping.wait(RETRY_S)

    def _send(self) -> None:
        with self._connected() as ask:
            while not self._stopping.is_set():
                self._some.wait()
                self._stopping.wait(GATHER_S)
                with self._guard:
                    topics, self._topics = self._topics, set()
                    self._some.clear()
                if topics and not self._stopping.is_set():
                    payload = " ".join(sorted(topics))
                    fits = len(payload.encode()) <= LONGEST_PAYLOAD
                    ask("SELECT pg_notify(%s, %s)", (CHANNEL, payload if fits else EVERYTHING))

    def _listen(self) -> None:
        with self._connected() as ask:
            ask(f"LISTEN {CHANNEL}")
            heard_at = time.monotonic()
            while not self._stopping.is_set():
                for message in ask.connection.notifies(timeout=0.5):
                    self._heard(set(message.payload.split()))
                    heard_at = time.monotonic()
                if time.monotonic() - heard_at >= QUIET_S:
                    ask("SELECT 1")
                    heard_at = time.monotonic()

    @contextmanager
    def _connected(self) -> Iterator[_Asking]:
        import psycopg
        from psycopg.conninfo import make_conninfo

        def connect() -> psycopg.Connection:
            return psycopg.connect(make_conninfo(self._url, **NETWORK), autocommit=True)

        with in_time(connect, TURN_S, lambda late: late.close()) as connection, socket_of(connection) as wire:
            yield _Asking(self._watch, connection, stopping(wire))


class _Asking:
    """Says something to the server, which has to answer in time."""

    def __init__(self, watch: DeadlineWatch, connection: Any, stop: Callable[[], object]) -> None:
        self.connection, self._watch, self._stop = connection, watch, stop

    def __call__(self, statement: str, values: tuple[str, ...] = ()) -> None:
        with DatabaseUse(self._watch, TURN_S) as use:
            use.guard(self._stop)
            self.connection.execute(statement, values or None)
