"""Where the focus is after each button: never on nothing, and never where the same key does harm."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ivr.service.agents import TooLate
from tests.desk.keyboard import focus_of
from tests.desk.typing_house import House, typing_house

pytestmark = pytest.mark.browser
house = typing_house


def presses(house: House, wanted: str, key: str = "Enter") -> None:
    house.calm()
    house.page.focus(f"#{wanted}")
    house.page.keyboard.press(key)


def is_on(house: House) -> str:
    at = focus_of(house.page)
    assert at is not None, "the focus is on nothing"
    return at["id"]


def test_a_disposition_keeps_it(house):
    house.available()
    house.talking()
    presses(house, "disposition-1", "Space")
    expect(house.page.locator("#disposition-1")).to_have_attribute("aria-pressed", "true")
    assert is_on(house) == "disposition-1"


def test_help_leads_to_its_opposite(house):
    presses(house, "help")
    expect(house.page.locator("#help-done")).to_be_focused()
    house.page.keyboard.press("Enter")
    expect(house.page.locator("#help")).to_be_focused()


def test_hold_keeps_it(house):
    house.available()
    house.talking()
    presses(house, "talk-hold")
    expect(house.page.locator(".talk-bar.held")).to_be_visible()
    assert is_on(house) == "talk-hold"


def test_accepting_leaves_it_near_the_call_and_not_on_hang_up(house):
    house.available()
    house.offered()
    expect(house.page.locator("#accept")).to_be_focused()
    house.page.keyboard.press("Enter")
    house.mode("joining")
    assert is_on(house) == "region-call"
    house.page.keyboard.press("Enter")
    house.mode("joining")
    house.page.keyboard.press("Tab")
    assert is_on(house) in ("pop", "hang-up")


def test_done_and_going_available(house):
    presses(house, "go-available")
    expect(house.page.locator("h1")).to_have_text("You are available")
    assert is_on(house) == "region-call"
    house.wrapping_up()
    presses(house, "done")
    house.mode("idle")
    assert is_on(house) == "region-call"


def test_a_button_that_is_refused_keeps_it(house):
    house.available()
    house.talking()
    house.talks.refusal = TooLate("The call is over.")
    presses(house, "talk-hold")
    expect(house.page.locator("#toast")).to_contain_text("The call is over.")
    assert is_on(house) == "talk-hold"
    house.page.click("#talk-transfer")
    expect(house.page.locator("#transfer-targets li")).to_have_count(4)
    house.page.keyboard.press("Enter")
    presses(house, "transfer-send")
    expect(house.page.locator("#transfer-why")).to_have_text("The call is over.")
    assert is_on(house) == "transfer-send"


def test_twice_on_a_button_that_waits_is_once(house):
    house.available()
    house.talking()
    house.page.focus("#talk-hold")
    house.page.evaluate(
        "() => { const one = document.getElementById('talk-hold'); one.click(); one.click(); }"
    )
    expect(house.page.locator(".talk-bar.held")).to_be_visible()
    assert [name for name, *_ in house.talks.asked] == ["hold"]


def test_a_second_enter_sends_no_second_text(house):
    house.available()
    house.talking()
    house.page.click(".answer-pick")
    presses(house, "answer-send")
    expect(house.page.locator("#answer-sent")).to_have_text("On its way")
    assert is_on(house) == "answer-sent"
    for _ in range(3):
        house.page.keyboard.press("Enter")
        house.page.keyboard.press("Space")
    assert [one for one in house.commands if one.endswith("/send")] == ["answers/calls/CA1/send"]


def test_an_answer_that_comes_late_takes_no_focus_from_a_field(house):
    house.available()
    house.talking()
    late: list = []
    house.page.route("**/open", lambda route: late.append(route))
    house.page.focus(".answer-pick")
    with house.page.expect_request("**/open"):
        house.page.keyboard.press("Enter")
    house.page.click("#note")
    house.page.keyboard.type("he ")
    late[0].continue_()
    house.page.keyboard.type("has moved")
    expect(house.page.locator("#answer-title")).to_be_visible()
    expect(house.page.locator("#note")).to_have_value("he has moved")


def test_the_list_of_pages_closes_and_covers_nothing(house):
    house.available()
    house.talking()
    menu, button = house.page.locator("#areas"), house.page.locator("#areas-open")
    for close in ("Escape", "click", "button", "turn"):
        button.click()
        expect(menu).to_be_visible()
        expect(button).to_have_attribute("aria-expanded", "true")
        low = menu.bounding_box()["y"] + menu.bounding_box()["height"]
        assert low <= house.page.locator("#hang-up").bounding_box()["y"], "it lies over the call"
        if close == "Escape":
            house.page.keyboard.press("Escape")
        elif close == "click":
            house.page.click("#who")
        elif close == "button":
            button.click()
        else:
            house.page.click("#hang-up")
            house.mode("wrap_up")
        expect(menu).to_be_hidden()
        expect(button).to_have_attribute("aria-expanded", "false")
