"""A caller who stands in line and leaves no message is still in line (promise 2)."""

from __future__ import annotations

import pytest

from ivr.store import tables
from tests.service.calling_back import calling_back
from tests.service.driving import ON_SQLITE, asks_for_person
from tests.service.houses import journal, row_of
from tests.service.witness_checks import rows

pytestmark = ON_SQLITE


@pytest.fixture
def line(rehearse, tmp_path):
    return rehearse(calling_back(tmp_path))


def places(line):
    return [(row.state, row.end_reason) for row in rows(line, tables.queued_call)]


def test_who_says_nothing_twice_keeps_the_place(line):
    caller = asks_for_person(line)
    line.run(8)
    caller.press("2")
    line.run(6)
    caller.press("#")
    line.run(7)
    caller.press("#")
    line.run(8)
    assert any(
        "Nothing was recorded. You are in line" in " ".join(caller.heard[at:][:2])
        for at in range(len(caller.heard))
    ), caller.heard
    assert row_of(line, caller).ended_at is None
    assert places(line) == [("waiting", None)]


def test_who_hangs_up_without_a_message_has_given_up_and_left_none(line):
    caller = asks_for_person(line)
    line.run(8)
    caller.press("2")
    line.run(6)
    caller.hang_up()
    line.run(3)
    assert places(line) == [("abandoned", "hung up")]


def hangs_up_as_recording_begins(line, caller) -> dict:
    """Less than a second of it: there is nothing to keep. How the call ended."""
    stands = lambda: row_of(line, caller).session["session"]["scratch"].get("state")  # noqa: E731
    assert line.account.run_until(lambda: stands() == "recording", 30)
    line.run(0.6)
    caller.hang_up()
    line.run(60)
    assert journal(line, "voicemail_left") == []
    [ended] = journal(line, "ended")
    return ended


def test_who_hangs_up_from_the_line_while_recording_nothing_has_given_up(line):
    caller = asks_for_person(line)
    line.run(8)
    caller.press("2")
    ended = hangs_up_as_recording_begins(line, caller)
    assert (ended["outcome"], ended["how"]) == ("abandoned", "completed")
    assert places(line) == [("abandoned", "hung up")]


def test_who_hangs_up_while_recording_nothing_was_not_served_by_the_flow(on):
    line = on("v: {voicemail: support, say: After the tone please.}")
    caller = line.dial()
    line.run(1)
    ended = hangs_up_as_recording_begins(line, caller)
    assert (ended["outcome"], ended["how"]) == ("hung_up", "completed")


def test_who_was_led_to_a_message_and_is_silent_is_offered_a_callback_next(line):
    caller = asks_for_person(line, "+14155550155")
    assert line.account.run_until(lambda: "I will take a message for you now." in caller.heard, 1200)
    assert line.account.run_until(lambda: any("We call this number" in text for text in caller.heard), 1200)
    line.run(1200)
    assert row_of(line, caller).ended_at is None, "nobody who waits is hung up on"
    assert places(line) == [("waiting", None)]
