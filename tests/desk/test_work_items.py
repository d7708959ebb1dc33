"""Messages on the desk: the list, the message one has taken, its sound, and the page in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.desk.conftest import PASSWORD
from tests.desk.recorded import nine_seconds
from tests.desk.test_card import PAYLOADS


def regions(desk) -> dict[str, str]:
    return desk.get("/desk/now").json["regions"]


def test_the_list_and_the_message_that_was_taken(world, desk):
    world.customer()
    number = world.message(transcript="Please call me about my invoice.")
    shown = regions(desk)
    assert "Alfreds Futterkiste" in shown["work_list"] and "about my invoice" in shown["work_list"]
    assert shown["work_item"] == "" and "Billing" in shown["work_list"] and "0:09 long" in shown["work_list"]
    after = desk.post(f"/desk/work/{number}/take").json["regions"]
    assert f"/desk/work/{number}/recording" in after["work_item"] and after["work_list"] == ""
    assert "tell order" in after["work_card"]  # the same card as a call
    assert desk.post(f"/desk/work/{number}/done", {"result": "nonsense"}).status_code == 400
    after = desk.post(f"/desk/work/{number}/done", {"result": "solved"}).json["regions"]
    assert [after[name] for name in ("work_item", "work_card", "work_list")] == ["", "", ""]


def test_another_agent_sees_who_has_it_and_the_oldest_comes_first(world, desk, browser_of):
    world.customer()
    first = world.message("CA1")
    world.clock.now += 60
    world.message("CA2", caller="+14155550177", customer_id=None)
    assert desk.post(f"/desk/work/{first}/take").status_code == 200
    world.agent("desk-2")
    other = browser_of()
    other.sign_in("desk-2")
    listed = regions(other)["work_list"]
    assert listed.index("Desk one has it") < listed.index("+1 415-555-0177")
    assert other.post(f"/desk/work/{first}/take").json == {"message": "Somebody else has taken it."}
    assert "You have taken another" in desk.post(f"/desk/work/{first + 1}/take").json["message"]


def test_T_13_a_message_of_a_queue_one_does_not_serve_does_not_exist(world, desk):
    number = world.message(queue="sales")
    assert regions(desk)["work_list"] == ""
    for path in (f"/desk/work/{number}/recording", "/desk/work/99999999999/recording"):
        assert desk.get(path).status_code == 404
    assert desk.post("/desk/work/99999999999/take").status_code == 404


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("", 200, slice(None)),
        ("bytes=0-", 206, slice(None)),
        ("bytes=100-199", 206, slice(100, 200)),
        ("bytes=60000-", 206, slice(60_000, None)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=999999-", 416, None),
        ("lines=1-2", 200, slice(None)),
    ],
)
def test_seeking(world, desk, asked, status, part):
    number = world.message()
    answer = desk.get(f"/desk/work/{number}/recording", headers={"Range": asked} if asked else {})
    assert answer.status_code == status
    if part is not None:
        assert answer.data == nine_seconds()[part] and answer.content_length == len(answer.data)
        assert answer.headers["Cache-Control"] == "no-store" and answer.mimetype == "audio/wav"


def test_a_recording_that_cannot_be_had_says_so(world, desk):
    number = world.message()
    world.recordings.gone = True
    answer = desk.get(f"/desk/work/{number}/recording")
    assert answer.status_code == 503 and "try again" in answer.json["message"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_a_caller_said_is_never_markup(world, desk, payload):
    number = world.message(transcript=payload)
    taken = desk.post(f"/desk/work/{number}/take").json["regions"]["work_item"]
    assert "<script" not in taken and "<img" not in taken and "<svg" not in taken


# In a real browser ------------------------------------------------------------------------------------------


@pytest.mark.browser
def test_by_keyboard_from_the_list_to_the_result(live, served, page):
    live.message(transcript="Please call me about my invoice.")
    page.goto(f"{served.url}/desk/")
    page.fill("#agent", "desk-1")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".work-line")).to_contain_text("Alfreds Futterkiste")
    expect(page.locator("#connection")).to_have_attribute("data-is", "live")
    page.keyboard.press("m")
    expect(page.locator("#work-who")).to_have_text("Alfreds Futterkiste")
    player = page.locator("#player")
    player.evaluate("one => one.play()")
    page.wait_for_function("document.getElementById('player').duration > 8")
    player.evaluate("one => { one.currentTime = 6; }")
    page.wait_for_function("document.getElementById('player').currentTime >= 6")
    live.message("CA9", transcript="Another one.")  # news in the list do not stop the message being played
    expect(page.locator(".work-line")).to_contain_text("Another one.")
    assert player.evaluate("one => one.currentTime") >= 6
    page.focus("#release")
    page.keyboard.press("Tab")  # the player, whose own buttons follow
    page.focus("#result-1")
    page.keyboard.press("Enter")
    expect(page.locator("#work-who")).to_have_count(0)
    expect(page.locator(".work-line")).to_have_count(1)
