"""From the commit of an offer to the card in a real browser, and from "available" to the ringing phone."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import select

from benchmarks.calls import PaperCall
from benchmarks.figures import Figure, skipped
from benchmarks.lines import house
from benchmarks.load import Wire
from benchmarks.servers import Server, gunicorn, simulator
from ivr.service.accounts import AccountService
from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.tables import agent, offer

MOST_S = 0.2
AGENT, PASSWORD, PHONE = "desk-1", "a long password", "+15550002001"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# Twice a frame: the first runs before the browser paints the change, the second after it has.
WATCH = """() => { let last = ""; new MutationObserver(() => {
    const accept = document.querySelector("#accept");
    if (!accept || accept.dataset.post === last) return;
    last = accept.dataset.post;
    const paint = () => { document.body.dataset.popped = Date.now() / 1000; };
    requestAnimationFrame(() => requestAnimationFrame(paint));
}).observe(document.body, { subtree: true, childList: true }) }"""


def run(folder: Path, quick: bool) -> list[Figure]:
    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if chromium is None:
        return [skipped("screen pop", "no Chromium on this machine (apt install chromium)")]
    try:
        import playwright.sync_api  # noqa: F401
    except ImportError:
        return [skipped("screen pop", "playwright is not installed (make bench installs it)")]
    config = house(folder / "house")
    database = Database.open(f"sqlite:///{folder / 'house' / 'line.db'}")
    migrate(database)
    AccountService(database, float).add(AGENT, "Desk one", PHONE, ["support"], PASSWORD)
    with (
        simulator(folder, [PHONE]) as twilio,
        gunicorn("server:app", folder / "house", IVR_CONFIG=str(config), TWILIO_API_BASE=twilio) as line,
        _desk(chromium, line) as page,
    ):
        rounds = [_pop(page, line, database, number) for number in range(8 if quick else 60)]
    database.close()
    return _figures(rounds[2:])  # the first ones warm the browser up


def _figures(rounds: list[tuple[float, float]]) -> list[Figure]:
    pops, rings = zip(*rounds, strict=True)
    worst = quantiles(pops, n=20)[-1]
    return [
        Figure(
            "offer committed → card painted, p95",
            worst * 1000,
            "ms",
            f"< {MOST_S * 1000:.0f} ms",
            worst < MOST_S,
            f"{len(pops)} pops, p50 {median(pops) * 1000:.0f} ms, most {max(pops) * 1000:.0f} ms",
        ),
        Figure(
            "agent available → carrier asked to ring, p95",
            quantiles(rings, n=20)[-1] * 1000,
            "ms",
            detail=f"p50 {median(rings) * 1000:.0f} ms, most {max(rings) * 1000:.0f} ms",
        ),
    ]


@contextmanager
def _desk(chromium: str, line: Server) -> Iterator[Any]:
    """The desk's page, signed in and away."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{line.url}/desk/")
        page.fill("#agent", AGENT)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector('#connection[data-is="live"]')
        page.evaluate(WATCH)
        yield page
        browser.close()


def _pop(page: Any, line: Server, database: Database, number: int) -> tuple[float, float]:
    """One caller is offered: seconds until the card is painted, and until the carrier is asked to ring."""
    wire, call = Wire(line.port), PaperCall(number, ("0",))
    for _ in range(2):  # arrives, presses 0
        call.answered(wire.send(call.next())[1])
    before = page.locator("body").get_attribute("data-popped")
    page.dispatch_event("#go-available", "click")
    fresh = page.wait_for_selector(f'body[data-popped]:not([data-popped="{before}"])', state="attached")
    painted = float(fresh.get_attribute("data-popped"))
    committed, since, asked = _times(page, database, call.sid)
    page.dispatch_event("#decline", "click")
    page.wait_for_selector("#go-available")
    wire.send(call.next())  # hangs up
    wire.close()
    return painted - committed, asked - since


def _times(page: Any, database: Database, sid: str) -> tuple[float, float, float]:
    """When the offer was committed, when the agent had become available, when Twilio was asked."""
    while True:
        with database.read() as connection:
            row = connection.execute(
                select(offer.c.created_at, offer.c.leg_asked_at).where(offer.c.call_sid == sid)
            ).one()
            since = connection.execute(select(agent.c.since).where(agent.c.id == AGENT)).scalar_one()
        if row.leg_asked_at is not None:
            return row.created_at, since, row.leg_asked_at
        page.wait_for_timeout(20)
