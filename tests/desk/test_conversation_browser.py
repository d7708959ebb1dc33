"""Hold and transfer in a real browser, by keyboard."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from ivr.service.agents import TooLate
from tests.desk.conftest import PASSWORD, opened
from tests.desk.serving import Served
from tests.desk.talking import StagedTalks, application, given

pytestmark = pytest.mark.browser


@pytest.fixture
def world(tmp_path):
    world = opened(f"sqlite:///{tmp_path / 'live.db'}", time.time)
    world.agent()
    world.agent("desk-2")
    world.customer()
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def talks(world):
    return StagedTalks(world)


@pytest.fixture
def desk(world, talks, page):
    world.talk(world.ring())
    served = Served(application(world, talks), world.feed)
    page.goto(served.url + "/desk/")
    page.fill("#agent", "desk-1")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#connection[data-is=live]")
    yield page
    served.stop()


def test_one_key_holds_and_the_same_goes_back(desk, talks):
    desk.keyboard.press("l")
    expect(desk.locator(".talk-bar.held")).to_contain_text("On hold")
    desk.keyboard.press("l")
    expect(desk.locator(".talk-bar.held")).to_have_count(0)
    assert [name for name, *_ in talks.asked] == ["hold", "retrieve"]


def test_a_long_hold_is_reminded_of_again_and_again(world, desk, talks):
    talks.show(held_at=world.clock() - 0.5, hold_reminder_s=1.0)
    expect(desk.locator(".held-long")).to_be_visible()
    expect(desk.locator("#says")).to_contain_text("still on hold")
    desk.evaluate("document.getElementById('says').textContent = ''")
    expect(desk.locator("#says")).to_contain_text("still on hold")


def test_a_transfer_by_keyboard_with_the_note_of_the_call(desk, talks):
    desk.fill("#note", "ordered twice")
    desk.focus("#talk-transfer")
    desk.keyboard.press("t")
    expect(desk.locator("#transfer-find")).to_be_focused()
    expect(desk.locator("#transfer-targets li")).to_have_count(4)
    desk.keyboard.type("shift")
    expect(desk.locator("#transfer-targets li")).to_have_count(1)
    desk.keyboard.press("Enter")
    expect(desk.locator("#transfer-note")).to_be_focused()
    desk.keyboard.type(", wants a refund")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#transfer")).not_to_be_visible()
    assert talks.asked == [("consult", "desk-1", "CA1", "agent:boss-1", "ordered twice, wants a refund")]


def test_arrows_choose_and_what_is_not_possible_says_why(desk):
    desk.keyboard.press("t")
    expect(desk.locator("#transfer-targets li")).to_have_count(4)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#transfer-why")).to_have_text("Desk two is on a call.")
    expect(desk.locator("#transfer-ask")).to_be_disabled()
    expect(desk.locator("#transfer-send")).to_be_disabled()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(desk.locator("#transfer-ask")).to_be_disabled()
    expect(desk.locator("#transfer-send")).to_be_enabled()
    desk.keyboard.press("Escape")
    expect(desk.locator("#transfer")).not_to_be_visible()
    expect(desk.locator("#talk-transfer")).to_be_focused()


def test_news_of_the_floor_and_a_reload_lose_nothing_that_was_typed(world, desk, talks):
    desk.keyboard.press("t")
    desk.fill("#transfer-note", "half a sen")
    talks.show(recording="on")
    expect(desk.locator("#talk-recording")).to_have_count(1)
    expect(desk.locator("#transfer-note")).to_be_focused()
    expect(desk.locator("#transfer-note")).to_have_value("half a sen")
    desk.reload()
    desk.wait_for_selector("#connection[data-is=live]")
    desk.keyboard.press("t")
    expect(desk.locator("#transfer-note")).to_have_value("half a sen")


def test_a_refusal_stays_in_the_panel_with_everything_typed(desk, talks):
    talks.refusal = TooLate("Shift lead is on a call now.")
    desk.keyboard.press("t")
    expect(desk.locator("#transfer-targets li")).to_have_count(4)
    desk.keyboard.press("Enter")
    desk.keyboard.type("listen first")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#transfer-why")).to_have_text("Shift lead is on a call now.")
    expect(desk.locator("#transfer-note")).to_have_value("listen first")


def test_the_panel_closes_when_the_talk_is_over(world, desk):
    desk.keyboard.press("t")
    expect(desk.locator("#transfer")).to_be_visible()
    world.agents.hang_up("desk-1", "CA1")
    expect(desk.locator("#transfer")).not_to_be_visible()


def test_what_failed_stays_until_it_is_closed(world, desk, talks):
    talks.show(last=given("failed", world.clock(), reason="no answer"), held_at=world.clock())
    expect(desk.locator(".told")).to_contain_text("did not take the call: no answer")
    desk.focus("#talk-told")
    desk.keyboard.press("Enter")
    expect(desk.locator(".told")).not_to_be_visible()
    talks.show(recording="on")
    expect(desk.locator("#region-talk .talk-bar")).to_have_count(1)
    expect(desk.locator(".told")).not_to_be_visible()
