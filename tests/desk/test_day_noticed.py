"""A call is noticed, by notification and sound in a hidden tab, and once though several tabs are open.
A session that is taken back in a call leaves the call alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.desk.conftest import PASSWORD
from tests.desk.softphone import eventually

pytestmark = pytest.mark.browser

# Stands in for what a test cannot see: notifications, sound, and a tab that nobody looks at.
WATCHED = """() => {
  window.notified = []; window.takenDown = 0; window.heard = 0;
  window.Notification = class {
    static permission = "granted";
    static requestPermission() {}
    constructor(title, more) { window.notified.push([title, more.body ?? "", more.tag]); }
    close() { window.takenDown += 1; }
  };
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (at) { window.heard += 1; start.call(this, at); };
  Object.defineProperty(Document.prototype, "hidden", { get: () => window.away ?? false });
}"""
TWO_NOTES = 2


@pytest.fixture
def world(live):
    return live


@pytest.fixture
def desk(page, served):
    page.context.add_init_script(f"({WATCHED})()")
    page.goto(f"{served.url}/desk/")
    sign_in(page)
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    page.keyboard.press("v")
    expect(page.locator("h1")).to_have_text("You are available")
    return page


def sign_in(page) -> None:
    expect(page.locator("#agent")).to_be_focused()
    page.keyboard.type("desk-1")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def ringing(world) -> str:
    world.call("CA1")
    return world.offer(sid="CA1")


def test_a_hidden_tab_rings_and_notifies(world, desk):
    desk.evaluate("window.away = true")
    offer = ringing(world)
    assert eventually(lambda: desk.evaluate("window.notified.length === 1"))
    [[title, body, tag]] = desk.evaluate("window.notified")
    assert (title, tag) == ("Incoming call", "call") and "Alfreds Futterkiste" in body
    assert eventually(lambda: desk.evaluate("window.heard") >= TWO_NOTES)
    world.agents.decline("desk-1", offer)
    assert eventually(lambda: desk.evaluate("window.takenDown === 1"))


def test_a_tab_in_sight_rings_without_a_notification(world, desk):
    ringing(world)
    assert eventually(lambda: desk.evaluate("window.heard") >= TWO_NOTES)
    assert desk.evaluate("window.notified") == []


def test_of_two_tabs_one_is_heard(world, desk):
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#connection")).to_have_attribute("data-is", "live")
    other.keyboard.press("Shift")  # touched, so that it may sound
    ringing(world)
    for tab in (desk, other):
        tab.wait_for_selector("#accept")
    heard = lambda: [tab.evaluate("window.heard") for tab in (desk, other)]  # noqa: E731
    assert eventually(lambda: sum(heard()) >= TWO_NOTES)
    assert sorted(heard()) == [0, TWO_NOTES]


def test_two_browsers_accept_once_and_both_show_the_call(world, desk, browser, served):
    context = browser.new_context()
    context.add_cookies(desk.context.cookies())
    other = context.new_page()
    other.goto(f"{served.url}/desk/")
    expect(other.locator("#connection")).to_have_attribute("data-is", "live")
    offer = ringing(world)
    for tab in (desk, other):
        expect(tab.locator("#accept")).to_be_focused()
    desk.keyboard.press("Enter")
    other.keyboard.press("Enter")
    for tab in (desk, other):
        expect(tab.locator(".hero")).to_have_attribute("data-mode", "joining")
    assert world.agents.status("desk-1").offer.id == offer
    context.close()


def test_a_session_revoked_in_a_call_leaves_call_and_note(world, desk):
    world.talk(ringing(world))
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking")
    desk.focus("#note")
    desk.keyboard.type("He wants it by")
    expect(desk.locator("#note-state")).to_have_text("Saved")
    desk.keyboard.type(" courier")
    world.accounts.revoke("desk-1")
    world.bus.publish("agent:desk-1")
    sign_in(desk)
    assert world.agents.status("desk-1").offer.state == "connected", "the talk goes on"
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking")
    expect(desk.locator("#note")).to_have_value("He wants it by courier")
    expect(desk.locator("#note-state")).to_have_text("Saved")
    assert world.cards.note("CA1", "desk-1")[0] == "He wants it by courier"
