"""The agent gives the caller on: what they hear, where they stand, and what a new wait is measured by."""

from __future__ import annotations

import pytest

from ivr.engine.context import OverflowRule
from ivr.engine.effects import JoinQueue, LeaveQueue, NoteOverflow
from ivr.engine.events import AgentAccepted, TalkEnded, TransferEnded, Transferred
from ivr.engine.instructions import Dial
from tests.engine.waiting.waiting import effects, waiting

SUPPORT = {"support": {"title": {"en-US": "our support"}}}
OUTSIDE = Transferred(number="+14155550100", extension="ww12")


def talking(*args, **more):
    driven = waiting(*args, **more).silence()
    driven.do(AgentAccepted("room-1"))
    assert driven.does == "Join"
    return driven


@pytest.mark.parametrize(
    ("event", "queue", "said"),
    [
        (Transferred("support"), "support", "I am putting you through to our support."),
        (Transferred("support", for_one=True), "support", "I am putting you through to a colleague."),
        (Transferred("billing"), "billing", "I am putting you through to a colleague."),
        (Transferred(), "billing", "I am putting you through to a colleague."),
    ],
)
def test_into_a_line_at_once(event, queue, said):
    driven = talking(queues=SUPPORT)
    driven.do(event)
    assert effects(driven) == [JoinQueue(queue)]
    assert (driven.session.status, driven.session.queue) == ("waiting", queue)
    assert driven.says[0].startswith(said) and len(driven.says) == 1 and driven.plays
    driven.silence(6)
    assert effects(driven, JoinQueue) == [] and driven.session.queue == queue


def test_the_talk_before_was_no_wait():
    """A caller who has talked for an hour is not told that they have waited an hour, nor led elsewhere for
    it."""
    late = OverflowRule(after_s=600, queue="billing")
    driven = talking(queues={"support": {"overflow": (late,)}}, waited=3600)
    driven.do(Transferred("support"))
    driven.silence(6)
    assert effects(driven, NoteOverflow) == [] and "waited so long" not in " ".join(driven.says)
    driven.silence(700)
    assert effects(driven, NoteOverflow) == [
        NoteOverflow("support", "support:1", "waited 706 s over 600", "billing")
    ]


def test_to_a_number_outside_after_a_sentence_in_which_0_works():
    driven = talking()
    driven.do(OUTSIDE)
    assert driven.does == "Listen" and driven.says[0].startswith("I am connecting you now.")
    assert effects(driven, JoinQueue | LeaveQueue) == []
    driven.silence(1)
    assert driven.turn.instruction == Dial("+14155550100", extension="ww12")
    assert driven.session.status == "in_flow"


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_nobody_answers_outside_and_they_are_back_in_line(status):
    driven = talking()
    driven.do(OUTSIDE)
    driven.silence(1)
    driven.do(TransferEnded(status))
    assert effects(driven) == [JoinQueue("billing")] and driven.session.status == "waiting"
    assert driven.says[0].startswith("You are in line for a person, and you keep your place.")


def test_0_before_the_number_is_dialled_is_for_a_person_here():
    driven = talking()
    driven.do(OUTSIDE)
    driven.press("0", 1)
    assert effects(driven, JoinQueue) == [JoinQueue("billing")] and driven.session.status == "waiting"


def test_a_talk_outside_ends_the_call_as_any_talk():
    driven = talking()
    driven.do(OUTSIDE)
    driven.silence(1)
    driven.do(TransferEnded("completed", 60))
    assert driven.does in ("Listen", "HangUp") and "Goodbye" in driven.says[-1]


def test_given_on_and_asked_for_help_again_they_stand_where_they_were_given():
    driven = talking(queues=SUPPORT)
    driven.do(Transferred("support"))
    driven.do(AgentAccepted("room-2"))
    driven.do(TalkEnded())
    driven.press("0")
    assert effects(driven, JoinQueue) == [JoinQueue("support", 1)]
