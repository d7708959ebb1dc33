"""A desk over real services and a real database; calls are put in by the store, nobody rings a phone."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import make_url

from desk import Feed, desk_blueprint, protect
from ivr.carrier.twilio_token import VoiceTokens
from ivr.floor import voicemail
from ivr.floor.call_completion import CallCompletion
from ivr.floor.offers import Offers
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import read_settings
from ivr.keys import SECOND_FACTOR, Seal, derived
from ivr.service import passwords
from ivr.service.accounts import AccountService
from ivr.service.agents import AgentService
from ivr.service.browser_phone_leases import BrowserPhoneService
from ivr.service.caller_identification import CallerIdentification
from ivr.service.cases import CaseService
from ivr.service.recordings import RecordingPlayback
from ivr.service.screen_pop.cards import CardService
from ivr.service.work_items import WorkService
from ivr.settings import Settings
from ivr.store import calls, customers, floor, recordings, work_items
from ivr.store.calls import CallRow
from ivr.store.customers import ContactRow, CustomerRow, WarningRow
from ivr.store.database import Database
from ivr.store.floor import QueuedRow
from tests.desk.recorded import Recordings
from tests.desk.serving import Served
from tests.desk.sessions import START, a_session
from tests.once import with_tables

PASSWORD = "correct horse 1"
TWILIO_SECRET = "a secret of an API key, only for this test"

SETTINGS = """
company: Northwind
timezone: America/New_York
languages: [en-US]
numbers: {"+15550001000": main}
queues:
  support: {title: Support}
  billing: {title: Billing, wrap_up_seconds: 60}
customers: {sensitive: [maiden_name]}
"""


class Clock:
    """Stands still until moved; `real` makes it run."""

    def __init__(self, now: float = START) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def sealing(clock: Any, secret: str = "0123456789abcdef" * 2) -> Seal:
    return Seal(derived(secret, SECOND_FACTOR), clock)


@dataclass
class World:
    """Everything behind a desk."""

    db: Database
    clock: Any
    settings: Settings
    bus: NotificationBus = field(default_factory=NotificationBus)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.transactions = Transactions(self.db, self.clock, self.bus)
        self.offers = Offers(self.settings.queues.__getitem__, lambda: f"offer-{next(self.numbers)}")
        self.agents = AgentService(self.transactions, self.offers, CallCompletion())
        self.accounts = AccountService(self.db, self.clock, seal=sealing(self.clock))
        self.cards = CardService(self.db, self.clock, self.settings)
        self.feed = Feed(self.bus, poll_s=5.0)
        self.phones = BrowserPhoneService(
            self.transactions, self.offers, VoiceTokens("AC1", "SK1", TWILIO_SECRET)
        )
        self.work = WorkService(self.transactions, CallCompletion(), self.settings)
        self.recordings = Recordings()
        self.listening = RecordingPlayback(
            self.recordings, self.clock, "https://line.test", "only for this test"
        )

    def agent(self, agent_id: str = "desk-1", queues: tuple = ("support", "billing"), phone: str = "") -> str:
        name = "Desk " + {"1": "one", "2": "two"}.get(agent_id[-1], agent_id)
        own = f"+1555000{2001 + len(self.accounts.list())}"
        self.accounts.add(agent_id, name, phone or own, queues, PASSWORD)
        return agent_id

    def customer(self, **given: Any) -> None:
        values = {
            "id": "ALFKI", "name": "Alfreds Futterkiste", "company": "", "language": "en-US",
            "email": "orders@alfreds.test", "fields": {"plan": "gold", "city": "Berlin"},
            "updated_at": self.clock(),
        }  # fmt: skip
        numbers = given.pop("numbers", ["+14155550123"])
        with self.db.write() as unit:
            customers.save(unit.connection, CustomerRow(**{**values, **given}), numbers)

    def contact(self, **given: Any) -> None:
        values = {
            "at": self.clock() - 86400, "customer_id": "ALFKI", "number": "", "channel": "email",
            "direction": "in",
            "summary": "Asked for a copy of an invoice", "note": "", "agent_name": "Desk two",
            "queue": "billing",
            "outcome": "answered", "disposition": "solved", "seconds": 0,
        }  # fmt: skip
        with self.db.write() as unit:
            customers.keep_contacts(unit.connection, [ContactRow(**{**values, **given})])

    def warn(self, text: str, expires_at: float | None = None, customer_id: str = "ALFKI") -> None:
        with self.db.write() as unit:
            row = WarningRow(customer_id, "note", text, "Desk two", self.clock(), expires_at)
            customers.add_warning(unit.connection, row)

    def call(
        self, sid: str = "CA1", queue: str = "billing", session: dict | None = None, **given: Any
    ) -> str:
        """A caller in line; returns the id of the queued call."""
        now, queued_id = self.clock(), f"queued-{sid}"
        told = {"position": 1, "low": 60, "high": 180, "spoken": "one to three minutes"}
        row = CallRow(
            **{
                "sid": sid, "caller": "+14155550123", "dialled": "+15550001000", "customer_id": "ALFKI",
                "flow": "main", "revision": "r1", "status": "waiting",
                "session": session or a_session(sid, queue),
                "turn": 3, "queued_id": queued_id, "outcome": None, "agent_id": None, "disposition": None,
                "started_at": now - 60, "seen_at": now, "ended_at": None,
                "leg_sid": None, "direction": "in", **given,
            }
        )  # fmt: skip
        waiting = QueuedRow(
            queued_id, sid, queue, 0, now - 45, "waiting", now - 45, None, None, None, "live", now - 45,
            *[None] * 4,
        )  # fmt: skip
        with self.db.write() as unit:
            calls.add(unit.connection, row)
            floor.add_queued(unit.connection, waiting, None)
            floor.note_promise(unit.connection, queued_id, told)
        return queued_id

    def offer(self, agent_id: str = "desk-1", sid: str = "CA1") -> str:
        """Offer the waiting call to the agent; returns the offer's id."""
        with self.transactions.begin() as tx:
            waiting = floor.queued(tx.connection, f"queued-{sid}")
            assert self.offers.make(tx, waiting, agent_id, [agent_id])
            return floor.live_offer_of_agent(tx.connection, agent_id).id

    def message(self, sid: str = "CA1", queue: str = "billing", transcript: str = "", **given: Any) -> int:
        """A caller who has left a message and is gone; returns the id of the work."""
        recording = "RE" + sid
        gone = {"status": "ended", "ended_at": self.clock(), "outcome": "voicemail"}
        self.call(sid, queue, **{**gone, **given})
        with self.transactions.begin() as tx:
            row = calls.find(tx.connection, sid)
            voicemail.message(tx, row, recording, queue, 9)
            voicemail.report(tx, recording, sid, "stored", 9)
            recordings.set_transcript(tx.connection, recording, transcript)
            return work_items.of_recording(tx.connection, recording).id

    def talk(self, offer_id: str, agent_id: str = "desk-1") -> None:
        """The agent accepts and picks up the phone."""
        self.agents.accept(agent_id, offer_id)
        with self.transactions.begin() as tx:
            self.join(tx, offer_id)

    def join(self, tx, offer_id: str) -> None:
        """Agent and caller meet."""
        self.offers.connect(tx, offer_id)
        row = calls.find(tx.connection, floor.find_offer(tx.connection, offer_id).call_sid)
        calls.save(tx.connection, replace(row, status="talking"), was_turn=row.turn)

    def ring(self, agent_id: str = "desk-1", sid: str = "CA1", **given: Any) -> str:
        """A caller arrives and is offered to an agent who is available."""
        self.agents.go_available(agent_id)
        self.call(sid, **given)
        return self.offer(agent_id, sid)


