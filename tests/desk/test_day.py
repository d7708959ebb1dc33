"""A day at the desk, by keyboard only: every page that an agent and a supervisor need, looked at on the way.

`house.run` lets seconds pass for the line, callers and telephones; the browser lives in its own time."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from ivr.scenarios.simulated_line import START
from ivr.store import calls
from simulator.phones import CallerPhone
from tests.desk.album import Album
from tests.desk.conftest import PASSWORD
from tests.desk.day_environment import CUSTOMER, NIGHT_OWL, STRANGER, DayHouse, day_house
from tests.desk.keyboard import chooses, into, keys, stops
from tests.once import with_tables

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SIX_IN_THE_MORNING = START - 4 * 3600
REPORTS = ("queues", "agents", "reasons", "satisfaction", "contacts")
NOTE = "The third parcel is lost too. He wants it by courier, to the shop's back door."


@pytest.fixture
def house(tmp_path, monkeypatch) -> Iterator[DayHouse]:
    url = with_tables(tmp_path / "day.db")
    with day_house(tmp_path, url, SIX_IN_THE_MORNING, monkeypatch) as house:
        yield house


@pytest.fixture
def album() -> Iterator[Album]:
    album = Album()
    yield album
    album.must_be_clean()


def mode(page, wanted: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-mode", wanted, timeout=10_000)


def sign_in(page, house: DayHouse, who: str, onward: str = "/desk/") -> None:
    page.goto(house.web + onward)
    expect(page.locator("#agent")).to_be_focused()
    page.keyboard.type(who)
    keys(page, "Tab")
    page.keyboard.type(PASSWORD)
    keys(page, "Enter")
    page.wait_for_url(house.web + onward)


def at_night(house: DayHouse) -> None:
    """Two callers while billing is closed: one leaves a message, one wants to be called when it opens."""
    caller = house.dial(STRANGER)
    house.run(8)
    caller.press("2")  # billing
    house.run(12)
    caller.press("1")
    house.run(12)
    caller.say("This is about invoice 4711, which I have paid twice. Please call me back.", seconds=7)
    house.run(8)
    caller.press("#")
    house.run(6)
    caller.hang_up()
    caller = house.dial(NIGHT_OWL)
    house.run(8)
    caller.press("2")
    house.run(12)
    caller.press("3")
    house.run(14)
    caller.press("1")  # this number
    house.run(10)
    caller.press("1")  # when we open
    house.run(30)
    assert "Your callback is booked." in " ".join(caller.heard)


def test_a_day_at_the_desk(house, page, browser, album):
    phone = house.staff("desk-1", "Desk one")
    leads = house.staff("lead-1", "Shift lead", "supervisor")
    at_night(house)
    begins(page, house, album)
    caller = talks_to_a_customer(page, house, album, phone)
    boss = browser.new_context().new_page()
    sign_in(boss, house, "lead-1")
    hands_over_to_the_supervisor(page, boss, house, album, caller, phone, leads)
    works_off_a_message(page, house, album)
    calls_back(page, house, album, phone)
    looks_at_the_day(boss, house, album)
    ends(page, house, album)
    boss.context.close()
    assert {"desk-wrap-up", "desk-message", "desk-callback", "supervisor", "sign-in-refused"} <= {*album.seen}


def begins(page, house, album) -> None:
    page.goto(f"{house.web}/desk/")
    album.look(page, "sign-in")
    sign_in(page, house, "desk-1")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    album.look(page, "desk-away")
    keys(page, "v")
    expect(page.locator("h1")).to_have_text("You are available")
    expect(page.locator(".queue strong")).to_have_text(["0", "0"])  # a booked callback is nobody on the phone
    album.look(page, "desk-available")
    keys(page, "?")
    expect(page.locator("#shortcuts")).to_be_visible()
    album.look(page, "desk-keys")
    keys(page, "Escape")
    expect(page.locator("#shortcuts")).to_be_hidden()


def talks_to_a_customer(page, house, album, phone) -> CallerPhone:
    caller = house.dial(CUSTOMER)
    house.run(8)
    caller.press("3")
    house.run(10)
    caller.press("1")
    house.run(2)
    assert house.account.run_until(lambda: phone.ringing, 20)
    expect(page.locator("#accept")).to_be_focused()
    assert phone.ringing, "the card is on the screen while the phone rings"
    expect(page.locator("#who")).to_have_text("Alfreds Futterkiste")
    album.look(page, "desk-offer")
    keys(page, "Enter")
    mode(page, "joining")
    album.look(page, "desk-joining")
    phone.answer()
    house.run(3)
    mode(page, "talking")
    assert caller.talking_to == {phone.address}
    writes_a_note(page)
    album.look(page, "desk-talking")
    sends_an_answer(page, house, album)
    with page.expect_popup() as opened:
        keys(page, "f")
    expect(opened.value.locator("h1")).to_have_text("Alfreds Futterkiste")
    stops(opened.value)
    album.look(opened.value, "file")
    opened.value.close()
    return caller


def hands_over_to_the_supervisor(page, boss, house, album, caller, phone, leads) -> None:
    """Hold, and back; then the supervisor is asked first, sees the note, and takes the call."""
    keys(page, "l")
    expect(page.locator(".talk-bar.held")).to_be_visible()
    house.run(4)
    assert caller.talking_to == set() and caller.music, "the caller hears music"
    album.look(page, "desk-hold")
    keys(page, "l")
    expect(page.locator(".talk-bar.held")).to_have_count(0)
    house.run(2)
    assert caller.talking_to == {phone.address}
    keys(page, "t")
    page.keyboard.type("lead")
    expect(page.locator("#transfer-targets [role=option]")).to_have_count(1)
    keys(page, "Enter")
    expect(page.locator("#transfer-note")).to_have_value(NOTE)
    page.keyboard.type(" Can you decide that?")
    album.look(page, "desk-transfer")
    keys(page, "Control+Enter")
    expect(page.locator("#transfer")).to_be_hidden()
    house.run(2)
    expect(page.locator(".talk-bar[data-is=ringing]")).to_be_visible()
    expect(boss.locator("#accept")).to_be_focused()
    expect(boss.locator(".story-note")).to_contain_text(f"{NOTE} Can you decide that?")
    album.look(boss, "desk-asked")
    keys(boss, "Enter")
    mode(boss, "joining")
    leads.answer()
    house.run(3)
    expect(page.locator(".talk-bar[data-is=consulting]")).to_be_visible()
    assert phone.talking_to == {leads.address} and caller.music
    album.look(page, "desk-consulting")
    into(page, "note")
    keys(page, "End")
    page.keyboard.type(" Order 4711.")
    expect(boss.locator(".other-note")).to_contain_text("Order 4711.", timeout=10_000)
    keys(page, "Tab")
    with page.expect_response("**/hand-over"):  # the house's time must not pass before the key has arrived
        keys(page, "g")
    house.run(3)
    mode(page, "wrap_up")
    mode(boss, "talking")
    assert caller.talking_to == {leads.address}
    album.look(boss, "desk-handed-over")
    wraps_up(page, house, album, "disposition-2")
    with boss.expect_response("**/hang-up"):
        chooses(boss, "hang-up")
    house.run(15)
    assert caller.status == "completed"
    mode(boss, "wrap_up")
    with house.database.read() as connection:
        assert calls.find(connection, caller.sid).disposition == "follow-up needed"


def writes_a_note(page) -> None:
    into(page, "note")
    page.keyboard.type(NOTE)
    expect(page.locator("#note-state")).to_have_text("Saved")
    keys(page, "Tab")


def sends_an_answer(page, house, album) -> None:
    keys(page, "/")
    page.keyboard.type("late")
    expect(page.locator("#answers-count")).to_have_text("1 answer")  # the offered ones are replaced by then
    keys(page, "ArrowDown", "Enter")
    expect(page.locator("#answer-title")).to_be_visible()
    chooses(page, "answer-send")
    expect(page.locator("#answer-sent")).to_have_text("On its way")
    house.run(3)
    assert len(house.account.texts.received_by(CUSTOMER)) == 1
    album.look(page, "desk-answer")
    keys(page, "Escape")
    expect(page.locator("#answer")).to_be_hidden()


def wraps_up(page, house, album, disposition: str) -> None:
    chooses(page, disposition, "Space")
    expect(page.locator(f"#{disposition}")).to_have_attribute("aria-pressed", "true")
    album.look(page, "desk-wrap-up")
    chooses(page, "done")
    mode(page, "idle")


def works_off_a_message(page, house, album) -> None:
    keys(page, "m")
    expect(page.locator("#player")).to_be_visible()
    album.look(page, "desk-message")
    chooses(page, "result-1")
    expect(page.locator("#player")).to_have_count(0)


def calls_back(page, house, album, phone) -> None:
    """At eight billing opens: the customer is dialled, and put through when they press 1."""
    customer = house.account.add_phone(NIGHT_OWL)
    assert house.account.run_until(lambda: customer.ringing, 3 * 3600)
    customer.answer()
    house.run(6)
    customer.press("1")
    house.run(2)
    expect(page.locator("#accept")).to_be_focused()
    expect(page.locator("[data-field=callback]")).to_contain_text("1st attempt")
    album.look(page, "desk-callback")
    keys(page, "a")
    mode(page, "joining")
    phone.answer()
    house.run(3)
    mode(page, "talking")
    assert customer.talking_to == {phone.address}
    customer.hang_up()
    house.run(3)
    mode(page, "wrap_up")
    chooses(page, "disposition-1", "Space")
    chooses(page, "done")
    mode(page, "idle")


def looks_at_the_day(boss, house, album) -> None:
    """All other pages, as the supervisor sees them at the end; Tab leads through each and comes to an end."""
    pages = {
        "supervisor": "/supervisor/", "wallboard": "/wallboard/", "reports": "/reports/",
        **{f"reports-{name}": f"/reports/{name}" for name in REPORTS},
        "flows": "/flows/", "notices": "/flows/notices", "cases": "/desk/file/",
        "nowhere": "/desk/nowhere", "callback": callback_page(house),
        "callback-unknown": "/callback/" + "x" * 22,
    }  # fmt: skip
    sign_in(boss, house, "lead-1", "/supervisor/")  # half an hour without use has ended the session
    for name, path in pages.items():
        boss.goto(house.web + path)
        if name in ("supervisor", "wallboard"):
            expect(boss.locator("#region-queues, .tile").first).to_be_visible()
        stops(boss)
        album.look(boss, name)


def callback_page(house) -> str:
    [text] = [one for one in house.account.texts.received_by(NIGHT_OWL) if "/callback/" in one]
    return "/callback/" + re.search(r"/callback/([\w-]+)", text)[1]


def ends(page, house, album) -> None:
    """A report is not for agents; signing out; a wrong password."""
    page.goto(f"{house.web}/reports/")
    expect(page.locator("h1")).to_have_text("Not for your account")
    album.look(page, "not-allowed")
    keys(page, "Tab", "Enter")
    page.wait_for_url(f"{house.web}/desk/")
    chooses(page, "sign-out")
    expect(page.locator("#agent")).to_be_focused()
    page.keyboard.type("desk-1")
    keys(page, "Tab")
    page.keyboard.type("wrong")
    keys(page, "Enter")
    expect(page.locator(".problem")).to_be_visible()
    album.look(page, "sign-in-refused")
