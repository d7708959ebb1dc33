"""The supervisor's page and the wallboard in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from desk import Feed
from tests.desk.conftest import PASSWORD, opened
from tests.desk.layout import layout_findings
from tests.desk.supervised import parts_of, serve, sign_in

pytestmark = pytest.mark.browser
REFUSED = (
    "The phone company did not let us ring anybody since 14:02: 20003 Authenticate. "
    "See https://www.twilio.com/docs/errors/20003"
)


@pytest.fixture
def world(tmp_path):
    world = opened(f"sqlite:///{tmp_path / 'live.db'}", time.time)
    world.agent()
    world.customer()
    world.accounts.add("boss-1", "Shift lead", "+15550002099", ["support"], PASSWORD, "supervisor")
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def parts(world):
    return parts_of(world)


@pytest.fixture
def served(world, parts):
    served = serve(world, parts)
    yield served
    served.stop()


@pytest.fixture
def boss(page, served):
    sign_in(page, served.url, "boss-1", "/supervisor/")
    return page


def test_one_key_asks_for_help_and_the_supervisor_sees_it_at_once(world, served, boss, browser):
    desk = browser.new_context().new_page()
    sign_in(desk, served.url, "desk-1")
    desk.keyboard.press("h")
    expect(boss.locator(".alert.help")).to_contain_text("Desk one asks for help")
    expect(boss.locator("#says")).to_have_text("Desk one asks for help.")
    boss.click("text=I see to it")
    expect(desk.locator(".help-asked")).to_contain_text("Shift lead sees to it")
    desk.keyboard.press("h")
    expect(boss.locator(".alert.help")).to_have_count(0)
    expect(desk.locator("#help")).to_be_visible()
    desk.context.close()


def test_state_queues_and_skills_are_changed_by_keyboard(world, boss):
    world.agents.go_available("desk-1")
    boss.wait_for_selector("#change-desk-1")
    boss.focus("#change-desk-1")
    boss.keyboard.press("Enter")
    boss.select_option("select[name=queue-support]", "2")
    boss.select_option("select[name=queue-billing]", "0")
    boss.fill("#panel-skills", "german:2")
    boss.keyboard.press("Enter")
    expect(boss.locator("#panel")).not_to_be_visible()
    expect(boss.locator(".people")).to_contain_text("support 2")
    expect(boss.locator("#change-desk-1")).to_be_focused()
    boss.keyboard.press("Enter")
    boss.click("text=Away: lunch")
    expect(boss.locator("#panel")).not_to_be_visible()
    expect(boss.locator(".people")).to_contain_text("Away · lunch")
    assert world.agents.status("desk-1").queues == ("support",)


def test_why_a_caller_waits_and_a_talk_that_can_be_joined(world, boss):
    world.call("CA1")
    with world.transactions.begin() as tx:
        tx.tell("floor")
    boss.locator("#why-queued-CA1").click()
    expect(boss.locator("#panel")).to_contain_text("place 1 in billing")
    boss.click("#panel button")
    world.agents.go_available("desk-1")
    world.talk(world.offer("desk-1", "CA1"))
    boss.wait_for_selector("#listen-desk-1")
    boss.click("#listen-desk-1")
    expect(boss.locator("#toast")).to_contain_text("This talk is over")  # no phone is up in this test


def test_what_a_caller_says_is_never_markup(world, boss):
    world.customer(name="<img src=x onerror=\"document.title='taken'\">")
    world.call("CA1")
    with world.transactions.begin() as tx:
        tx.tell("floor")
    expect(boss.locator(".queue-block").last).to_contain_text("<img src=x")
    assert boss.title() != "taken" and boss.locator("main img").count() == 0


@pytest.mark.slow(20)
def test_a_wallboard_with_a_link_says_when_it_is_old_and_comes_back(world, parts, served, page):
    world.call("CA1")
    page.goto(f"{served.url}/wallboard/shown/{parts.links.make('lobby', ['billing'])}")
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator(".tile .waiting dd").first).to_have_text("1")
    assert "Alfreds" not in page.content() and "4155550123" not in page.content()
    served.stop()
    expect(page.locator("#stale")).to_contain_text("Out of date since", timeout=30_000)
    world.call("CA2")
    world.feed = Feed(world.bus, poll_s=1.0)
    again = serve(world, parts, served.port)
    expect(page.locator(".tile .waiting dd").first).to_have_text("2", timeout=20_000)
    expect(page.locator("#stale")).not_to_be_visible()
    parts.links.revoke("lobby")
    expect(page.locator("#stale")).to_contain_text("may not show the board", timeout=10_000)
    again.stop()


def test_a_floor_with_every_alert_fits_all_windows(world, parts, boss):
    """The carrier refuses, somebody asks for help, and a caller waits too long at an agent without a desk."""
    parts.board.trouble = lambda: REFUSED
    world.call("CA1")
    world.call("CA2", caller="+14155550188", customer_id=None)
    world.agents.go_available("desk-1")
    world.talk(world.offer("desk-1", "CA1"))
    parts.help.ask("desk-1")
    expect(boss.locator(".alert.help")).to_be_visible()
    expect(boss.locator(".alert").first).to_contain_text("did not let us ring")
    found = []
    for width in (390, 640, 768, 1024, 1280, 1920):
        boss.set_viewport_size({"width": width, "height": 844})
        found += layout_findings(boss, "supervisor")
        row = "flex" if width <= 720 else "table-row"
        expect(boss.locator("tr.asks")).to_have_css("display", row)
    assert not found, "\n".join(found)
