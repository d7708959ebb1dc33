"""Texts on the desk: the list, the conversation one has taken, the answer being typed, a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from ivr.flowfiles.settings_file import read_settings
from ivr.service.inbound_sms import InboundSmsService, inbound_sms
from ivr.store import texts
from tests.desk.conftest import PASSWORD, SETTINGS
from tests.desk.test_card import PAYLOADS

CALLER = "+14155550123"
WITH_TEXTS = read_settings(f"{SETTINGS}texts: {{queue: billing}}\n")


def writes(world, body: str, sid: str = "SM1") -> int:
    """A text comes in; returns the id of the last work."""
    form = {"MessageSid": sid, "From": CALLER, "To": "+15550001000", "Body": body}
    assert InboundSmsService(world.transactions, WITH_TEXTS).arrived(inbound_sms(form, "US"))
    with world.db.read() as connection:
        return connection.exec_driver_sql("SELECT max(id) FROM work_item").scalar()


def taken(desk, number: int) -> dict[str, str]:
    return desk.post(f"/desk/work/{number}/take").json["regions"]


def test_the_list_the_conversation_and_the_end(world, desk):
    world.customer()
    number = writes(world, "Where is my invoice?")
    listed = desk.get("/desk/now").json["regions"]["work_list"]
    assert "Alfreds Futterkiste" in listed and "Where is my invoice?" in listed and "icon-text" in listed
    shown = taken(desk, number)
    assert "Where is my invoice?" in shown["work_item"] and 'id="reply-text"' in shown["work_reply"]
    assert "gold" in shown["work_card"] and "This call" not in shown["work_card"]
    assert desk.post(f"/desk/work/{number}/reply", {"text": "Here it is.", "seen": "1"}).status_code == 200
    again = desk.post(f"/desk/work/{number}/reply", {"text": "Here it is.", "seen": "1"})
    assert again.status_code == 409 and "meanwhile" in again.json["message"]
    shown = desk.get("/desk/now").json["regions"]
    assert "Here it is." in shown["work_item"] and "Desk one" in shown["work_item"]
    writes(world, "Thanks", "SM2")
    late = desk.post(f"/desk/work/{number}/done", {"result": "solved", "seen": "2"})
    assert late.status_code == 409 and "written again" in late.json["message"]
    after = desk.post(f"/desk/work/{number}/done", {"result": "solved", "seen": "3"}).json["regions"]
    assert [after[name] for name in ("work_item", "work_reply", "work_result", "work_list")] == [""] * 4


@pytest.mark.parametrize("payload", [*PAYLOADS, "x" * 10_000, "a\x00\x1b[31m\u202eb"])
def test_what_they_wrote_is_never_markup(world, desk, payload):
    shown = taken(desk, writes(world, payload))
    page = "".join(shown.values())
    assert "<script" not in page and "<img" not in page and "<svg" not in page
    assert not any(char in page for char in "\x00\x1b\u202e")
    assert page.count("x" * 4001) == 0


def test_an_answer_needs_the_text_to_be_ours(world, desk, browser_of):
    number = writes(world, "Hello")
    assert desk.post(f"/desk/work/{number}/reply", {"text": "Hi", "seen": "1"}).status_code == 409
    world.agent("desk-9", ("support",))
    other = browser_of()
    other.sign_in("desk-9")
    assert other.post(f"/desk/work/{number}/reply", {"text": "Hi", "seen": "1"}).status_code == 404
    taken(desk, number)
    for nonsense in ({}, {"text": " "}, {"text": "x" * 1001, "seen": "nonsense"}):
        assert desk.post(f"/desk/work/{number}/reply", nonsense).status_code == 409
    message = world.message()
    assert desk.post(f"/desk/work/{message}/reply", {"text": "Hi"}).status_code in (404, 409)


def test_who_wants_no_texts_has_no_box_to_answer_in(world, desk):
    number = writes(world, "Hello")
    with world.db.write() as unit:
        texts.opt_out_number(unit.connection, CALLER, "STOP", 1.0)
    shown = taken(desk, number)
    assert "Wants no text messages" in shown["work_reply"] and "textarea" not in shown["work_reply"]


# In a real browser ------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_who_wants_no_texts_and_says_more_is_read(world, desk):
    before = writes(world, "Where is my invoice?", "SM1")
    assert writes(world, "Stop texting me, please", "SM2") == before  # nothing to read
    taken(desk, before)
    desk.post(f"/desk/work/{before}/done", {"result": "solved", "seen": "2"})
    number = writes(world, "Do not text me, call me", "SM3")
    assert number and "call me" in taken(desk, number)["work_item"]


def test_an_answer_is_typed_through_news_and_a_reload_and_sent_once(live, served, page):
    writes(live, "Where is my parcel?\nIt was to come <b>today</b>.")
    page.goto(f"{served.url}/desk/")
    page.fill("#agent", "desk-1")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".work-line")).to_contain_text("Where is my parcel?")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    page.keyboard.press("m")
    expect(page.locator(".written")).to_contain_text("<b>today</b>")
    page.focus("#reply-text")
    page.keyboard.type("It comes ")
    writes(live, "Hello?", "SM2")
    expect(page.locator(".written")).to_have_count(2)
    page.keyboard.type("today.")
    expect(page.locator("#reply-text")).to_have_value("It comes today.")
    expect(page.locator("#reply-length")).to_have_text("15 of 1000 characters")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("It comes today.")
    page.fill("#reply-text", "ł" * 71)
    expect(page.locator("#reply-length")).to_have_text("71 of 1000 characters, sent as 2 messages")
    page.fill("#reply-text", "It comes today.")
    page.focus("#reply-text")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator('.written[data-direction="out"]')).to_contain_text("It comes today.")
    expect(page.locator("#reply-text")).to_have_value("")
    page.reload()
    expect(page.locator("#reply-text")).to_have_value("")
    page.locator("#result-1").click()
    expect(page.locator("#work-who")).to_have_count(0)
    expect(page.locator(".work-line")).to_have_count(0)
