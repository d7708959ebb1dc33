"""One simulated Twilio account with its numbers, calls, conferences and phones."""

from __future__ import annotations

from typing import Any

from simulator.call import Call
from simulator.clock import Clock
from simulator.conference import Conferences
from simulator.core import Number
from simulator.document_requests import DocumentRequest
from simulator.fault_injection import RestFaults
from simulator.network import PhoneNetwork
from simulator.participant_options import StatusCallback
from simulator.phones import AgentPhone, CallerPhone
from simulator.transport import HttpResponse
from simulator.witness import WitnessEntry


class TwilioAccount(PhoneNetwork):
    """A simulated account. docs/simulator-gaps.md lists what it does not do. Its arguments are those of
    `SimulatorCore`."""

    def __init__(self, **how: Any) -> None:
        super().__init__(**how)
        self._how = how
        self.phones: dict[str, AgentPhone] = {}
        self.calls: dict[str, Call] = {}
        self.rest_faults = RestFaults()
        self._conferences = Conferences(self)
        self._next_call_slot = 0.0

    def start_over(self, clock: Clock) -> None:
        """Forget all calls, telephones and numbers, and go on by another clock, with its REST API."""
        self.__init__(**{**self._how, "clock": clock})  # type: ignore[misc]

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
        """Add a number that callers can dial, answered by the app at `voice_url`; texts to it go to
        `sms_url`."""
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
        """Add an outside telephone: "+1555…", "client:name" or "sip:name@host"."""
        phone = AgentPhone(self, address, behaviour, answer_after, call_waiting)
        self.phones[address] = phone
        return phone

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
        """Return the phone at an address, without parameters of client and SIP addresses."""
        return self.phones.get(address) or self.phones.get(address.split("?")[0].split(";")[0])

    def address_of(self, sid: str) -> str:
        call = self.calls[sid]
        return (call.phone.address if call.phone else "") or sid

    def call_slot(self) -> float:
        """Return when the next call created over REST may start, by the account's pace."""
        now = self.clock.time()
        slot = max(now, self._next_call_slot)
        if self.switches.calls_per_second:
            self._next_call_slot = slot + 1 / self.switches.calls_per_second
        return slot

    # --- what is there

    @property
    def conferences(self) -> dict[str, Any]:
        """Return all conferences by SID, including past ones."""
        return self._conferences.by_sid

    @property
    def recordings(self) -> dict[str, Any]:
        """Return all recordings by SID."""
        return self.recorder.by_sid

    @property
    def rooms(self) -> Conferences:
        """Return the conferences, to be found by name."""
        return self._conferences

    def replay(self, entry: WitnessEntry) -> HttpResponse:
        """Send a past webhook (an entry of the witness) again, byte for byte; returns the answer."""
        return self.webhooks.replay(entry)
