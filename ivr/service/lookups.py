"""Look-ups: data sources asked with no transaction open, under a deadline, never more often than needed.

What a flow asks is answered found, missing or failed, and nothing here raises: a source that is slow, broken
or gone costs the caller at most its deadline, and after a few failures nothing for a while.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ivr.customers.http_source import (
    FAILED,
    FOUND,
    MISSING,
    Found,
    HttpRequests,
    Resolve,
    SourceFault,
    pruned,
    resolve,
)
from ivr.engine.effects import LookUp
from ivr.engine.events import LookedUp
from ivr.environment import EnvironmentProblem
from ivr.flowfiles.source_settings import HttpSource, PluginSource, SourceSettings, SqlSource
from ivr.service.source_plugins import source_plugins
from ivr.store.external_database import ForeignDatabase, ForeignFault

MOST_AT_ONCE = 32
MOST_KEPT = 1000
MOST_ROWS = 20
FAILURES_TO_OPEN, OPEN_S = 5, 30.0
GRACE_S = 0.2  # for a request that keeps its own deadline to the last moment

log = logging.getLogger(__name__)

Ask = Callable[[Mapping[str, Any], float], Found]
"""(values, deadline of time.monotonic) → what was found. Raises SourceFault."""


class Breaker:
    """Stops asking a source that failed several times running; after a while one request tries again."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._failures, self._closed_again = 0, 0.0

    def lets_through(self) -> bool:
        with self._guard:
            if self._failures < FAILURES_TO_OPEN:
                return True
            now = self._clock()
            if now < self._closed_again:
                return False
            self._closed_again = now + OPEN_S  # this one tries; the others wait for what becomes of it
            return True

    def note(self, worked: bool) -> None:
        with self._guard:
            self._failures = 0 if worked else self._failures + 1
            if self._failures == FAILURES_TO_OPEN:
                self._closed_again = self._clock() + OPEN_S


class LookupCache:
    """Answers that may be given again for a while, by source and values."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds, self._clock, self._guard = seconds, clock, threading.Lock()
        self._answers: OrderedDict[str, tuple[float, Found]] = OrderedDict()

    def get(self, key: str) -> Found | None:
        with self._guard:
            until, found = self._answers.get(key, (0.0, None))
            return found if self._clock() < until else None

    def put(self, key: str, found: Found) -> None:
        if not self._seconds:
            return
        with self._guard:
            self._answers[key] = (self._clock() + self._seconds, found)
            self._answers.move_to_end(key)
            while len(self._answers) > MOST_KEPT:
                self._answers.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One source with its memory."""

    ask: Ask
    timeout: float
    retries: int
    kept: LookupCache
    breaker: Breaker


class Lookups:
    """All sources of the settings. `environ` holds their secrets; `clock` is time.monotonic or a test's.

    Raises EnvironmentProblem when a source lacks one.
    """

    def __init__(
        self,
        sources: Mapping[str, SourceSettings],
        environ: Mapping[str, str],
        *,
        clock: Callable[[], float] = time.monotonic,
        resolve: Resolve = resolve,
    ) -> None:
        self._pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="lookup")
        self._sources = {}
        for name, source in sources.items():
            chosen = source.settings
            for variable in sorted(chosen.variables):
                if not environ.get(variable, "").strip():
                    raise EnvironmentProblem(f"{variable} is not set: the data source {name} needs it.")
            kept, breaker = LookupCache(chosen.cache_seconds, clock), Breaker(clock)
            ask = _ask(name, chosen, environ, resolve)
            self._sources[name] = _Asked(ask, chosen.timeout, chosen.retries, kept, breaker)

    def deadline(self, effect: LookUp) -> float:
        """Seconds that an answer takes at most."""
        source = self._sources.get(effect.source)
        return source.timeout + GRACE_S if source else 0.0

    def __call__(self, effect: LookUp, _sid: str = "") -> LookedUp:
        """Ask. Never raises, and never takes longer than the deadline."""
        source = self._sources.get(effect.source)
        if source is None:  # a call that began when the settings still had it
            return LookedUp(FAILED)
        key = json.dumps(dict(effect.parameters), sort_keys=True, default=str)
        found = source.kept.get(key)
        if found is None:
            found = self._asked(effect, source)
            if found.status != FAILED:
                source.kept.put(key, found)
        return LookedUp(found.status, found.value)

    def _asked(self, effect: LookUp, source: _Asked) -> Found:
        if not source.breaker.lets_through():
            return Found(FAILED)
        future: Future[Found] = self._pool.submit(_with_retries, source, effect.parameters)
        try:
            found = future.result(source.timeout + GRACE_S)
        except Exception as error:  # time is up, or whatever a foreign service makes of our request
            future.cancel()
            log.warning("source %s: %s: %s", effect.source, type(error).__name__, error)
            found = Found(FAILED)
        source.breaker.note(found.status != FAILED)
        return found

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _with_retries(source: _Asked, values: Mapping[str, Any]) -> Found:
    until = time.monotonic() + source.timeout
    for left in range(source.retries, -1, -1):
        try:
            return source.ask(values, until)
        except SourceFault as fault:
            if not left or not fault.again or time.monotonic() >= until:
                raise
    raise AssertionError("unreachable")


def _ask(name: str, source: Any, environ: Mapping[str, str], resolve: Resolve) -> Ask:
    if isinstance(source, HttpSource):
        return HttpRequests(source, environ, resolve)
    if isinstance(source, PluginSource):
        return source_plugins(name, source, environ)
    return _query(name, source, environ)


def _query(name: str, source: SqlSource, environ: Mapping[str, str]) -> Ask:
    try:
        database = ForeignDatabase(environ[source.url])
    except ValueError as error:
        raise EnvironmentProblem(
            f"{source.url} is no address of a database (source {name}): {error}."
        ) from error

    def query(values: Mapping[str, Any], until: float) -> Found:
        try:
            rows = database.rows(source.query, values, MOST_ROWS, max(0.05, until - time.monotonic()))
        except ForeignFault as error:
            raise SourceFault(str(error), again=True) from error
        if not rows:
            return Found(MISSING)
        return Found(FOUND, pruned(rows[0] if source.rows == "one" else rows))

    return query
