"""A part of the card that comes late, in a real browser: the page does not wait, and says so."""

from __future__ import annotations

import threading
import time

import pytest
from playwright.sync_api import expect

from ivr.engine.events import LookedUp
from ivr.floor.crm_lookups import schedule_crm_lookup
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.crm_lookups import CrmLookups
from ivr.jobs.worker import Worker
from tests.desk.conftest import SETTINGS, World, opened, serve
from tests.desk.test_browser import sign_in
from tests.desk.test_card_parts import CARDS

pytestmark = pytest.mark.browser


class Slow:
    """A source that answers when it is let."""

    def __init__(self) -> None:
        self.open, self.says = threading.Event(), LookedUp("found", {"Owner": "Ann <i>Miller</i>"})

    def deadline(self, _effect: object) -> float:
        return 8.0

    def __call__(self, _effect: object, _sid: str = "") -> LookedUp:
        self.open.wait(8)
        return self.says


@pytest.fixture
def world(tmp_path):
    plain = opened(f"sqlite:///{tmp_path / 'live.db'}", time.time)
    settings = read_settings(SETTINGS.replace("customers: {sensitive: [maiden_name]}\n", CARDS))
    world = World(plain.db, time.time, settings)
    world.agent()
    world.customer()
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def crm(world):
    slow = Slow()
    sources = CrmLookups(world.transactions, world.settings.customers, slow)
    worker = Worker(world.transactions, sources.jobs())
    worker.start(1)
    yield slow
    slow.open.set()
    worker.stop()
    sources.close()


@pytest.fixture
def desk(page, world):
    served = serve(world)
    sign_in(page, served)
    page.click("#go-available")
    expect(page.locator("h1")).to_have_text("You are available")
    yield page
    served.stop()


def ring(world) -> None:
    with world.transactions.begin() as tx:
        schedule_crm_lookup(tx, "CA1", world.settings)
    world.call()
    world.offer()


def test_the_card_pops_without_it_and_shows_it_when_it_comes(world, desk, crm):
    ring(world)
    expect(desk.locator(".card-part")).to_have_attribute("data-status", "asking")
    expect(desk.locator("#who")).to_have_text("Alfreds Futterkiste")
    desk.fill("#note", "typed meanwhile")
    crm.open.set()
    expect(desk.locator(".card-part dd")).to_have_text("Ann <i>Miller</i>", timeout=4000)
    expect(desk.locator("#note")).to_have_value("typed meanwhile")
    assert desk.locator(".card-part i").count() == 0


def test_one_that_fails_is_called_not_available(world, desk, crm):
    crm.says = LookedUp("failed")
    ring(world)
    expect(desk.locator(".card-part")).to_have_attribute("data-status", "asking")
    crm.open.set()
    expect(desk.locator(".part-missing")).to_contain_text("did not answer", timeout=4000)


def test_covered_fields_are_shown_by_a_click_on_this_page(world, desk, crm):
    crm.open.set()
    ring(world)
    expect(desk.locator(".covered").first).to_have_text("hidden until verified")
    desk.click("#reveal-CA1")
    expect(desk.locator("#region-card")).to_contain_text("gold")
    expect(desk.locator(".covered")).to_have_count(0)
