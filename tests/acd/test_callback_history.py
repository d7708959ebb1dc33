"""What became of a callback, in the words of `ivr explain call`."""

from __future__ import annotations

from ivr.acd.call_history import callback_history
from ivr.store.journal import JournalRow


def told(*lines: JournalRow) -> list[str]:
    return [turning.sentence for turning in callback_history(lines, lambda at: f"@{at:g}")]


def test_the_first_call_names_the_call_of_its_callback():
    queued = JournalRow(10.0, "queued", "CA1", None, "support", {"entered_at": 10.0})
    booked = JournalRow(20.0, "callback_booked", "CA1", None, "support", {"call_sid": "cb-1"})
    assert told(queued, booked) == ["At @20 a callback was booked: cb-1."]


def test_every_attempt_is_told_with_what_came_of_it():
    lines = [
        JournalRow(30.0, "callback_dialled", "cb-1", None, "support", {"attempt": 1}),
        JournalRow(55.0, "callback_not_reached", "cb-1", None, "support", {"attempt": 1, "why": "no-answer"}),
        JournalRow(955.0, "callback_dialled", "cb-1", None, "support", {"attempt": 2}),
        JournalRow(960.0, "callback_connected", "cb-1", "desk-1", "support", {}),
    ]
    assert told(*lines) == [
        "At @30 the customer was dialled, attempt 1.",
        "At @55 they were not reached: nobody answered.",
        "At @955 the customer was dialled, attempt 2.",
        "At @960 the callback ended: connected.",
    ]


def test_a_reason_without_words_of_ours_is_told_as_it_is():
    assert told(JournalRow(1.0, "callback_not_reached", "cb-1", None, None, {"why": "odd"}))[0].endswith(
        ": odd."
    )
    assert told(JournalRow(1.0, "callback_not_reached", "cb-1"))[0].endswith(": nobody knows why.")
