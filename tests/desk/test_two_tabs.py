"""Two pages of one agent write one note: what either has typed stays, once."""

from __future__ import annotations

import random

import pytest
from playwright.sync_api import expect

from tests.desk.typing_house import typing_house

pytestmark = pytest.mark.browser
house = typing_house
NOTE = "#note"
MERGED = """async ([base, theirs, mine]) =>
  (await import("/desk/static/merge.js")).merged(base, theirs, mine)"""

# what both began with, theirs, mine, both
CASES = [
    ("", "", "", ""),
    ("same", "same", "same", "same"),
    ("one two ", "one two A", "one two ", "one two A"),
    ("one two ", "one two ", "one two B", "one two B"),
    ("one two ", "one two A", "one two B", "one two A\nB"),
    ("one two A", "one two A B", "one two A B", "one two A B"),
    ("a b c d", "a x c d", "a b c y", "a x c y"),
    ("a b c", "z a b c", "a b c d", "z a b c d"),
    ("a b c d e", "b c d e", "a b c d", "b c d"),
    ("one two three", "one three", "one TWO three", "one TWO three"),
    ("Ring him on Friday.", "Ring him on Friday at 9.", "Ring her on Friday.", "Ring her on Friday at 9."),
    ("", "from one", "from another", "from one\nfrom another"),
    ("old words", "", "old words", ""),
    ("line one\nline two\n", "line one\nline 2\n", "line 1\nline two\n", "line 1\nline 2\n"),
]


@pytest.fixture
def tabs(house):
    """Both show a talk, with "one two " in the note."""
    other = house.page.context.new_page()
    other.goto(house.page.url)
    expect(other.locator("#connection")).to_have_attribute("data-is", "live")
    house.available()
    house.talking()
    house.page.click(NOTE)
    house.page.keyboard.type("one two ")
    expect(house.page.locator("#note-state")).to_have_text("Saved")
    expect(other.locator(NOTE)).to_have_value("one two ")
    other.click(NOTE)
    other.keyboard.press("End")
    return house.page, other


@pytest.mark.parametrize(("base", "theirs", "mine", "both"), CASES)
def test_merging(house, base, theirs, mine, both):
    assert house.page.evaluate(MERGED, [base, theirs, mine]) == both


@pytest.mark.parametrize("seed", range(5))
def test_merging_loses_nothing_and_doubles_nothing(house, seed):
    """Two who add words of their own to a text, anywhere, as often as they like."""
    dice = random.Random(seed)
    for _ in range(40):
        base = [f"w{number}" for number in range(dice.randrange(12))]
        texts, added = [], []
        for who in "ab":
            words = list(base)
            for number in range(dice.randrange(1, 5)):
                words.insert(dice.randrange(len(words) + 1), f"{who}{number}")
                added.append(f"{who}{number}")
            texts.append(" ".join(words))
        both = house.page.evaluate(MERGED, [" ".join(base), *texts]).split()
        assert sorted(both) == sorted(base + added), (base, texts, both)


def test_both_type_at_the_same_moment(house, tabs):
    """Faster than either is saved: six rounds, and the note holds each letter once."""
    one, two = tabs
    for number in range(6):
        one.keyboard.type(f"A{number} ")
        two.keyboard.type(f"B{number} ")
        one.wait_for_timeout(450)
    wanted = ["one", "two", *(f"{who}{number}" for who in "AB" for number in range(6))]
    for _ in range(400):
        texts = {house.noted(), one.locator(NOTE).input_value(), two.locator(NOTE).input_value()}
        found = [sorted(text.split()) for text in texts]
        if found == [sorted(wanted)]:
            break
        one.wait_for_timeout(50)
    assert found == [sorted(wanted)], texts


def test_what_a_tab_typed_while_it_was_cut_off_joins_what_the_other_has_saved(house, tabs):
    one, two = tabs
    one.route("**/note", lambda route: route.abort())
    one.keyboard.type("cut off")
    expect(one.locator("#note-state")).to_contain_text("kept in this browser")
    two.keyboard.press("Home")
    two.keyboard.type("zero ")
    expect(two.locator("#note-state")).to_have_text("Saved")
    one.reload()  # the copy in the browser knows what it began from
    one.unroute("**/note")
    expect(one.locator(NOTE)).to_have_value("zero one two cut off")
    expect(two.locator(NOTE)).to_have_value("zero one two cut off")


def test_the_cursor_stays_where_one_types(house, tabs):
    one, two = tabs
    two.keyboard.press("Home")
    one.keyboard.type("three")
    expect(two.locator(NOTE)).to_have_value("one two three")
    two.keyboard.type("zero ")
    expect(one.locator(NOTE)).to_have_value("zero one two three")
