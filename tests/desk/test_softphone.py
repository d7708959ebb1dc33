"""The browser as a phone, in Chromium: the shipped SDK, Twilio's host names, real sound, our signalling."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from ivr.floor.browser_phone import GONE_S
from tests.desk.conftest import TWILIO_SECRET, opened, serve
from tests.desk.signalling import Signalling
from tests.desk.softphone import FAR_END, PhoneCompany, add_browser_agent, chromium, eventually, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]


class RunningClock:
    """The time of day, or later."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def signalling(tmp_path):
    signalling = Signalling(tmp_path, TWILIO_SECRET)
    yield signalling
    signalling.stop()


@pytest.fixture
def chrome(browser, chromium_path, signalling):
    chrome = chromium(browser, chromium_path, signalling.port)
    yield chrome
    chrome.close()


@pytest.fixture
def world(tmp_path):
    world = opened(f"sqlite:///{tmp_path / 'live.db'}", RunningClock())
    add_browser_agent(world)
    world.customer()
    yield world
    world.feed.stop_streams()
    world.db.close()


@pytest.fixture
def served(world):
    served = serve(world)
    yield served
    served.stop()


@pytest.fixture
def company(world, signalling):
    return PhoneCompany(world, signalling)


@pytest.fixture
def context(chrome, served):
    context = chrome.new_context(permissions=["microphone", "notifications"])
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda said: said.type == "error" and errors.append(said.text))
    yield context
    context.close()
    refused = [one for one in errors if "Content Security Policy" in one or "Permissions policy" in one]
    assert not refused and not [one for one in errors if "Error:" in one]


@pytest.fixture
def desk(context, served):
    page = context.new_page()
    sign_in(page, served)
    expect(page.locator("#phone")).to_have_attribute("data-is", "ready", timeout=15_000)
    return page


@pytest.fixture
def far_end(context):
    page = context.new_page()
    page.evaluate(FAR_END)
    return page


def goes_available(desk) -> None:
    """The server has it when the page says so."""
    desk.click("#go-available")
    expect(desk.locator("h1")).to_have_text("You are available")


def test_it_registers_rings_and_talks(world, signalling, company, desk, far_end):
    """The whole way: registered, available, offered, accepted by one key, heard at both ends, hung up."""
    assert signalling.registered == {"desk_x2d_1"}
    goes_available(desk)
    offer = company.offers()
    desk.wait_for_selector("#accept")
    leg = company.rings(far_end, offer)
    expect(desk.locator("#accept")).to_be_focused()
    assert signalling.said("answer") == []  # it rings until the agent says yes

    desk.keyboard.press("Enter")
    company.is_answered(far_end, offer, leg)

    assert company.told == ["join"]  # no whisper, no key: the click was enough
    expect(desk.locator("#phone")).to_have_attribute("data-is", "call")
    assert world.agents.status("desk-1").offer.state == "connected"
    assert eventually(lambda: far_end.evaluate("farEnd.heard()")["energy"] > 0)
    assert eventually(lambda: desk.evaluate("document.getElementById('phone-level').value") > 0)

    signalling.end(leg)
    company.leg_ends(offer, leg)
    expect(desk.locator("#phone")).to_have_attribute("data-is", "ready")
    assert world.agents.status("desk-1").state == "wrapping_up"


def talking(world, company, desk, far_end) -> tuple[str, str]:
    """The agent has accepted a call in the browser; returns the offer and the leg."""
    goes_available(desk)
    offer = company.offers()
    leg = company.rings(far_end, offer)
    desk.click("#accept")
    company.is_answered(far_end, offer, leg)
    expect(desk.locator("#phone")).to_have_attribute("data-is", "call")
    expect(desk.locator(".hero")).to_have_attribute("data-mode", "talking")
    return offer, leg


def second_of_silence(far_end) -> float:
    """The energy of all sound so far when the next second of it adds nothing, else 0."""
    before = far_end.evaluate("farEnd.heard()")
    after = eventually(
        lambda: (now := far_end.evaluate("farEnd.heard()"))["seconds"] >= before["seconds"] + 1 and now
    )
    return after["energy"] if after and after["energy"] - before["energy"] < 1e-6 else 0


def test_mute_keypad_and_hanging_up(world, signalling, company, desk, far_end):
    _, leg = talking(world, company, desk, far_end)
    assert eventually(lambda: far_end.evaluate("farEnd.heard()")["energy"] > 0)

    desk.keyboard.press("m")
    expect(desk.locator("#phone-words")).to_have_text("On the phone: nobody hears you")
    expect(desk.locator("#phone-mute")).to_have_attribute("aria-pressed", "true")
    quiet = eventually(lambda: second_of_silence(far_end))
    assert quiet, "nobody hears them, once what was on its way has come"
    desk.keyboard.press("m")
    assert eventually(lambda: far_end.evaluate("farEnd.heard()")["energy"] > quiet + 1e-6)

    desk.click("#phone-keypad summary")
    desk.click("[data-digit='5']")
    desk.keyboard.press("#")
    expect(desk.locator("#phone-digits")).to_have_text("5#")
    desk.keyboard.press("Escape")
    expect(desk.locator("#phone-digits")).to_be_hidden()

    desk.evaluate("document.getElementById('hang-up').remove()")  # as when the desk has lost the call
    desk.click("#phone-hang-up")
    assert eventually(lambda: leg in [one["callsid"] for one in signalling.said("hangup")])
    expect(desk.locator("#phone")).to_have_attribute("data-is", "ready")


