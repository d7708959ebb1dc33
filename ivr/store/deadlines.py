"""How long the database may take, and what ends it when that time is over.

A server that refuses is told at once; a network that stays open and says nothing is told by nobody. So every
use of the database has a latest moment, and a watch of our own closes the connection that is in use then.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from math import inf
from typing import Any

TURN_S = 3.5
"""All that the database may do in one webhook, in one use by a page and in one step of a job."""
REPORT_S = 60.0
"""For what reads much: reports, exports, searches and the jobs that count and learn."""
TICK_S = 0.1


class TimeIsUp(Exception):
    """The time for the database is over. Becomes DatabaseUnavailable."""


class Allowance:
    """The seconds that are left to the database in one piece of work (None: as many as it needs). They are
    `shared` by its uses, or given to each."""

    __slots__ = ("_shared", "left_s")

    def __init__(self, seconds: float | None, shared: bool) -> None:
        self.left_s, self._shared = seconds, shared

    def spend(self, seconds: float) -> None:
        if self._shared and self.left_s is not None:
            self.left_s -= seconds


_allowance: ContextVar[Allowance | None] = ContextVar("allowance", default=None)
_use: ContextVar[DatabaseUse | None] = ContextVar("use", default=None)


@contextmanager
def within(seconds: float | None) -> Iterator[None]:
    """All uses of a database in here share `seconds`."""
    with _allowed(Allowance(seconds, shared=True)):
        yield


@contextmanager
def each_within(seconds: float | None) -> Iterator[None]:
    """Each use of a database in here may take `seconds`."""
    with _allowed(Allowance(seconds, shared=False)):
        yield


@contextmanager
def _allowed(allowance: Allowance) -> Iterator[None]:
    before = _allowance.set(allowance)
    try:
        yield
    finally:
        _allowance.reset(before)


def present_use() -> DatabaseUse | None:
    """The use of a database that this thread is in."""
    return _use.get()


class DatabaseUse:
    """One use of the database, from the wait for a connection to its return."""

    __slots__ = ("_allowance", "_before", "_began", "_guarded", "_watch", "ends_at", "limit_s")

    def __init__(self, watch: DeadlineWatch, limit_s: float | None) -> None:
        self._allowance = _allowance.get()
        self.limit_s = limit_s if self._allowance is None else self._allowance.left_s
        self._watch, self._began = watch, time.monotonic()
        self.ends_at = inf if self.limit_s is None else self._began + self.limit_s
        self._guarded = False

    def __enter__(self) -> DatabaseUse:
        self._before = _use.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _use.reset(self._before)
        self.guard(None)
        if self._allowance is not None:
            self._allowance.spend(time.monotonic() - self._began)

    def left_s(self, at_most: float = inf) -> float:
        """Raises TimeIsUp when nothing is left."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise TimeIsUp("the time that the database has was over")
        return min(left, at_most)

    def guard(self, stop: Callable[[], object] | None, at_most_s: float = inf) -> None:
        """From now on, `stop()` ends what this thread waits for when the time, or `at_most_s`, is over."""
        until = min(self.ends_at, time.monotonic() + at_most_s)
        if stop is not None and until < inf:
            self._watch.guard(self, stop, until)
            self._guarded = True
        elif self._guarded:
            self._watch.let_go(self)
            self._guarded = False


class DeadlineWatch:
    """One thread that looks ten times a second whether a use has outlived its time."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._guarded: dict[DatabaseUse, tuple[Callable[[], object], float]] = {}
        self._some = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = False

    def guard(self, use: DatabaseUse, stop: Callable[[], object], until: float) -> None:
        with self._guard:
            self._guarded[use] = stop, until
            if self._thread is None:
                self._thread = threading.Thread(target=self._look, name="database-deadlines", daemon=True)
                self._thread.start()
        if not self._some.is_set():
            self._some.set()

    def let_go(self, use: DatabaseUse) -> None:
        """After this, the use is stopped no more: its connection may be another's."""
        with self._guard:
            self._guarded.pop(use, None)

    def close(self) -> None:
        """Nothing is guarded any more."""
        self._closed = True
        self._some.set()

    def _look(self) -> None:
        while not self._closed:
            self._some.wait()
            time.sleep(TICK_S)
            with self._guard:
                if not self._guarded:
                    self._some.clear()
                    continue
                now = time.monotonic()
                for stop, until in self._guarded.values():
                    if now >= until:  # until it is let go: it may begin another statement
                        with suppress(OSError, sqlite3.ProgrammingError):  # closed in this instant
                            stop()


def in_time(work: Callable[[], Any], seconds: float, undo: Callable[[Any], object]) -> Any:
    """Return what `work` returns, if it does so in time; else raise TimeIsUp, and undo what it returns late.

    For what no signal from outside can end: the look-up of a host's name, a handshake with a silent server.
    """
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # told to who waits for it
            future.set_exception(error)

    threading.Thread(target=run, name="database-connect", daemon=True).start()
    try:
        return future.result(seconds)
    except TimeoutError:
        if future.done():
            return future.result()
        future.add_done_callback(lambda late: late.exception() or undo(late.result()))
        raise TimeIsUp(f"the database took no connection within {seconds:.1f} seconds") from None
