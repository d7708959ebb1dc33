"""By keyboard alone, in a real browser: the agent asks who it is, and says so."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ivr.store import calls
from tests.desk.album import Album
from tests.desk.conftest import a_session
from tests.desk.keyboard import focus_of
from tests.desk.test_browser import sign_in

pytestmark = pytest.mark.browser

WIDTHS = (390, 1280, 1920)


@pytest.fixture
def desk(page, live, served):
    live.customer(id="BERGS", name="Berglunds snabbköp", company="Berglunds Livsmedel AB")
    live.customer(id="LONG", name="Donaudampfschifffahrtsgesellschaft Vertriebsniederlassung", company="")
    with live.db.write() as unit:
        took_up(unit.connection)
    sign_in(page, served)
    page.click("#go-available")
    expect(page.locator("h1")).to_have_text("You are available")
    return page


def took_up(connection) -> None:
    """What `_callback` looks for: a booking whose place the call has taken."""
    connection.exec_driver_sql(
        "insert into callback (id, call_sid, origin_sid, number, shown, queue, language, state, since,"
        " due_at, attempts, booked_at, token, keyed, given_back, busy_looks) values"
        " ('cb1', 'OURScb1', 'CA0', '+14155550123', '+15550001000', 'billing', 'en-US', 'merged', 0, 0, 0, 0,"
        " 't', 0, 0, 0)"
    )


def talking(world, page) -> None:
    session = a_session("CA1", "billing")
    note = {"from": "OURScb1", "place": "", "queue": "billing", "callback": "cb1"}
    world.call(session={**session, "came_back": note}, customer_id=None)
    offer = world.offer()
    expect(page.locator("body")).to_have_attribute("data-mode", "offer")
    assert page.locator("#which-customer").count() == 0
    world.talk(offer)
    expect(page.locator("body")).to_have_attribute("data-mode", "talking")


def tabs_to(page, wanted: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        at = focus_of(page)
        if at is not None and at["id"] == wanted:
            return
    raise AssertionError(f"the tab key does not lead to {wanted}")


def test_the_customer_is_chosen_and_changed_by_keyboard(live, desk):
    talking(live, desk)
    group = desk.get_by_role("group", name="Which customer is it?")
    expect(group.get_by_role("button")).to_have_count(4)
    tabs_to(desk, "customer-2")
    desk.keyboard.press("Enter")
    expect(desk.locator("#who")).to_have_text("Berglunds snabbköp")
    expect(desk.locator("#customer-2")).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("#customer-2")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    expect(desk.locator("#customer-none")).to_have_attribute("aria-pressed", "true")
    expect(desk.locator("#customer-none")).to_be_focused()
    asked = desk.get_by_role("group", name="Is this also the callback that was booked?")
    expect(asked.get_by_role("button")).to_have_text(["Yes", "No, book it again"])


def test_typing_a_note_chooses_nobody(live, desk):
    talking(live, desk)
    desk.focus("#note")
    desk.keyboard.type("1 2 3 yes no none of them, Berglunds\nAlfreds ")
    expect(desk.locator("#note-state")).to_contain_text("Saved")
    with live.db.read() as connection:
        assert "customer_chosen" not in calls.find(connection, "CA1").session


def test_the_question_can_be_read_at_every_width(live, desk):
    album = Album()
    talking(live, desk)
    for width in WIDTHS:
        desk.set_viewport_size({"width": width, "height": 900})
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        album.look(desk, f"which-customer-{width}")
    album.must_be_clean()
