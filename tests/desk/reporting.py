"""The pages of reports with a year behind them, on a socket, for a browser."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from benchmarks.year import LAST_DAY, fill_sums
from desk.pages import desk_blueprint
from desk.reports import reports_blueprint
from desk.security_headers import protect
from ivr.acd.reports.measuring_rules import begin_of
from ivr.flowfiles.settings_file import read_settings
from ivr.service.accounts import AccountService
from ivr.store.tables import contact, customer
from tests.desk.conftest import PASSWORD, opened
from tests.desk.serving import Served

SETTINGS = read_settings(
    """
company: Northwind
timezone: America/New_York
numbers: {"+15550001000": main}
queues:
  support: {goal: {answered_within: 20, share: 0.8}}
  billing: {goal: {answered_within: 30, share: 0.9}}
  queue-3: {}
"""
)
NOW = begin_of(LAST_DAY, "America/New_York") + 15 * 3600
HOSTILE = "<script>alert(1)</script>=cmd|' /C calc'!A0"


def filled(folder: Path, calls: int = 200_000, days: int = 380):
    """A world with a year of sums and a hundred contacts."""
    world = opened(f"sqlite:///{folder / 'year.db'}", lambda: NOW)
    for number in range(1, 7):
        world.agent(f"desk-{number}")
    world.accounts.set_role("desk-1", "supervisor")
    fill_sums(world.db, calls, 3, 6, days=days)
    with world.db.write() as unit:
        unit.connection.execute(customer.insert(), [CUSTOMER])
        unit.connection.execute(contact.insert(), [_contact(number) for number in range(120)])
    return world


CUSTOMER = {"id": "ALF", "name": f"Alfreds {HOSTILE}", "company": "", "fields": {}, "updated_at": 0.0}


def _contact(number: int) -> dict:
    return {
        "at": NOW - number * 3000, "customer_id": None if number % 3 else "ALF",
        "number": f"+1415555{number:04}",
        "channel": "call", "summary": f"welcome → department → order (entered {number})",
        "note": HOSTILE if number % 5 == 0 else "", "agent_name": "Desk one", "queue": "support",
        "outcome": "talked" if number % 4 else "abandoned", "disposition": "solved", "seconds": 100 + number,
    }  # fmt: skip


def application(world) -> Flask:
    app = Flask("reports", static_folder=None)
    app.config["SECRET_KEY"] = "for the test only"
    accounts = AccountService(world.db, world.clock)
    desk = desk_blueprint(accounts, world.agents, world.cards, world.feed, world.clock, SETTINGS)
    reports = reports_blueprint(accounts, world.agents, world.db, world.clock, SETTINGS)
    protect(app, desk, reports)
    app.register_blueprint(desk)
    app.register_blueprint(reports)
    return app


@contextmanager
def served(world):
    """Its address, while it is served."""
    served = Served(application(world), world.feed)
    yield served.url
    served.stop()


def sign_in(page, address: str) -> None:
    page.goto(f"{address}/desk/sign-in")
    page.fill("#agent", "desk-1")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/desk/")
