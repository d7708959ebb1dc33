"""Closing time with people in line, nobody there, and the full line: nobody is dropped."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.engine.context import QueueStatus
from ivr.engine.effects import JoinQueue
from ivr.engine.events import AgentAccepted, TalkEnded
from ivr.engine.hours import CalendarModel
from ivr.engine.interpreter import come_back, resumed_session
from tests.engine.driving import CALL, Driven
from tests.engine.waiting.waiting import BOOK, changed, effects, waiting

OFFICE = {"calendar": "office"}
HOURS = {"office": CalendarModel(zone="America/New_York", hours={"mon-fri": "09:00-18:00"})}
EVENING = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
SINCE = "We have closed in the meantime, and nobody can take your call any more."
FULL = "So many people are waiting that our line is full at the moment."


def closed(settings=None, **wait) -> Driven:
    """In line since before closing time, which has just come."""
    driven = waiting({**OFFICE, **(settings or {})}, calendars=HOURS).silence(6)
    driven.world.now = EVENING
    driven.world.wait.update(open=False, **wait)
    return driven.silence(30)


def test_who_was_in_line_before_is_served_and_told_so_once():
    driven = closed()
    assert "you were in line before" in driven.says[0]
    for _ in range(6):
        driven.silence(30)
        assert driven.at == "q" and not any("closed" in text for text in driven.says)


def test_when_the_last_agent_leaves_they_are_told_and_offered_what_is_possible():
    driven = closed({"offered_after": 300.0}, staffed=False)
    assert driven.says == [
        SINCE,
        "We open again on Tuesday, March 3, 9 AM.",
        "To be called back without losing your place, press 1.",
        "To leave a message, press 2.",
        "To go on waiting, stay on the line.",
    ]
    assert driven.press("2").at == "@message:billing"


def test_a_queue_may_ask_for_a_message_at_closing_time():
    assert closed({"at_closing": "message"}).says[0] == SINCE


def test_who_comes_after_closing_time_is_not_taken_for_somebody_from_before():
    driven = waiting(OFFICE, calendars=HOURS, open=False)
    assert "We are closed at the moment." in driven.says


def at_night(settings=None) -> Driven:
    """A call that comes while the calendar says closed, whoever of the agents is there."""
    driven = waiting({**OFFICE, **(settings or {})}, calendars=HOURS, now=EVENING, open=False)
    assert any("We are closed" in text for text in driven.says)
    return driven


def test_who_hears_closed_on_arrival_is_not_in_line():
    """No agent's phone may ring for somebody who is being told that nobody is there."""
    driven = at_night({"offered_after": 60.0})
    assert effects(driven) == []
    assert driven.session.queue == "" and driven.session.status == "in_flow"
    assert driven.says == [
        "We are closed at the moment.",
        "Press 0 at any time to speak to a person.",
        "We open again on Tuesday, March 3, 9 AM.",
        "To be called back without losing your place, press 1.",
        "To leave a message, press 2.",
    ]
    assert driven.press("1").at == "@callback:billing"


@pytest.mark.parametrize("key", ["0", "7", None])
def test_0_and_patience_end_well_before_a_closed_line(key):
    """Promise 2."""
    driven = at_night()
    for _ in range(5):
        if driven.at == "@message:billing":
            break
        assert driven.does == "Listen" and driven.plays and driven.says
        driven.press(key) if key else driven.silence(30)
        assert effects(driven, JoinQueue) == []
    assert driven.at == "@message:billing"


def test_who_is_still_on_the_phone_when_it_opens_is_let_in():
    driven = at_night()
    driven.world.now = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
    driven.world.wait.update(open=True)
    assert effects(driven.silence(30), JoinQueue) == [JoinQueue("billing")]
    assert driven.session.queue == "billing" and not any("closed" in text for text in driven.says)


def test_where_nothing_can_be_offered_closed_is_a_goodbye():
    driven = at_night({"voicemail": False})
    assert effects(driven) == []
    assert "Thank you for calling. Goodbye." in driven.silence(30).says or driven.does == "HangUp"


def test_a_place_from_before_is_served_after_closing_time():
    """Promise 4: who was cut off in line and rings back, and who is called back, did not come too late."""
    driven = waiting(OFFICE, calendars=HOURS)
    story = resumed_session(BOOK, driven.session, "billing", CALL)
    driven.world.now = EVENING
    driven.world.wait.update(open=False)
    step = "@returned:unsure:place:billing"
    driven.turn = come_back(BOOK, "main", CALL, step, "en-US", driven.world.seen(""))
    driven.world.story = story
    driven.press("1")
    assert effects(driven, JoinQueue) == [JoinQueue("billing")]
    assert not any("We are closed" in text for text in driven.says)


