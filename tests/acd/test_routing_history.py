"""How a caller came to where they stand, from the journal."""

from __future__ import annotations

from ivr.acd.call_history import routing_history
from ivr.store.journal import JournalRow

FIRST = JournalRow(10.0, "queued", "CA1", None, "support", {"entered_at": 10.0})
RULE = JournalRow(85.0, "overflowed", "CA1", None, "support", {"to": "billing", "why": "waited 75 s over 60"})


def told(*lines: JournalRow) -> list[str]:
    return [
        turning.sentence
        for turning in routing_history(lines, lambda at: f"@{at:g}", lambda agent: agent.upper())
    ]


def test_who_stands_where_they_joined_has_come_no_way():
    talk = JournalRow(90.0, "talk_ended", "CA1", "desk-1", "support", {"seconds": 30.0})
    assert told(FIRST, talk) == []


def test_from_line_to_line_by_a_rule_or_without_one():
    moved = JournalRow(85.0, "requeued", "CA1", None, "billing", {"was": "support"})
    assert told(FIRST, RULE, moved) == [
        "At @85 they went from support to billing (waited 75 s over 60); the time of entry is kept."
    ]
    assert told(FIRST, moved) == ["At @85 they went from support to billing; the time of entry is kept."]


def test_out_to_a_number_and_back():
    out = JournalRow(
        85.0, "overflowed", "CA1", None, "support", {"to": "partner", "why": "waited 75 s over 60"}
    )
    back = JournalRow(120.0, "queued", "CA1", None, "support", {"entered_at": 10.0})
    led = "At @85 they were led out of support, to partner: waited 75 s over 60."
    assert told(FIRST, out) == [led]
    assert told(FIRST, out, back) == [
        led, "At @120 they stood in line for support again; the time of entry is kept.",
    ]  # fmt: skip


def test_in_line_again_after_an_agent_was_lost():
    talk = JournalRow(15.0, "talk_ended", "CA1", "desk-1", "support", {"seconds": 1.5})
    again = JournalRow(15.0, "queued", "CA1", None, "support", {"entered_at": 10.0})
    assert told(FIRST, talk, again) == [
        "At @15 they stood in line for support again after 2 s with DESK-1; the time of entry is kept."
    ]


def test_rung_back_to_the_place_of_an_earlier_call():
    back = JournalRow(10.0, "came_back", "CA1", None, "support", {"was": "CA0"})
    assert told(back, FIRST) == ["At @10 they rang back, and have the place they had."]


def test_lines_from_nowhere_say_little_and_break_nothing():
    odd = (
        JournalRow(1.0, "requeued", "CA1"),
        JournalRow(2.0, "talk_ended", "CA1", None, None, {"seconds": "long"}),
        JournalRow(3.0, "queued", "CA1", None, None, {"entered_at": None}),
        JournalRow(4.0, "overflowed", "CA1"),
    )
    assert len(told(*odd)) == 2
