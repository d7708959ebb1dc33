"""A floor with a supervisor, its pages behind a real socket."""

from __future__ import annotations

from typing import Any

from flask import Flask

from desk import desk_blueprint, protect
from desk.permissions import guard
from desk.sessions import BrowserSessions
from desk.supervisor import supervising_pages
from ivr.floor.wait_board import wait_board
from ivr.service.supervision.wiring import SupervisionServices, supervision_services
from tests.desk.conftest import PASSWORD, World
from tests.desk.serving import Served


def parts_of(world: World) -> SupervisionServices:
    waits = wait_board(world.settings)
    numbers = iter(range(10_000))
    return supervision_services(
        world.settings, world.transactions, world.offers, waits, lambda: f"supervision-{next(numbers)}"
    )


def pages_of(world: World, parts: SupervisionServices) -> Flask:
    app = Flask("supervisor_under_test")
    app.secret_key = "only for this test"
    people = (world.accounts, world.agents)
    desk = desk_blueprint(
        *people, world.cards, world.feed, world.clock, world.settings, work=world.work,
        listening=world.listening, helping=parts.help,
    )  # fmt: skip
    blueprints = (desk, *supervising_pages(*people, parts, world.feed, world.settings))
    protect(app, *blueprints)
    guard(app, BrowserSessions(*people, ""), world.db, world.clock)
    for blueprint in blueprints:
        app.register_blueprint(blueprint)
    return app


def serve(world: World, parts: SupervisionServices, port: int = 0) -> Served:
    """Behind a real socket; `port` to come back at the same address."""
    return Served(pages_of(world, parts), world.feed, port)


def sign_in(page: Any, url: str, who: str, onward: str = "/desk/") -> None:
    page.goto(url + onward)
    page.fill("#agent", who)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#connection[data-is=live]")