def test_a_call_whose_offer_was_declined_or_withdrawn_is_never_answered(
    world, signalling, company, desk, far_end
):
    goes_available(desk)
    offer = company.offers()
    first = company.rings(far_end, offer)
    desk.click("#decline")
    goes_available(desk)
    offer = company.offers(sid="CA2")  # while the first leg still rings
    leg = company.rings(far_end, offer)
    desk.click("#accept")

    company.is_answered(far_end, offer, leg)

    assert [one["callsid"] for one in signalling.said("answer")] == [leg] != [first]


def test_the_microphone_is_lost_during_a_call(world, company, context, served, far_end):
    context.add_init_script("""
        const asked = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (wanted) => (globalThis.microphone = await asked(wanted));
    """)
    desk = context.new_page()
    sign_in(desk, served)
    expect(desk.locator("#phone")).to_have_attribute("data-is", "ready", timeout=15_000)
    talking(world, company, desk, far_end)

    desk.evaluate("microphone.getAudioTracks()[0].dispatchEvent(new Event('ended'))")

    expect(desk.locator("#phone-words")).to_contain_text("Your microphone is gone")
    desk.select_option("#phone-microphone", index=1)  # another one
    expect(desk.locator("#phone-words")).to_have_text("On the phone")


def test_permission_is_asked_for_with_words_and_in_time(world, chrome, served, signalling):
    context = chrome.new_context()
    page = context.new_page()
    page.add_init_script(
        "navigator.permissions.query = async () => ({ state: globalThis.allowed ?? 'prompt' });"
    )
    sign_in(page, served)
    expect(page.locator("#phone-words")).to_contain_text("It needs the microphone before a call can come")
    assert signalling.registered == set()
    page.click("#go-available")
    expect(page.locator("#toast")).to_contain_text("not connected")

    page.evaluate("globalThis.allowed = 'granted'")
    page.click("#phone-allow")
    expect(page.locator("#phone-words")).to_have_text("Phone ready")
    context.close()


def test_an_outage_is_said_and_mended(world, signalling, company, desk):
    goes_available(desk)
    signalling.is_down = True
    signalling.break_off()
    expect(desk.locator("#phone")).not_to_have_attribute("data-is", "ready")
    assert signalling.registered == set()

    signalling.is_down = False
    desk.evaluate("dispatchEvent(new Event('online'))")

    expect(desk.locator("#phone")).to_have_attribute("data-is", "ready", timeout=15_000)
    assert eventually(lambda: signalling.registered == {"desk_x2d_1"})
    assert world.agents.status("desk-1").state == "available"


def test_the_token_is_renewed_before_it_ends(signalling, context, served):
    signalling.ttl = 61  # the page renews a minute before
    page = context.new_page()
    sign_in(page, served)
    tokens = eventually(lambda: {one["token"] for one in signalling.said("listen")})
    assert eventually(
        lambda: (
            {one["token"] for one in signalling.said("listen")} > tokens or len(signalling.said("listen")) > 1
        )
    )
    expect(page.locator("#phone-words")).to_have_text("Phone ready")


def test_one_tab_is_the_phone_and_another_may_take_it(signalling, desk, context, served):
    second = context.new_page()
    second.goto(f"{served.url}/desk/")
    expect(second.locator("#phone-words")).to_have_text("Your phone is in another tab of this browser.")
    assert len(signalling.said("register")) == 1

    second.click("#phone-take")

    expect(second.locator("#phone-words")).to_have_text("Phone ready")
    expect(desk.locator("#phone-words")).to_have_text("Your phone is in another tab of this browser.")
    second.close()
    expect(desk.locator("#phone-words")).to_have_text("Phone ready")  # it comes back by itself


def test_a_tab_on_a_call_keeps_the_phone(world, company, desk, context, served, far_end):
    talking(world, company, desk, far_end)
    second = context.new_page()
    second.goto(f"{served.url}/desk/")
    second.click("#phone-take")
    expect(second.locator("#toast")).to_contain_text("That tab is on a call")
    expect(desk.locator("#phone")).to_have_attribute("data-is", "call")


def test_two_browsers_and_one_phone(desk, chrome, served):
    other = chrome.new_context(permissions=["microphone"])
    page = other.new_page()
    sign_in(page, served)
    expect(page.locator("#phone-words")).to_have_text("Your phone is connected in another browser.")

    page.click("#phone-take")

    expect(page.locator("#phone-words")).to_have_text("Phone ready")
    expect(desk.locator("#phone-words")).to_have_text(
        "Your phone is connected in another browser.", timeout=15_000
    )
    other.close()


def test_I_25_F_AG_03_a_page_that_is_closed_during_an_offer_gives_the_caller_on(world, company, desk):
    goes_available(desk)
    offer = company.offers()
    desk.wait_for_selector("#accept")

    desk.close()

    with_offer = lambda: (company.time_passes(), world.agents.status("desk-1").offer)[1]  # noqa: E731
    assert eventually(lambda: with_offer() is None, 15)
    status = world.agents.status("desk-1")
    assert (status.state, status.reason) == ("away", "phone not connected"), offer


def test_a_page_that_is_loaded_again_stays_available(world, company, desk):
    goes_available(desk)
    with desk.expect_response("**/phone/here"):
        desk.reload()
    expect(desk.locator("#phone-words")).to_have_text("Phone ready")
    world.clock.ahead += GONE_S + 1
    company.time_passes()
    assert world.agents.status("desk-1").state == "available"


def test_the_desk_of_a_telephone_loads_nothing_of_it(world, served, page):
    world.agent("desk-2")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(page, served, "desk-2")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    assert not [url for url in asked if "twilio" in url or "/phone/" in url]
    assert page.locator("#phone").count() == 0
