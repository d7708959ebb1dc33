"""What is typed is never a command, whatever the page becomes meanwhile; and none of it is lost.

Each case brings the desk into a state, begins to type a sentence of random words, lets the page change in the
middle of it, and types on as fast as a browser takes keys.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.desk.typing_house import House, sentence, typing_house

pytestmark = pytest.mark.browser
house = typing_house
NOTE, REPLY = "#note", "#reply-text"
SEEDS = (1, 2, 3)


def eventually(house: House, holds: Callable[[], bool]) -> bool:
    for _ in range(750):
        if holds():
            return True
        house.page.wait_for_timeout(20)
    return False


def types_across(house: House, words: str, change: Callable[[], object], at: int = 0) -> None:
    """The first half, the change, the second half in one burst."""
    at = at or len(words) // 2
    house.page.keyboard.type(words[:at])
    change()
    house.page.keyboard.type(words[at:])


def note_is(house: House, words: str, sid: str = "CA1") -> None:
    assert eventually(house, lambda: house.noted(sid) == words), house.noted(sid)


# A note of the call: where each of these leaves the agent, everything typed is in the note.
def to_wrap_up(house: House) -> None:
    house.hung_up()
    house.mode("wrap_up")


def to_idle(house: House) -> None:
    house.wrapped_up()
    house.mode("idle")


def to_the_next_offer(house: House) -> None:
    house.wrapped_up()
    house.offered("CA2")


def to_joining(house: House) -> None:
    house.world.agents.accept("desk-1", house.world.agents.status("desk-1").offer.id)
    house.mode("joining")


def to_talk(house: House) -> None:
    house.world.talk(house.world.agents.status("desk-1").offer.id)
    house.mode("talking")


def to_nobody(house: House) -> None:
    with house.world.transactions.begin() as tx:
        house.world.offers.caller_left(tx, "CA1")
    house.mode("idle")


def to_hold(house: House) -> None:
    house.talks.show(held_at=house.world.clock())
    expect(house.page.locator(".talk-bar.held")).to_be_visible()


NOTES = {
    "offer to joining": (House.offered, to_joining),
    "offer to talk": (House.offered, to_talk),
    "offer to nobody": (House.offered, to_nobody),
    "talk to hold": (House.talking, to_hold),
    "talk to wrap-up": (House.talking, to_wrap_up),
    "wrap-up to idle": (House.wrapping_up, to_idle),
    "wrap-up to the next offer": (House.wrapping_up, to_the_next_offer),
}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("case", NOTES)
def test_a_note_is_only_a_note(house, case, seed):
    begin, change = NOTES[case]
    house.available()
    begin(house)
    house.page.click(NOTE)
    words = sentence(seed)
    types_across(house, words, lambda: change(house))
    note_is(house, words)
    assert house.commands == []


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_to_a_text_goes_on_while_a_call_is_offered(house, seed):
    house.available()
    house.writes()
    house.page.click(REPLY)
    words = sentence(seed)
    types_across(house, words, house.offered)
    expect(house.page.locator(REPLY)).to_have_value(words)
    expect(house.page.locator(REPLY)).to_be_focused()
    expect(house.page.locator("#says")).to_contain_text("Incoming call")
    house.calm()
    house.page.keyboard.type(" and more")
    expect(house.page.locator(REPLY)).to_have_value(words + " and more")
    assert house.commands == []


def test_a_modified_key_accepts_from_a_field(house):
    house.available()
    house.writes()
    house.page.click(REPLY)
    house.page.keyboard.type("half a sentence")
    house.offered()
    house.page.keyboard.press("Control+Enter")
    house.mode("joining")
    expect(house.page.locator(REPLY)).to_have_value("half a sentence")


@pytest.mark.parametrize("seed", SEEDS)
def test_an_answer_whose_text_is_gone_stays_a_draft(house, seed):
    """Somebody else has closed the conversation: nothing that is typed on acts, nothing typed is lost."""
    house.available()
    house.writes()
    house.page.click(REPLY)
    words = sentence(seed)

    def closed() -> None:
        house.world.work.release(house.text, "desk-1")
        expect(house.page.locator("#work-who")).to_have_count(0)

    types_across(house, words, closed)
    assert house.commands == []
    house.page.click(".idle h1")
    expect(house.page.locator(REPLY)).to_have_count(0)
    house.world.work.take(house.text, "desk-1")
    expect(house.page.locator(REPLY)).to_have_value(words)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_note_for_a_transfer_goes_into_the_note_when_the_caller_leaves(house, seed):
    house.available()
    house.talking()
    house.page.fill(NOTE, "Ordered twice.")
    note_is(house, "Ordered twice.")
    house.page.keyboard.press("Escape")
    house.page.click("#talk-transfer")
    house.page.click("#transfer-note")
    house.page.keyboard.press("End")
    words = " " + sentence(seed)
    types_across(house, words, lambda: to_wrap_up(house))
    note_is(house, "Ordered twice." + words)
    assert house.commands == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_name_for_a_transfer_acts_on_nothing_when_the_caller_leaves(house, seed):
    house.available()
    house.talking()
    house.page.click("#talk-transfer")
    expect(house.page.locator("#transfer-find")).to_be_focused()
    types_across(house, sentence(seed), lambda: to_wrap_up(house))
    expect(house.page.locator("#transfer")).to_be_hidden()
    assert house.commands == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("change", [to_idle, to_the_next_offer])
def test_words_about_an_answer_stay(house, change, seed):
    house.available()
    house.wrapping_up()
    house.page.click("#answers-nothing")
    field = house.page.locator("#answers-missing-note")
    expect(field).to_be_focused()
    words = sentence(seed)
    types_across(house, words, lambda: change(house))
    expect(field).to_have_value(words)
    assert house.commands == []


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_acts_on_nothing_when_the_call_goes(house, seed):
    house.available()
    house.wrapping_up()
    house.page.click("#answers-query")
    words = sentence(seed)
    types_across(house, words, lambda: to_the_next_offer(house))
    expect(house.page.locator("#answers-query")).to_have_value(words)
    assert house.commands == []


@pytest.mark.parametrize("seed", SEEDS)
def test_the_list_of_keys_never_hides_an_offer(house, seed):
    house.available()
    house.page.keyboard.press("?")
    expect(house.page.locator("#shortcuts")).to_be_visible()
    types_across(house, sentence(seed), house.offered)
    expect(house.page.locator("#shortcuts")).to_be_hidden()
    assert house.commands == []
    house.calm()
    expect(house.page.locator("#accept")).to_be_focused()
    house.page.keyboard.press("a")
    house.mode("joining")


@pytest.mark.parametrize("key", ["a", "d", "h", "Enter", "Space"])
def test_no_key_acts_as_a_call_is_offered(house, key):
    """Pressed for what the page was a moment ago."""
    house.available()
    house.offered()
    for _ in range(3):
        house.page.keyboard.press(key)
    house.mode("offer")
    assert house.commands == []
    house.calm()
    expect(house.page.locator("#accept")).to_be_focused()
    house.page.keyboard.press("Enter")
    house.mode("joining")


def test_keys_that_lead_on_the_page_end_the_pause(house):
    """Tab, Escape and a click are no typing: what the agent goes to on purpose acts at once."""
    house.available()
    house.talking()
    house.page.click(NOTE)
    house.page.keyboard.type("a note")
    house.page.keyboard.press("Tab")
    house.page.keyboard.press("Space")
    expect(house.page.locator("#disposition-1")).to_have_attribute("aria-pressed", "true")
    house.page.click(NOTE)
    house.page.keyboard.type(".")
    house.page.click("#who")
    house.page.keyboard.press("h")
    expect(house.page.locator("#help-done")).to_be_visible()


def test_an_answer_to_one_customer_below_a_talk_with_another_says_whose_it_is(house):
    house.available()
    house.writes()
    house.offered()
    expect(house.page.locator("#region-work_reply")).to_contain_text("not to who is on the phone")
    expect(house.page.locator("#region-work_reply")).to_contain_text("Answer by SMS to Alfreds Futterkiste")
    house.page.set_viewport_size({"width": 390, "height": 844})
    name, controls = (house.page.locator(one).bounding_box() for one in ("#who", ".hero-controls"))
    assert name["width"] > 200 and controls["y"] >= name["y"] + name["height"]


def typed_before_the_scripts(house: House, field: str, words: str) -> None:
    """The page is loaded again on a slow network: the words are typed before its scripts have come."""
    late: list = []
    house.page.route("**/*.js", lambda route: late.append(route) if late is not None else route.continue_())
    house.page.reload(wait_until="commit")
    house.page.fill(field, words)
    held, late = late, None
    for route in held:
        route.continue_()
    expect(house.page.locator("#connection")).to_have_attribute("data-is", "live")
    house.page.unroute("**/*.js")


def test_a_note_typed_while_the_page_loads_is_saved(house):
    house.available()
    house.talking()
    house.page.fill(NOTE, "older")
    note_is(house, "older")
    typed_before_the_scripts(house, NOTE, "older, and newer")
    note_is(house, "older, and newer")
    expect(house.page.locator(NOTE)).to_have_value("older, and newer")


def test_an_answer_typed_while_the_page_loads_joins_the_draft(house):
    house.available()
    house.writes()
    house.page.fill(REPLY, "older")
    typed_before_the_scripts(house, REPLY, "newer")
    expect(house.page.locator(REPLY)).to_have_value("older\nnewer")
    house.page.reload()
    expect(house.page.locator(REPLY)).to_have_value("older\nnewer")
