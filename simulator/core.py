"""The base of every part of the simulated phone company: time, identifiers, the witness, and order.

The parts take this, or the `PhoneNetwork` made of it, and do not know the whole account.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

from simulator.behaviours import Behaviours
from simulator.clock import Clock, MovableClock, RealClock, Timer
from simulator.debugger_faults import Fault
from simulator.event_loop import EventLoop, RunDue
from simulator.fault_injection import FaultInjection, InjectedFault
from simulator.transport import Transport
from simulator.witness import Witness


class Sids:
    """Makes identifiers that look random and are the same for the same seed."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = itertools.count(1)

    def new(self, prefix: str) -> str:
        """`prefix` is CA (call), CF (conference), RE (recording), SM (message), PN (number) …"""
        text = f"{self._seed}/{prefix}/{next(self._count)}"
        return prefix + hashlib.sha256(text.encode()).hexdigest()[:32]

    def token(self) -> str:
        """A unique string for I-Twilio-Idempotency-Token."""
        return self.new("")


def is_sid(text: str, prefix: str) -> bool:
    return re.fullmatch(prefix + "[0-9a-fA-F]{32}", text) is not None


@dataclass
class Number:
    """A number of the account that callers dial, with the URLs of the app behind it."""

    sid: str
    phone_number: str
    voice_url: str
    fallback_url: str | None
    status_url: str | None
    method: str
    sms_url: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    """Fields of the REST API that are otherwise than usual, such as trunk_sid or voice_application_sid. They
    are told, and change nothing."""


log = logging.getLogger(__name__)

T = TypeVar("T")


class SimulatorCore:
    """clock: MovableClock (one thread, deterministic) or RealClock (threads). transport: to the app."""

    def __init__(
        self,
        *,
        clock: Clock,
        account_sid: str,
        auth_token: str,
        transport: Transport,
        switches: Behaviours | None = None,
        api_base: str = "https://api.twilio.com",
    ) -> None:
        self.clock = clock
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.transport = transport
        self.api_base = api_base
        self.switches = switches or Behaviours()
        self.lock = threading.RLock()
        # Real time talks to apps that remember earlier runs, so its SIDs must never come again.
        self.sids = Sids("simulator" if isinstance(clock, MovableClock) else uuid4().hex)
        self.witness = Witness()
        self.faults: list[Fault] = []
        self.numbers: dict[str, Number] = {}
        self.caller_ids: list[str] = []
        self.details: dict[str, str] = {}  # fields of the account that are otherwise than usual, as "type"
        self.messages: list[dict[str, Any]] = []
        self.disturbances = FaultInjection()
        self._loop = EventLoop(clock)
        self._busy_until = 0.0
        self._watchers: list[Callable[[], None]] = []
        self._workers: ThreadPoolExecutor | None = None
        if isinstance(clock, RealClock):
            self._workers = ThreadPoolExecutor(max_workers=64, thread_name_prefix="webhook")
            clock.start(self._loop.step)

    def add_companion(self, run_due: RunDue) -> None:
        """Add something with timers of its own: `run_due()` does due work and returns the epoch time of the
        next."""
        self._loop.add_companion(run_due)
        # A real clock may be asleep until its next timer: wake it to learn the companion's first time.
        self.at(self.clock.time(), lambda: None)

    def disturb(self, **what: Any) -> InjectedFault:
        """Put a Disturbance in force (see disturbance.py for the names); `calm()` ends it."""
        return self.disturbances.add(InjectedFault(**what))

    def calm(self, disturbance: InjectedFault | None = None) -> None:
        """End one disturbance, or all."""
        self.disturbances.stop(disturbance)

    def fault(self, call_sid: str | None, code: int, text: str) -> None:
        """Record what Twilio's debugger would show."""
        now = self.clock.time()
        self.faults.append(Fault(now, call_sid, code, text))
        self.witness.add(now, call_sid, "fault", code=code, text=text)

    # --- time

    def run_for(self, seconds: float) -> None:
        """Let `seconds` pass: jumping from event to event on a MovableClock, sleeping on a RealClock."""
        self.run_until(lambda: False, seconds)

    def run_until(self, predicate: Callable[[], bool], limit: float = 60.0) -> bool:
        """Let time pass until `predicate()`; gives up after `limit` seconds and returns whether it holds."""
        if isinstance(self.clock, MovableClock):
            return self._loop.run(self.clock.time() + limit, predicate)
        end = self.clock.time() + limit
        pause = threading.Event()
        while not predicate():
            if self.clock.time() >= end:
                return False
            pause.wait(min(0.01, max(0.0, end - self.clock.time())))
        return True

    def settle(self) -> None:
        """Process everything that is due now, and keys that are still being pressed."""
        if isinstance(self.clock, MovableClock):
            self._loop.run(max(self.clock.time(), self._busy_until))
        else:
            self.run_for(max(0.05, self._busy_until - self.clock.time() + 0.05))

    def busy_until(self, when: float) -> None:
        """Keys are being pressed up to `when`."""
        self._busy_until = max(self._busy_until, when)

    def at(self, when: float, callback: Callable[[], None]) -> Timer:
        """Run `callback` at `when` (epoch seconds), holding the lock."""

        def guarded() -> None:
            with self.lock:
                callback()

        return self.clock.call_at(when, guarded)

    def dispatch(self, job: Callable[[], T], then: Callable[[T], None]) -> None:
        """Run `job` (HTTP) without the lock, then `then(result)` with it: HTTP never holds the lock."""

        def work() -> None:
            result = job()
            if self._workers:
                self.at(self.clock.time(), lambda: then(result))
            else:
                with self.lock:
                    then(result)

        if self._workers:
            self._workers.submit(_logged, work)
        else:
            self.clock.call_at(self.clock.time(), work)

    def watch(self, watcher: Callable[[], None]) -> None:
        """`watcher()` is called, with the lock held, whenever something changes that can be seen or heard."""
        self._watchers.append(watcher)

    def changed(self) -> None:
        for watcher in self._watchers:
            watcher()

    def close(self) -> None:
        """Stop the threads of a RealClock."""
        if isinstance(self.clock, RealClock):
            self.clock.stop()
        if self._workers:
            self._workers.shutdown(wait=False, cancel_futures=True)


def _logged(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:
        # A worker thread's exception would otherwise vanish with its future.
        log.exception("a webhook failed inside the simulator")
