"""The page in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from tests.desk.conftest import PASSWORD, opened, serve
from tests.desk.test_card import PAYLOADS, poison

pytestmark = pytest.mark.browser
MOST_POP_S = 2.0  # a page that only looks for news from time to time would take up to five
NOTE = "#note"


@pytest.fixture
def url(tmp_path) -> str:
    return f"sqlite:///{tmp_path / 'live.db'}"


@pytest.fixture
def world(url):
    world = opened(url, time.time)
    world.agent()
    world.customer()
    world.contact()
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def served(world):
    served = serve(world)
    yield served
    served.stop()


@pytest.fixture
def desk(page, served):
    """The page of desk-1, available."""
    sign_in(page, served)
    page.click("#go-available")
    expect(page.locator("h1")).to_have_text("You are available")
    return page


def sign_in(page, served) -> None:
    page.goto(f"{served.url}/desk/")
    page.fill("#agent", "desk-1")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")


def kept(world, text: str, sid: str = "CA1") -> bool:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if world.cards.note(sid, "desk-1")[0] == text:
            return True
        time.sleep(0.02)
    return False


def ringing(world, sid: str = "CA1", **given) -> str:
    world.call(sid, **given)
    return world.offer(sid=sid)


def test_the_card_pops_at_once(world, desk):
    desk.evaluate(
        """() => new MutationObserver(() => {
            if (document.querySelector("#accept")) window.popped ??= Date.now() / 1000;
        }).observe(document.body, { subtree: true, childList: true })"""
    )
    took = []
    for number in range(5):
        world.call(f"CA{number}")
        offer = world.offer(sid=f"CA{number}")
        committed = time.time()
        desk.wait_for_selector("#accept")
        took.append(desk.evaluate("window.popped") - committed)
        world.agents.decline("desk-1", offer)
        desk.wait_for_selector("#go-available")
        desk.click("#go-available")
        desk.wait_for_selector(".choices")
        desk.evaluate("window.popped = undefined")
    assert sorted(took)[2] < MOST_POP_S, took
    ringing(world, "CA-last")
    expect(desk.locator("#who")).to_have_text("Alfreds Futterkiste")
    expect(desk.locator(".path li")).to_have_text(["welcome", "department", "tell order"])
    expect(desk.locator("#says")).to_contain_text("Incoming call from Alfreds Futterkiste")
    expect(desk.locator("#accept")).to_be_focused()
    expect(desk).to_have_title("☎ Incoming call")


@pytest.mark.parametrize("key", ["Enter", "a"])
def test_a_key_accepts(world, desk, key):
    offer = ringing(world)
    expect(desk.locator("#accept")).to_be_focused()
    if key == "a":
        desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press(key)
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "joining")
    with world.transactions.begin() as tx:
        world.join(tx, offer)
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking")


def test_a_whole_call_by_keyboard(world, desk):
    world.talk(ringing(world))
    desk.wait_for_selector("#hang-up")
    desk.focus("#hang-up")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab") if desk.locator(NOTE).evaluate("n => n !== document.activeElement") else None
    expect(desk.locator(NOTE)).to_be_focused()
    desk.keyboard.type("a note with all letters: adv")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Space")
    expect(desk.locator("#disposition-1")).to_have_attribute("aria-pressed", "true")
    desk.focus("#hang-up")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("#done")
    desk.focus("#done")
    desk.keyboard.press("Enter")
    expect(desk.locator("h1")).to_have_text("You are available")
    assert world.cards.note("CA1", "desk-1")[0] == "a note with all letters: adv"


def test_a_note_survives_a_reload_before_it_was_saved(world, desk):
    world.talk(ringing(world))
    desk.wait_for_selector("#hang-up")
    desk.evaluate("() => { window.fetch = () => Promise.reject(new TypeError('no network')); }")
    desk.fill(NOTE, "typed a moment ago")
    expect(desk.locator("#note-state")).to_contain_text("kept in this browser")
    assert world.cards.note("CA1", "desk-1")[0] == ""
    desk.reload()
    expect(desk.locator(NOTE)).to_have_value("typed a moment ago")
    assert kept(world, "typed a moment ago")


def test_a_note_survives_the_server(world, desk, served, url):
    world.talk(ringing(world))
    desk.fill(NOTE, "first")
    assert kept(world, "first")
    served.stop()
    expect(desk.locator("#offline")).to_be_visible()
    expect(desk.locator("#offline")).to_contain_text("what you see may be out of date")
    desk.fill(NOTE, "first, and then the server was gone")
    expect(desk.locator("#note-state")).to_contain_text("kept in this browser")
    again = opened(url, time.time)
    back = serve(again, served.port)
    assert kept(again, "first, and then the server was gone")
    expect(desk.locator("#offline")).to_be_hidden(timeout=15_000)
    expect(desk.locator(NOTE)).to_have_value("first, and then the server was gone")
    expect(desk.locator("#note-state")).to_have_text("Saved")
    back.stop()
    again.db.close()


def test_leaving_the_page_saves(world, desk):
    world.talk(ringing(world))
    desk.fill(NOTE, "and gone")
    desk.goto("about:blank")
    assert kept(world, "and gone")


def test_a_live_update_never_touches_what_is_being_typed(world, desk):
    offer = ringing(world)
    desk.wait_for_selector(NOTE)
    desk.route("**/note", lambda route: route.abort())
    desk.click(NOTE)
    desk.keyboard.type("half a wo")
    world.agents.save_note("desk-1", "CA1", "from elsewhere", 50)
    world.talk(offer)
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking")
    expect(desk.locator(NOTE)).to_be_focused()
    desk.keyboard.type("rd")
    expect(desk.locator(NOTE)).to_have_value("half a word")
    desk.unroute("**/note")
    desk.keyboard.type(".")
    assert kept(world, "from elsewhere\nhalf a word.")


def test_two_tabs_stay_in_step(world, desk):
    other = desk.context.new_page()
    other.goto(desk.url)
    expect(other.locator("#connection")).to_have_attribute("data-is", "live")
    offer = ringing(world)
    other.wait_for_selector("#accept")
    desk.click("#accept")
    expect(other.locator(".hero")).to_have_attribute("data-mode", "joining")
    with world.transactions.begin() as tx:
        world.join(tx, offer)
    desk.fill(NOTE, "seen in both")
    expect(other.locator(NOTE)).to_have_value("seen in both")
    other.click("#disposition-2")
    expect(desk.locator("#disposition-2")).to_have_attribute("aria-pressed", "true")


def test_a_revoked_session_leads_to_the_sign_in_page(world, desk):
    world.accounts.revoke("desk-1")
    world.bus.publish("agent:desk-1")
    expect(desk.locator("#password")).to_be_visible()


def test_no_warning_of_lost_connection_when_all_is_well(world, desk):
    """From one word of the server to the next."""
    world.feed.beat_s = 0.5
    for _ in range(2):
        desk.evaluate("new Promise((done) => document.addEventListener('desk-beat', done, { once: true }))")
    expect(desk.locator("#offline")).to_be_hidden()


def test_payloads_are_only_text(world, page, served):
    seen: list[str] = []
    page.on("dialog", lambda dialog: (seen.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda said: seen.append(said.text) if "Content Security" in said.text else None)
    sign_in(page, served)
    poison(world, " ".join(PAYLOADS))
    page.wait_for_selector("#hang-up")
    page.reload()
    page.wait_for_selector("#hang-up")
    expect(page.locator("#who")).to_contain_text("<script>alert(1)</script>")
    expect(page.locator(NOTE)).to_have_value(" ".join(PAYLOADS))
    assert page.locator("script:not([src])").count() == 0
    assert page.locator("main img, main svg, main iframe, main script").count() == 0
    assert seen == []