@pytest.mark.parametrize("settings", [{"voicemail": False}, {}, {"offered_after": 60.0, "voicemail": False}])
def test_the_end_of_the_day_drops_nobody(settings):
    """Promise 2: whatever is possible or not, we never hang up on somebody who was in line."""
    driven = closed(settings, staffed=False)
    for _ in range(20):
        assert driven.does != "HangUp"
        if driven.at != "q":
            return
        driven.silence(31)


def test_coming_back_after_the_talk_counts_as_having_been_there_before():
    driven = waiting(OFFICE, calendars=HOURS)
    driven.do(AgentAccepted("room"))
    driven.do(TalkEnded())
    driven.world.wait.update(open=False)
    driven.press("0").silence(6)
    assert not any("We are closed" in text for text in driven.says)


@pytest.mark.parametrize(
    ("closes", "opens"),
    [
        (datetime(2026, 3, 6, 23, 1, tzinfo=UTC), "Monday, March 9, 9 AM"),  # a day of 23 hours between
        (datetime(2026, 10, 30, 22, 1, tzinfo=UTC), "Monday, November 2, 9 AM"),  # a day of 25
    ],
)
def test_the_next_opening_is_right_over_days_of_23_and_25_hours(closes, opens):
    driven = waiting(OFFICE, calendars=HOURS)
    driven.world.now = closes
    driven.world.wait.update(open=False, staffed=False)
    assert f"We open again on {opens}." in driven.silence(31).says


def test_a_new_trouble_is_told_at_once_and_from_the_beginning():
    driven = waiting(OFFICE, calendars=HOURS, staffed=False)
    driven.world.wait.update(open=False)
    assert driven.silence(10).says[0] == SINCE


def test_who_has_waited_too_long_still_hears_where_they_stand():
    driven = waiting(waited=901)
    assert "I am sorry that you have waited so long." in driven.says
    assert any(text.startswith("Your wait will be") for text in driven.silence(30).says)


# The full line ----------------------------------------------------------------


def full(settings=None, **wait) -> Driven:
    described = {"most_waiting": 20, **(settings or {})}
    return waiting(described, lines={"billing": QueueStatus(waiting=20, full=True)}, **wait)


def test_a_full_line_is_said_with_what_is_possible_and_nobody_joins():
    driven = full({"offered_after": 300.0})
    assert effects(driven) == []
    assert FULL in driven.says and "To leave a message, press 2." in driven.says
    assert driven.plays and driven.does == "Listen"
    assert driven.press("2").at == "@message:billing"


def test_as_soon_as_there_is_room_they_are_let_in():
    driven = full().silence(15)
    assert effects(driven) == []
    changed(driven, lines={"billing": QueueStatus(waiting=19)})
    assert effects(driven.press("0"), JoinQueue) == [JoinQueue("billing")]
    assert driven.session.queue == "billing"


@pytest.mark.parametrize("key", ["0", "7", None])
def test_0_and_patience_end_well_before_a_full_line(key):
    """Promise 2."""
    driven = full()
    for _ in range(5):
        if driven.at == "@message:billing":
            break
        assert driven.does == "Listen" and driven.plays and driven.says
        driven.press(key) if key else driven.silence(15)
    assert driven.at == "@message:billing"


def test_where_nothing_else_can_be_offered_everybody_is_let_in():
    assert full({"voicemail": False}).session.queue == "billing"


def test_a_closed_queue_says_that_it_is_closed_not_that_it_is_full():
    line = QueueStatus(waiting=20, full=True, open=False)
    driven = waiting({"most_waiting": 20}, lines={"billing": line}, open=False)
    assert "We are closed at the moment." in driven.says


# Always ----------------------------------------------------------------


def test_a_session_of_an_earlier_release_goes_on():
    """Its memory had other names: the music may begin again, the caller notices nothing else."""
    driven = waiting().silence(6)
    old = {
        "state": "waiting",
        "offset": 36,
        "words": 2,
        "chunk": 30,
        "promise": {},
        "position": 3,
        "count": 1,
    }
    kept = {**old, "since": driven.session.scratch["since"]}
    driven.turn = type(driven.turn)(driven.session.with_(scratch=kept), driven.turn.instruction)
    assert driven.silence(30).plays
    assert driven.at == "q" and not driven.session.faults
