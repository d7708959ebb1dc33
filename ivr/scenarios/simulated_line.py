"""A whole support line in this process: the real webhooks and services, a simulated Twilio, a virtual clock.

The code is the same as on Twilio: the same app, signatures and REST client; only the address differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ivr.application import Application, build
from ivr.carrier.twilio import TwilioCarrier
from ivr.environment import TWILIO_API, Environment
from ivr.jobs.worker import Worker
from ivr.settings import Settings
from ivr.store.database import Database
from simulator import MovableClock, TwilioAccount, WsgiHttpClient, WsgiTransport
from simulator.phones import AgentPhone, CallerPhone
from simulator.rest.app import make_rest_app

PUBLIC_URL = "https://line.test"
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "rehearsal"  # noqa: S105 opens nothing but the simulator
START = 1_772_463_600.0  # Monday, 2 March 2026, 10:00 in New York


class SimulatedLine:
    """The line on `database_url`, with its clock at `start` (epoch seconds) until it is moved.

    `alone`: nobody else writes to this database, so jobs are looked for only when one was written or is due.
    `folder` keeps messages that are left while the database is down; the carrier uses `fallback_url` while
    the line is down.
    """

    def __init__(
        self,
        settings: Settings,
        database_url: str,
        start: float = START,
        *,
        alone: bool = False,
        folder: Path = Path(),
        fallback_url: str = "",
        **parts: Any,
    ) -> None:
        self.settings, self._alone, self._parts = settings, alone, parts
        self._transport = WsgiTransport({})  # the app is not there yet: it needs the account's REST API
        self.clock = MovableClock(start=start)
        self.account = TwilioAccount(
            clock=self.clock, account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, transport=self._transport
        )
        self._client = WsgiHttpClient(make_rest_app(self.account))
        self._environment = Environment(
            database_url=database_url,
            config=folder / "config.yaml",
            public_url=PUBLIC_URL,
            fallback_url=fallback_url,
            twilio_account_sid=ACCOUNT_SID,
            twilio_auth_token=AUTH_TOKEN,
            secret_key="rehearsal-rehearsal",  # noqa: S106
        )
        self._parts_now = parts
        self.line = self._built(**parts)
        self._connect()

    def start_over(self, start: float, **parts: Any) -> None:
        """Reset the line to its first day, at another time: a new phone company with no calls and no
        telephones, and a new line that has learnt nothing. The flows and the contents of the tables stay. The
        parts of the line are new objects."""
        self._leave_lines()
        self.clock = MovableClock(start=start)
        self.account.start_over(self.clock)
        self._parts_now = {**self._parts, **parts}
        self.line = self._built(after=self.line, **self._parts_now)
        self._connect()

    def restart(self) -> None:
        """End the process and start another on the same tables; calls go on at the phone company."""
        self.line = self._built(after=self.line, **self._parts_now)
        self._transport.apps[PUBLIC_URL] = self.line.app
        if self._alone:
            self.line.transactions.wake, self._due = self._woken, 0.0

    def _built(self, **parts: Any) -> Application:
        parts.setdefault("clock", self._now)
        carrier = parts.pop("carrier", None)
        carrier = carrier or TwilioCarrier(ACCOUNT_SID, AUTH_TOKEN, TWILIO_API, self._client)
        return build(self.settings, self._environment, carrier=carrier, **parts)

    def _leave_lines(self) -> None:
        """End what the legs are doing. Left to the garbage collector it would end in the middle of a later
        call, and be reported to the line as an event of that one."""
        for call in self.account.calls.values():
            if call.script:
                call.script.close()

    def _connect(self) -> None:
        self._transport.apps[PUBLIC_URL] = self.line.app
        for number in self.settings.numbers:
            self.account.add_number(
                number,
                voice_url=f"{PUBLIC_URL}/voice/incoming",
                fallback_url=self._environment.fallback_url or f"{PUBLIC_URL}/voice/fallback",
                status_url=f"{PUBLIC_URL}/voice/status",
                sms_url=f"{PUBLIC_URL}/sms/incoming",
            )
        if self._alone:
            self._due: float | None = 0.0
            self.line.transactions.wake = self._woken
            self.account.add_companion(self._run_when_due)
        else:
            self.account.add_companion(lambda: self.worker.run_due())
        self.account.add_companion(lambda: self.line.late.run_due())

    def _woken(self, due: float) -> None:
        self._due = due if self._due is None else min(due, self._due)

    def _run_when_due(self) -> float | None:
        if self._due is not None and self._due <= self.clock.time():
            self._due = None  # a job written meanwhile sets it again
            due = self.worker.run_due()
            if due is not None:
                self._woken(due)
        return self._due

    def _now(self) -> float:
        return self.clock.time()

    @property
    def worker(self) -> Worker:
        return self.line.worker

    @property
    def database(self) -> Database:
        return self.line.database

    def dial(self, from_: str = "+14155550123", to: str = "", **extra: str) -> CallerPhone:
        """Call one of the line's numbers, the first one by default."""
        return self.account.dial(from_=from_, to=to or next(iter(self.settings.numbers)), **extra)

    def add_agent(
        self, agent_id: str, queues: list[str], phone: str = "", *, available: bool = True
    ) -> AgentPhone:
        """Add an agent with their own telephone."""
        phone = phone or f"+1555000{2001 + len(self.account.phones)}"
        self.line.accounts.add(agent_id, name=agent_id, phone=phone, queues=queues)
        telephone = self.account.add_phone(phone)  # before a caller who waits makes it ring
        if available:
            self.line.agents.go_available(agent_id)
            self.account.settle()
        return telephone

    def run(self, seconds: float) -> None:
        self.account.run_for(seconds)

    def close(self) -> None:
        self._leave_lines()
        self.line.database.close()


def scratch_database(folder: Path) -> str:
    return f"sqlite:///{folder / 'rehearsal.db'}"
