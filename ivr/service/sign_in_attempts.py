"""Failed attempts to sign in: they hold a guesser back, and keep out no agent whom strangers guess for.

They are counted in memory. A thread writes them down every few seconds, all in one short transaction, and
reads what other processes saw: a restart and a second process change little, and no webhook waits behind a
guesser.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.service.client_address import network_of
from ivr.store import accounts as store
from ivr.store import journal
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.journal import JournalRow

WINDOW_S = 15 * 60.0
OF_ONE_PLACE = 10
"""Wrong passwords for one agent from one network, or from one known device of theirs."""
OF_ONE_NETWORK, OF_ONE_PLACE_THEN = 10, 3
"""After so many wrong ones from one network, for whatever names, it may be wrong less often for each."""
OF_ONE_AGENT, AGENT_EVERY_S = 100, 20.0
"""After so many from strangers everywhere for one agent, one stranger's attempt each so many seconds."""
CODES = 5
MOST_NAMES, MOST_WAITING = 20_000, 500
WRITE_EVERY_S = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SignInAttempt:
    """A request to sign in. `device` is one that this agent has signed in with before, or empty."""

    agent_id: str
    address: str
    device: str = ""

    @property
    def network(self) -> str:
        return network_of(self.address)

    @property
    def of_device(self) -> str:
        return _name("device", self.agent_id, self.device)

    @property
    def of_place(self) -> str:
        return _name("place", self.agent_id, self.network)

    @property
    def of_network(self) -> str:
        return _name("network", self.network)

    @property
    def of_agent(self) -> str:
        return _name("agent", self.agent_id)


def _name(*parts: str) -> str:
    """Return the name under which is counted. No password typed into the wrong field can be read in it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


class SignInAttempts:
    """The counters of this process. Every method is quick and touches no database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._times: dict[str, deque[float]] = {}
        self._unwritten: list[tuple[str, float]] = []
        self._refused: dict[tuple[str | None, str], int] = {}
        self.not_listed = 0

    def begin(self, attempt: SignInAttempt, now: float) -> float | None:
        """Count an attempt before its password is looked at, so that many at once are counted too. None, or
        after how many seconds to try again; then nothing was counted."""
        with self._lock:
            if attempt.device and not self._is_full(attempt.of_device, OF_ONE_PLACE, now):
                self._count((attempt.of_device,), now)
                return None
            place, network = self._in(attempt.of_place, now), self._in(attempt.of_network, now)
            most = OF_ONE_PLACE if len(network) < OF_ONE_NETWORK else OF_ONE_PLACE_THEN
            if len(place) >= most:
                return max(1.0, place[-most] + WINDOW_S - now)
            everywhere = self._in(attempt.of_agent, now)
            if len(everywhere) >= OF_ONE_AGENT and now - everywhere[-1] < AGENT_EVERY_S:
                return max(1.0, everywhere[-1] + AGENT_EVERY_S - now)
            self._count((attempt.of_place, attempt.of_network, attempt.of_agent), now)
            return None

    def succeeded(self, attempt: SignInAttempt, now: float) -> tuple[str, ...]:
        """The password was right: what was wrong before at this place is forgotten, what others tried is
        not. Returns the names that are forgotten, to be deleted where they are stored."""
        forgotten = (attempt.of_device, attempt.of_place)
        with self._lock:
            for name in forgotten:
                self._times.pop(name, None)
            for name in (attempt.of_network, attempt.of_agent):
                times = self._times.get(name)
                if times is not None and now in times:
                    times.remove(now)
            self._unwritten = [
                (name, at)
                for name, at in self._unwritten
                if name not in forgotten and (at != now or name not in (attempt.of_network, attempt.of_agent))
            ]
        return forgotten

    def try_code(self, agent_id: str, device: str, now: float) -> float | None:
        """The same for codes of the second factor, counted for one agent and device."""
        name = _name("code", agent_id, device)
        with self._lock:
            if self._is_full(name, CODES, now):
                return max(1.0, self._in(name, now)[-CODES] + WINDOW_S - now)
            self._count((name,), now)
            return None

    def code_succeeded(self, agent_id: str, device: str) -> tuple[str, ...]:
        name = _name("code", agent_id, device)
        with self._lock:
            self._times.pop(name, None)
            self._unwritten = [(other, at) for other, at in self._unwritten if other != name]
        return (name,)

    def note_refusal(self, agent_id: str | None, address: str) -> None:
        """Remember for the journal that somebody was refused; `agent_id` only of an agent that exists."""
        with self._lock:
            key = (agent_id, network_of(address))
            if key in self._refused or len(self._refused) < MOST_WAITING:
                self._refused[key] = self._refused.get(key, 0) + 1
            else:
                self.not_listed += 1

    def take(self, now: float) -> tuple[list[tuple[str, float]], list[JournalRow]]:
        """Return what is to be written down: attempts, and lines for the journal."""
        with self._lock:
            attempts, self._unwritten = self._unwritten, []
            refused, self._refused = self._refused, {}
            others, self.not_listed = self.not_listed, 0
        lines = [
            JournalRow(
                now, JournalKind.SIGN_IN_REFUSED, agent_id=agent_id, body={"address": network, "times": times}
            )
            for (agent_id, network), times in refused.items()
        ]
        if others:
            lines.append(
                JournalRow(now, JournalKind.SIGN_IN_REFUSED, body={"address": "others", "times": others})
            )
        return attempts, lines

    def learn(self, stored: Iterable[tuple[str, float]], now: float) -> None:
        """Take over what all processes saw, and keep what of ours is not written yet. Oldest first."""
        times: dict[str, deque[float]] = {}
        with self._lock:
            for name, at in (*stored, *self._unwritten):
                if at > now - WINDOW_S:
                    times.setdefault(name, deque(maxlen=OF_ONE_AGENT)).append(at)
            self._times = times

    def _in(self, name: str, now: float) -> deque[float]:
        """The attempts of the last minutes, oldest first."""
        times = self._times.get(name)
        if times is None:
            return deque()
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        return times

    def _is_full(self, name: str, most: int, now: float) -> bool:
        return len(self._in(name, now)) >= most

    def _count(self, names: Iterable[str], now: float) -> None:
        for name in names:
            times = self._times.setdefault(name, deque(maxlen=OF_ONE_AGENT))
            times.append(now)
            if len(self._unwritten) < MOST_WAITING:
                self._unwritten.append((name, now))
        while len(self._times) > MOST_NAMES:
            del self._times[next(iter(self._times))]


class AttemptsKept:
    """Writes attempts down and reads those of others, in the background."""

    def __init__(self, attempts: SignInAttempts, database: Database, clock: Callable[[], float]) -> None:
        self._attempts, self._database, self._clock = attempts, database, clock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="sign-ins", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(5.0)

    def _loop(self) -> None:
        first = True
        while True:
            stopping = self._stopping.is_set()
            try:
                self.run(read=first or not self._database.is_sqlite)
                first = False
            except DatabaseUnavailable as error:
                log.warning("attempts to sign in are not written down now: %s", error)
            if stopping:
                return
            self._stopping.wait(WRITE_EVERY_S)

    def run(self, read: bool = True) -> None:
        """Write what is new; with `read`, learn what others saw. What cannot be written is only counted."""
        now = self._clock()
        attempts, lines = self._attempts.take(now)
        if attempts or lines:
            with self._database.write() as unit:
                store.add_attempts(unit.connection, attempts)
                journal.write(unit.connection, lines)
        if read:
            with self._database.read() as connection:
                stored = store.recent_attempts(connection, now - WINDOW_S, MOST_NAMES)
            self._attempts.learn(stored, now)
