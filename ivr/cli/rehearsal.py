"""A whole support line in this process: the real webhooks and services, a simulated Twilio, a movable clock.

What runs here is what runs on Twilio: the same app, signatures and REST client; only the address differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ivr.environment import Environment
from ivr.settings import Settings
from ivr.store.database import Database
from server import Line, build
from simulator import Exchange, MovableClock, WsgiHttpClient, WsgiTransport
from simulator.phones import AgentPhone, CallerPhone

PUBLIC_URL = "https://line.test"
ACCOUNT_SID = "AC" + "0" * 32
AUTH_TOKEN = "rehearsal"  # noqa: S105 opens nothing but the simulator
START = 1_772_463_600.0  # Monday, 2 March 2026, 10:00 in New York


class Rehearsal:
    """The line on `database_url`, its clock standing at `start` (epoch seconds) until it is moved."""

    def __init__(self, settings: Settings, database_url: str, start: float = START, **parts: Any) -> None:
        self.settings = settings
        self.clock = MovableClock(start=start)
        transport = WsgiTransport({})  # the app is not there yet: it needs the exchange's REST API
        self.exchange = Exchange(
            clock=self.clock,
            account_sid=ACCOUNT_SID,
            auth_token=AUTH_TOKEN,
            transport=transport,
        )
        environment = Environment(
            database_url=database_url,
            public_url=PUBLIC_URL,
            twilio_account_sid=ACCOUNT_SID,
            twilio_auth_token=AUTH_TOKEN,
            secret_key="rehearsal-rehearsal",  # noqa: S106
        )
        client = WsgiHttpClient(self.exchange.rest_app())
        self.line: Line = build(settings, environment, clock=self.clock.time, http_client=client, **parts)
        transport.apps[PUBLIC_URL] = self.line.app
        for number in settings.numbers:
            self.exchange.add_number(
                number,
                voice_url=f"{PUBLIC_URL}/voice/incoming",
                fallback_url=f"{PUBLIC_URL}/voice/fallback",
                status_url=f"{PUBLIC_URL}/voice/status",
            )
        self.exchange.add_companion(self.line.worker.run_due)

    @property
    def database(self) -> Database:
        return self.line.database

    def dial(self, from_: str = "+14155550123", to: str = "", **extra: str) -> CallerPhone:
        """Somebody calls one of the line's numbers, the first one by default."""
        return self.exchange.dial(from_=from_, to=to or next(iter(self.settings.numbers)), **extra)

    def add_agent(
        self, agent_id: str, queues: list[str], phone: str = "", *, available: bool = True
    ) -> AgentPhone:
        """An agent with a telephone of their own."""
        phone = phone or f"+1555000{2001 + len(self.exchange.phones)}"
        self.line.accounts.add(agent_id, name=agent_id, phone=phone, queues=queues)
        if available:
            self.line.agents.go_available(agent_id)
            self.exchange.settle()
        return self.exchange.add_phone(phone)

    def run(self, seconds: float) -> None:
        self.exchange.run_for(seconds)

    def close(self) -> None:
        self.line.database.close()


def scratch_database(folder: Path) -> str:
    return f"sqlite:///{folder / 'rehearsal.db'}"
