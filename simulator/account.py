"""The exchange: one simulated Twilio account with its numbers, calls, conferences and phones."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import uuid4

from simulator.audio_cache import AudioCache
from simulator.audio_routing import AudioRouting
from simulator.behaviours import Behaviours
from simulator.call import Call
from simulator.clock import Clock, MovableClock, RealClock, Timer
from simulator.conferences import Conferences
from simulator.debugger_faults import Fault
from simulator.document_requests import DocumentRequest
from simulator.event_loop import EventLoop, RunDue
from simulator.fault_injection import FaultInjection, InjectedFault, RestFaults
from simulator.numbers import Number
from simulator.participant_options import StatusCallback
from simulator.phones import AgentPhone, CallerPhone
from simulator.recordings import Recordings
from simulator.sids import Sids
from simulator.sms import SmsNetwork
from simulator.transport import HttpResponse, Transport
from simulator.webhook import Webhooks
from simulator.witness import Witness, WitnessEntry

log = logging.getLogger(__name__)

T = TypeVar("T")


class TwilioAccount:
    """See the package's README section in docs/simulator-gaps.md for what it does not do.

    clock: MovableClock (one thread, deterministic) or RealClock (threads). transport: how the app is reached.
    """

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
        self.phones: dict[str, AgentPhone] = {}
        self.calls: dict[str, Call] = {}
        self.messages: list[dict[str, Any]] = []
        self.texts = SmsNetwork(self)
        self.disturbances = FaultInjection()
        self.rest_faults = RestFaults()
        self.hearing = AudioRouting(self)
        self.audio = AudioCache(self)
        self.webhooks = Webhooks(self)
        self._conferences = Conferences(self)
        self._recordings = Recordings(self)
        self._loop = EventLoop(clock)
        self._busy_until = 0.0
        self._next_call_slot = 0.0
        self._watchers: list[Callable[[], None]] = []
        self._workers: ThreadPoolExecutor | None = None
        if isinstance(clock, RealClock):
            self._workers = ThreadPoolExecutor(max_workers=64, thread_name_prefix="webhook")
            clock.start(self._loop.step)

    # --- setting up

    def add_number(
        self,
        phone_number: str,
        voice_url: str,
        fallback_url: str | None = None,
        status_url: str | None = None,
        method: str = "POST",
        sms_url: str | None = None,
    ) -> Number:
        """A number that callers can dial, answered by the app at `voice_url`; texts to it go to `sms_url`."""
        urls = voice_url, fallback_url, status_url
        number = Number(self.sids.new("PN"), phone_number, *urls, method, sms_url)
        self.numbers[phone_number] = number
        return number

    def add_phone(
        self,
        address: str,
        behaviour: str = "manual",
        answer_after: float = 2.0,
        call_waiting: bool = False,
    ) -> AgentPhone:
        """A telephone outside: "+1555…", "client:name" or "sip:name@host"."""
        phone = AgentPhone(self, address, behaviour, answer_after, call_waiting)
        self.phones[address] = phone
        return phone

    def add_companion(self, run_due: RunDue) -> None:
        """Something with timers of its own: `run_due()` does due work, returns the epoch time of the next."""
        self._loop.add_companion(run_due)
        # A real clock may be asleep until its next timer: wake it to learn the companion's first time.
        self.at(self.clock.time(), lambda: None)

    def disturb(self, **what: Any) -> InjectedFault:
        """Put a Disturbance in force (see disturbance.py for the names); `calm()` ends it."""
        return self.disturbances.add(InjectedFault(**what))

    def calm(self, disturbance: InjectedFault | None = None) -> None:
        """End one disturbance, or all."""
        self.disturbances.stop(disturbance)

    # --- calls from outside

    def dial(self, from_: str, to: str, **extra_params: str) -> CallerPhone:
        """Call `to`. `extra_params` go with every webhook, such as CallerName."""
        with self.lock:
            number = self.numbers.get(to)
            if number is None:
                raise ValueError(f"{to} is not a number of this exchange")
            call = self.new_call(from_, to, "inbound")
            call.extra_params = {"CallToken": self.sids.token(), **extra_params}
            if number.status_url:
                call.status_callback = StatusCallback(number.status_url)
            if number.fallback_url:
                call.fallback = (number.fallback_url, "POST")
            phone = CallerPhone(self, call)
            call.set_status("ringing")
            if number.voice_url:
                call.run(DocumentRequest(number.voice_url, number.method))
            else:
                call.end("failed", by="no voice URL")
            return phone

    def new_call(self, from_: str, to: str, direction: str, parent: Call | None = None) -> Call:
        call = Call(self, from_, to, direction, parent)
        self.calls[call.sid] = call
        return call

    def phone_at(self, address: str) -> AgentPhone | None:
        """The phone at an address; parameters of client and SIP addresses are left out."""
        return self.phones.get(address) or self.phones.get(address.split("?")[0].split(";")[0])

    def address_of(self, sid: str) -> str:
        call = self.calls[sid]
        return (call.phone.address if call.phone else "") or sid

    def call_slot(self) -> float:
        """When the next call created over REST may start, by the account's pace."""
        now = self.clock.time()
        slot = max(now, self._next_call_slot)
        if self.switches.calls_per_second:
            self._next_call_slot = slot + 1 / self.switches.calls_per_second
        return slot

    # --- what is there

    @property
    def conferences(self) -> dict[str, Any]:
        """All conferences by SID, past ones too."""
        return self._conferences.by_sid

    @property
    def recordings(self) -> dict[str, Any]:
        """All recordings by SID."""
        return self._recordings.by_sid

    @property
    def rooms(self) -> Conferences:
        """The conferences, to be found by name."""
        return self._conferences

    @property
    def recorder(self) -> Recordings:
        return self._recordings

    def fault(self, call_sid: str | None, code: int, text: str) -> None:
        """What Twilio's debugger would show."""
        now = self.clock.time()
        self.faults.append(Fault(now, call_sid, code, text))
        self.witness.add(now, call_sid, "fault", code=code, text=text)

    def replay(self, entry: WitnessEntry) -> HttpResponse:
        """Send a past webhook (an entry of the witness) again, byte for byte; returns the answer."""
        return self.webhooks.replay(entry)

    def rest_app(self) -> Callable[..., Any]:
        """A WSGI app with Twilio's REST paths for this account."""
        from simulator.rest import make_rest_app

        return make_rest_app(self)

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
