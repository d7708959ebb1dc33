"""Overflow: the decision as a table, and what becomes of the caller."""

from __future__ import annotations

import pytest

from ivr.engine.context import OverflowRule, QueueStatus
from ivr.engine.effects import JoinQueue, LeaveQueue, NoteOverflow
from ivr.engine.events import TransferEnded
from ivr.engine.waiting.overflow import QueueLoad, decide_overflow
from tests.engine.waiting.waiting import effects, waiting

LATE = OverflowRule(after_s=600, queue="support")
LONG = OverflowRule(line_over=10, voicemail=True)
BOTH = OverflowRule(after_s=60, line_over=10, voicemail=True)
SLOW = OverflowRule(estimate_over_s=1200, transfer="partner")


@pytest.mark.parametrize(
    ("rules", "standing", "used", "found"),
    [
        ([LATE], QueueLoad(600, 1, None), (), None),
        ([LATE], QueueLoad(601, 1, None), (), ("billing:1", "waited 601 s over 600")),
        ([LATE], QueueLoad(601, 1, None), ("billing:1",), None),
        ([LONG], QueueLoad(0, 10, None), (), None),
        ([LONG], QueueLoad(0, 11, None), (), ("billing:1", "place 11 over 10")),
        ([BOTH], QueueLoad(61, 10, None), (), None),
        ([BOTH], QueueLoad(61, 11, None), (), ("billing:1", "waited 61 s over 60, place 11 over 10")),
        ([SLOW], QueueLoad(0, 50, None), (), None),
        ([SLOW], QueueLoad(0, 50, 1300.0), (), ("billing:1", "estimate 1300 s over 1200")),
        ([LATE, LONG], QueueLoad(700, 11, None), ("billing:1",), ("billing:2", "place 11 over 10")),
        ([LATE, LONG], QueueLoad(700, 11, None), (), ("billing:1", "waited 700 s over 600")),
    ],
)
def test_the_decision(rules, standing, used, found):
    way = decide_overflow("billing", rules, used, standing, lambda _rule: True)
    assert (way and (way.name, way.why)) == found


def test_a_rule_that_cannot_be_followed_is_passed_over():
    way = decide_overflow(
        "billing", [LATE, LONG], (), QueueLoad(700, 11, None), lambda rule: rule.queue is None
    )
    assert way is not None and way.rule is LONG


def test_to_another_queue_with_the_place_they_have():
    """Promise 4: JoinQueue keeps the time of entry of whoever stands in a line."""
    driven = waiting({"overflow": (LATE,)}, waited=590).silence()
    driven.world.wait["waited"] = 620
    driven.silence(30)
    assert effects(driven) == [
        NoteOverflow("billing", "billing:1", "waited 620 s over 600", "support"),
        JoinQueue("support"),
    ]
    assert driven.session.queue == "support"
    assert driven.says[0].startswith("Because the wait is long here, I am putting you in line with another")
    assert driven.plays
    driven.silence(6)
    assert effects(driven, JoinQueue) == []
    assert driven.at == "q"


def test_a_place_in_the_new_line_is_news_even_if_it_is_a_larger_number():
    driven = waiting({"overflow": (LATE,)}, waited=500, position=3, low=None, high=None).silence(6)
    assert "You are number 3 in line." in driven.says
    driven.world.wait.update(waited=620, position=7)
    driven.silence(30)
    assert driven.session.queue == "support"
    assert "You are number 7 in line." in driven.silence(40).says


def test_never_back_to_a_queue_where_they_have_been():
    back = {"support": {"overflow": (OverflowRule(after_s=1, queue="billing"),)}}
    driven = waiting({"overflow": (LATE,)}, queues=back, waited=601)
    for _ in range(6):
        driven.silence(30)
    assert driven.session.queue == "support"


@pytest.mark.parametrize(
    "line", [QueueStatus(open=False), QueueStatus(staffed=False), QueueStatus(full=True)], ids=str
)
def test_not_to_a_queue_that_cannot_serve_them(line):
    driven = waiting({"overflow": (LATE,)}, lines={"support": line}, waited=601).silence(30)
    assert driven.session.queue == "billing"


def test_who_arrives_at_a_long_line_is_led_elsewhere_before_joining_it():
    rule = OverflowRule(line_over=10, queue="support")
    driven = waiting({"overflow": (rule,)}, lines={"billing": QueueStatus(waiting=10)})
    assert [effect.queue for effect in effects(driven, JoinQueue)] == ["support"]
    assert "another team" in " ".join(driven.says)


def test_nobody_is_led_away_while_an_agents_phone_rings_for_them():
    assert waiting({"overflow": (LATE,)}, waited=601, ringing=True).silence(30).session.queue == "billing"


# A number outside ----------------------------------------------------------------


def dialling():
    driven = waiting({"overflow": (SLOW,)}, targets={"partner": "+14155550100"}, point=100)
    driven.world.wait["point"] = 1300
    return driven.silence(30)


def test_a_transfer_leaves_the_line_and_is_explained_where_0_is_heard():
    driven = dialling()
    assert driven.does == "Listen" and "another number" in driven.says[0]
    assert effects(driven, LeaveQueue) == [LeaveQueue("overflow")]
    assert driven.silence().does == "Dial"
    assert driven.session.queue == ""


def test_nobody_reached_is_back_in_line_and_stays_there():
    """Promise 4. The service keeps the time of entry of an earlier wait in the same call."""
    driven = dialling().silence()
    driven.do(TransferEnded("no-answer"))
    assert effects(driven) == [JoinQueue("billing")]
    assert driven.says == ["You are in line for a person, and you keep your place."]
    assert driven.plays
    assert driven.silence(30).does == "Listen"
    assert driven.session.queue == "billing"


def test_0_before_the_number_was_dialled_goes_back_too():
    driven = dialling().press("0")
    assert (driven.does, driven.session.queue) == ("Listen", "billing")


def test_a_talk_with_the_number_outside_ends_as_a_talk():
    driven = dialling().silence()
    driven.do(TransferEnded("completed", 60))
    assert driven.does == "HangUp"


def test_a_target_that_config_no_longer_has_leads_nowhere():
    assert waiting({"overflow": (SLOW,)}, point=1300).silence(30).session.queue == "billing"


# A message ----------------------------------------------------------------


def test_a_message_is_offered_once_and_0_goes_back_to_the_place():
    driven = waiting({"overflow": (LONG,)}, position=11)
    driven.silence(30)
    assert driven.at == "@message:billing" and driven.session.queue == "billing"
    assert "The wait is very long" in driven.says[0]
    driven.press("0")
    assert driven.at == "q"
    assert driven.silence(30).at == "q"