def identifying(world: World) -> CallerIdentification:
    """Without what becomes of callbacks, which needs a line."""
    return CallerIdentification(world.transactions, CallCompletion(), world.settings, lambda *_said: None)


def application(world: World, public_url: str = "") -> Flask:
    app = Flask("desk_under_test")
    app.secret_key = "only for this test"
    desk = desk_blueprint(
        world.accounts, world.agents, world.cards, world.feed, world.clock, world.settings, public_url,
        work=world.work, listening=world.listening, phones=world.phones,
        cases=CaseService(world.transactions, world.settings), identifying=identifying(world),
    )  # fmt: skip
    app.register_blueprint(desk)
    protect(app, desk, public_url=public_url)
    app.post("/voice/incoming")(lambda: "<Response/>")
    return app


def opened(url: str, clock: Any) -> World:
    path = Path(make_url(url).database or "")
    if url.startswith("sqlite") and not path.exists():
        with_tables(path)
    db = Database.open(url)
    return World(db, clock, read_settings(SETTINGS))


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch):
    """The real cost of a password is for guessers, not for tests."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(tmp_path, clock) -> Iterator[World]:
    world = opened(f"sqlite:///{tmp_path / 'desk.db'}", clock)
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def app(world) -> Flask:
    return application(world)


class Browser:
    """Flask's test client with the token that a page would send. Like a server it closes each answer but a
    stream, which is when what waits for that is done."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()
        self.token = ""

    def sign_in(self, agent: str = "desk-1", password: str = PASSWORD, **headers: str):
        self.read_token("/desk/sign-in")
        body = {"agent": agent, "password": password, "csrf_token": self.token}
        answer = self.client.post("/desk/sign-in", data=body, headers=headers)
        self.read_token("/desk/")
        return answer

    def read_token(self, path: str) -> None:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get(path).text)
        self.token = found[1] if found else self.token

    def get(self, path: str, **options: Any):
        return self.client.get(path, **{"buffered": not path.endswith("/events"), **options})

    def post(self, path: str, data: dict | None = None, **headers: str):
        sent = {"X-CSRFToken": self.token, **headers}
        return self.client.post(path, data=data or {}, headers=sent, buffered=True)


@pytest.fixture
def browser_of(app):
    return lambda: Browser(app)


@pytest.fixture
def desk(world, browser_of) -> Browser:
    """The page of desk-1, signed in."""
    world.agent()
    browser = browser_of()
    browser.sign_in()
    return browser


def serve(world: World, port: int = 0) -> Served:
    """The desk behind a real socket."""
    return Served(application(world), world.feed, port)


@pytest.fixture
def live(tmp_path) -> Iterator[World]:
    """A world whose clock runs, with one agent and one customer."""
    world = opened(f"sqlite:///{tmp_path / 'live.db'}", time.time)
    world.agent()
    world.customer()
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def served(live) -> Iterator[Served]:
    served = serve(live)
    yield served
    served.stop()
