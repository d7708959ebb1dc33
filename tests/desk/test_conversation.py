"""The controls of a talk, over HTTP: whose call it is, what is refused, what is shown."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from ivr.service.agents import TooLate
from ivr.store.tables import offer
from tests.desk.conftest import Browser
from tests.desk.talking import BILLING, StagedTalks, application, given

ACTIONS = [
    ("hold", "hold"),
    ("retrieve", "retrieve"),
    ("together", "together"),
    ("apart", "apart"),
    ("hand-over", "hand_over"),
    ("cancel", "cancel"),
    ("recording/pause", "pause_recording"),
    ("recording/resume", "resume_recording"),
]


@pytest.fixture
def talks(world) -> StagedTalks:
    return StagedTalks(world)


@pytest.fixture
def desk(world, talks) -> Browser:
    world.agent()
    world.agent("desk-2")
    browser = Browser(application(world, talks))
    browser.sign_in()
    world.talk(world.ring())
    return browser


@pytest.mark.parametrize(("path", "method"), ACTIONS)
def test_each_button_asks_for_one_thing_and_the_answer_is_what_is_to_be_shown(desk, talks, path, method):
    answer = desk.post(f"/desk/calls/CA1/{path}")
    assert answer.status_code == 200
    assert talks.asked == [(method, "desk-1", "CA1")]
    assert "talk" in answer.json["regions"]


@pytest.mark.parametrize("path", [path for path, _ in ACTIONS] + ["transfer", "consult"])
def test_T_what_was_never_offered_to_this_agent_does_not_exist(world, desk, talks, path):
    world.call("CA2")
    answer = desk.post(f"/desk/calls/CA2/{path}", {"target": "agent:boss-1"})
    assert answer.status_code == 404
    assert desk.get("/desk/calls/CA2/targets").status_code == 404
    assert not talks.asked


@pytest.mark.parametrize("way", ["transfer", "consult"])
def test_target_and_note_go_along(desk, talks, way):
    note = {"target": "agent:boss-1", "note": " wants\r\na refund\0 "}
    assert desk.post(f"/desk/calls/CA1/{way}", note).status_code == 200
    assert talks.asked == [(way, "desk-1", "CA1", "agent:boss-1", "wants\na refund")]


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"target": "x" * 101}, 400), ({"target": "agent:a", "note": "n" * 2001}, 413)],
)
def test_what_cannot_be_is_refused_in_words(desk, talks, body, status):
    answer = desk.post("/desk/calls/CA1/transfer", body)
    assert answer.status_code == status
    assert answer.json["message"]
    assert not talks.asked


def test_what_is_too_late_says_why(desk, talks):
    talks.refusal = TooLate("Shift lead is on a call now.")
    answer = desk.post("/desk/calls/CA1/consult", {"target": "agent:boss-1"})
    assert (answer.status_code, answer.json["message"]) == (409, "Shift lead is on a call now.")


def test_whom_to_ask_is_found_by_name(desk):
    found = desk.get("/desk/calls/CA1/targets?find=bill").json["targets"]
    assert [one["key"] for one in found] == [BILLING.key]
    assert found[0]["why_not"] == BILLING.why_not


def shown(desk) -> str:
    return desk.get("/desk/now").json["regions"]["talk"]


def test_before_a_hold_the_words_to_say_are_there(desk):
    html = shown(desk)
    assert "May I put you on hold for a moment?" in html
    assert "talk-hold" in html
    assert "talk-transfer" in html
    assert "talk-recording" not in html  # nothing is recorded: nothing to pause


def test_a_hold_has_a_clock_and_one_way_back(world, desk, talks):
    talks.show(held_at=world.clock() - 5)
    html = shown(desk)
    assert "/desk/calls/CA1/retrieve" in html
    assert f'data-held-at="{world.clock() - 5}"' in html
    assert "/desk/calls/CA1/hold" not in html


@pytest.mark.parametrize(
    ("state", "offered", "not_offered"),
    [
        ("ringing", ["cancel"], ["hand-over", "together"]),
        ("consulting", ["hand-over", "together", "cancel"], ["apart"]),
        ("together", ["hand-over", "apart", "cancel"], ["/together"]),
    ],
)
def test_a_transfer_offers_what_is_possible_now(world, desk, talks, state, offered, not_offered):
    talks.show(transfer=given(state, world.clock()), held_at=world.clock())
    html = shown(desk)
    for what in offered:
        assert f"/desk/calls/CA1/{what}" in html
    for what in not_offered:
        assert f"/desk/calls/CA1/{what.strip('/')}" not in html
    assert "Shift lead" in html


def test_what_came_to_nothing_is_told_with_its_reason(world, desk, talks):
    talks.show(last=given("failed", world.clock(), reason="no answer"))
    assert "did not take the call: no answer" in shown(desk)


def test_the_story_reaches_who_gets_the_call_and_no_markup_in_it_is_markup(world, desk, talks):
    talks.show(story=(given("completed", world.clock(), note="<b onclick=x>loud</b>"),))
    html = shown(desk)
    assert "Transferred by <strong>Desk two</strong>" in html
    assert "&lt;b onclick=x&gt;loud&lt;/b&gt;" in html
    assert "<b onclick" not in html


def test_who_is_only_asked_has_no_controls_of_the_talk(world, desk, talks):
    talks.show(asked_by="Desk two", transfer=given("consulting", world.clock()))
    html = shown(desk)
    assert "<strong>Desk two</strong> asks you" in html
    assert "wants a refund" in html
    assert "<button" not in html


def test_who_is_only_asked_is_not_told_of_an_incoming_call(world, talks):
    world.agent()
    browser = Browser(application(world, talks))
    browser.sign_in()
    world.ring()
    with world.db.write() as unit:
        unit.connection.execute(update(offer).values(kind="consult"))
    now = browser.get("/desk/now").json
    assert now["says"].startswith("A colleague asks you about")
    assert "A colleague asks you" in now["regions"]["call"] and "Incoming call" not in now["regions"]["call"]
