"""States of the desk that a quiet day does not have, with long words in them, in the widths people use."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.desk.layout import NARROW, layout_findings
from tests.desk.talking import given
from tests.desk.typing_house import House, typing_house  # noqa: F401

pytestmark = pytest.mark.browser
SIZES = (NARROW, {"width": 768, "height": 1024}, {"width": 1280, "height": 800})
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenverein Unterlangenegg and Sons"


def fits(house: House, name: str) -> None:
    """Nothing is cut, lies over something else or makes the page wider than the window."""
    found = []
    for size in SIZES:
        house.page.set_viewport_size(size)
        found += layout_findings(house.page, name)
    assert not found, "\n".join(found)


def test_an_offer_that_comes_while_a_text_is_answered(house):
    house.world.customer(name=LONG, company=LONG, fields={"contract number": "4711" * 14, "town": LONG})
    house.world.warn(f"{LONG}: check the address before sending again.")
    house.available()
    house.writes()
    fits(house, "a text taken")
    house.page.fill("#reply-text", "We look for it. " * 20)
    house.offered()
    fits(house, "an offer while a text is answered")


@pytest.mark.parametrize("state", ["ringing", "consulting", "together", "failed", "held", "paused"])
def test_a_talk_with_more_going_on(house, state):
    house.world.customer(name=LONG)
    house.available()
    house.talking()
    now = house.world.clock()
    shown = {
        "held": {"held_at": now},
        "paused": {"recording": "paused", "paused_at": now},
        "failed": {"last": given("failed", now, target_title=LONG, reason="did not answer")},
    }
    house.talks.show(**shown.get(state, {"transfer": given(state, now, target_title=LONG), "held_at": now}))
    words = {"held": "On hold", "paused": "Nothing is recorded"}.get(state, LONG)
    expect(house.page.locator("#region-talk")).to_contain_text(words)
    fits(house, state)


def test_wrap_up_and_the_note_that_stays_open(house):
    house.world.customer(name=LONG)
    house.available()
    house.wrapping_up()
    house.page.fill("#note", f"{LONG} " * 12)
    expect(house.page.locator("#note-state")).to_have_text("Saved")
    fits(house, "wrap-up")
    house.wrapped_up()
    house.mode("idle")
    house.page.locator("#last-calls summary").first.click()
    expect(house.page.locator("#last-note-1")).to_be_visible()
    fits(house, "the note of the last call")


def test_a_case_that_a_colleague_changed_meanwhile(house):
    house.available()
    house.talking()
    page = house.page
    page.goto(page.url + "file/CA1")
    page.fill("#open-case [name=title]", LONG)
    page.click("#open-case .button")
    expect(page.locator(".case h3")).to_contain_text(LONG)
    other = page.context.new_page()
    other.goto(page.url)
    page.fill(".case [name=note]", f"{LONG} of mine")
    other.fill(".case [name=note]", f"{LONG} of another")
    other.click(".case .button")
    expect(other.locator(".case [name=note]")).to_have_value(f"{LONG} of another")
    page.click(".case .button")
    expect(page.locator(".stored .said")).to_contain_text("of another")
    fits(house, "a conflict")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p style='width: 900px'>Wide</p>", "pixels wide"),
        ("<p style='margin-bottom: -36px'>One text</p><p>Another text</p>", "lies over"),
        ("<p style='width: 1em; overflow-wrap: anywhere'>complaint</p>", "a few letters"),
        ("<button style='margin-left: -30px'>Go on</button>", "out of reach"),
    ],
)
def test_what_the_measure_finds(page, body, said):
    page.set_viewport_size(NARROW)
    page.set_content(f"<body style='margin: 8px'>{body}")
    assert any(said in one for one in layout_findings(page, "a page"))
