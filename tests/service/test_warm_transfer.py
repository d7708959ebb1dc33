"""Warm transfers, over the whole line: ask while the customer holds, bring together, give on, or not."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from ivr.store import calls, tables
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import journal
from tests.service.transferring import NOTE, WarmTalk
from tests.service.witness_checks import rows


@pytest.fixture
def warm(rehearse) -> WarmTalk:
    return WarmTalk(rehearse())


def test_a_caller_is_given_to_an_agent_who_was_asked_first(warm):
    """I-03, I-34: the customer hears music, then the other agent, and never nothing."""
    warm.consults()
    assert warm.transfer().state == "consulting" and warm.state("desk-2") == "on_call"
    assert "asks you about a call" in warm.two.heard[0]
    warm.hands_over()
    assert warm.customer.talking_to == {warm.two.address} and not warm.customer.music
    assert warm.one.call is None and warm.state("desk-1") == "wrapping_up"
    owner = warm.owner()
    assert (owner.agent_id, owner.kind, owner.state, owner.held_at) == ("desk-2", "call", "connected", None)
    with warm.line.database.read() as connection:
        assert calls.find(connection, warm.sid).agent_id == "desk-2"
    assert warm.transfer().state == "completed"
    warm.finish()
    assert [body["by"] for body in journal(warm.line.line, "talk_ended")] == ["handed_over", "caller"]
    assert len(journal(warm.line.line, "hold_ended")) == len(journal(warm.line.line, "hold_started")) == 2
    assert len(journal(warm.line.line, "transferred")) == 1
    assert warm.state("desk-2") in ("wrapping_up", "available")


def test_the_story_is_on_the_card_of_who_is_asked(warm):
    """I-25: the one asked sees the card from the ring on, with the note; and so does who has the call."""
    warm.asks()
    line = warm.line.line
    shown = warm.shown("desk-2")
    assert (shown.asked_by, shown.transfer.note, shown.transfer.from_name) == ("desk-1", NOTE, "desk-1")
    warm.line.line.agents.decline("desk-2", warm.status("desk-2").offer.id)
    warm.line.run(2)
    assert warm.shown("desk-2") is None and line.agents.status("desk-2").offer is None


@ON_SQLITE
def test_the_room_goes_on_when_the_agent_who_asked_hangs_up(warm):
    """F-HU: the phone of who asked is put down while they talk with the other: the other has the call."""
    warm.consults()
    warm.one.hang_up()
    warm.line.run(4)
    assert warm.customer.talking_to == {warm.two.address}
    assert warm.owner().agent_id == "desk-2" and warm.transfer().state == "completed"
    warm.two.hang_up()
    warm.line.run(0.5)
    assert warm.customer.status == "in-progress" and warm.customer.speaking, "the room ends with them"
    warm.finish()


@ON_SQLITE
def test_three_together_part_and_come_together_again(warm):
    warm.together()
    everybody = {warm.one.address, warm.two.address}
    assert warm.customer.talking_to == everybody and warm.transfer().state == "together"
    warm.talks.apart("desk-1", warm.sid)
    warm.line.run(2)
    assert warm.customer.talking_to == set() and warm.customer.music
    assert warm.one.talking_to == {warm.two.address}
    warm.talks.together("desk-1", warm.sid)
    warm.talks.together("desk-1", warm.sid)
    warm.line.run(2)
    assert warm.customer.talking_to == everybody
    warm.hands_over()
    assert warm.customer.talking_to == {warm.two.address}
    warm.finish()


@ON_SQLITE
def test_the_third_leaves_a_conference_and_the_talk_goes_on(warm):
    warm.together()
    warm.two.hang_up()
    warm.line.run(3)
    assert warm.customer.talking_to == {warm.one.address} and warm.transfer().state == "ended"
    assert warm.state("desk-2") == "available", "who only helped writes nothing up"
    warm.one.hang_up()
    warm.line.run(0.5)
    assert warm.customer.speaking, "the room ends with the agent again"
    warm.finish()


@ON_SQLITE
@pytest.mark.parametrize("way", ["declines", "key 2", "hangs up", "no answer", "machine"])
def test_who_is_asked_does_not_take_it(warm, way):
    """The customer holds on, the agent is told why, and whoever was asked is back where they were."""
    if way == "machine":
        warm.two.behaviour = "machine"
    warm.asks()
    if way == "declines":
        warm.line.line.agents.decline("desk-2", warm.status("desk-2").offer.id)
    elif way == "key 2":
        picks_up(warm.line, warm.two, "2")
    elif way == "hangs up":
        warm.two.hang_up()
    warm.line.run(45)
    assert warm.transfer().state == "failed" and warm.transfer().end_reason
    assert warm.shown().last.reason == warm.transfer().end_reason
    assert warm.state("desk-2") == "available" and warm.two.call is None
    assert warm.customer.music and warm.shown().held_at is not None
    warm.talks.retrieve("desk-1", warm.sid)
    warm.line.run(1)
    assert warm.customer.talking_to == {warm.one.address}
    warm.finish()
    assert not journal(warm.line.line, "offer_declined") and not journal(warm.line.line, "offer_expired")


@ON_SQLITE
@pytest.mark.parametrize("when", ["ringing", "consulting", "together"])
def test_taken_back(warm, when):
    {"ringing": warm.asks, "consulting": warm.consults, "together": warm.together}[when]()
    warm.talks.cancel("desk-1", warm.sid)
    warm.line.run(2)
    assert warm.transfer().state == ("ended" if when == "together" else "cancelled")
    assert warm.two.call is None and warm.state("desk-2") == "available"
    if when != "together":
        assert warm.customer.music
        warm.talks.retrieve("desk-1", warm.sid)
        warm.line.run(1)
    assert warm.customer.talking_to == {warm.one.address}
    warm.finish()


def test_a_supervisor_is_asked_while_away_and_is_away_again(warm):
    warm.consults("agent:boss-1", warm.boss)
    assert warm.state("boss-1") == "on_call"
    warm.boss.hang_up()
    warm.line.run(2)
    boss = warm.status("boss-1")
    assert (boss.state, boss.reason, boss.wish) == ("away", "lunch", "")
    assert warm.transfer().state == "failed" and warm.customer.music
    warm.consults("agent:boss-1", warm.boss)
    warm.hands_over()
    assert warm.customer.talking_to == {warm.boss.address}
    warm.finish()
    warm.line.run(300)
    assert warm.state("boss-1") == "away"


@ON_SQLITE
def test_whoever_is_free_in_a_queue_is_asked(warm):
    warm.consults("queue:billing")
    assert (warm.transfer().target_kind, warm.transfer().target) == ("queue", "billing")
    warm.hands_over()
    assert warm.customer.talking_to == {warm.two.address}
    warm.finish()


@ON_SQLITE
def test_what_cannot_be_is_refused_in_words(warm):
    talks, sid = warm.talks, warm.sid
    for target, words in {
        "agent:desk-1": "nobody and nothing",
        "agent:nobody": "nobody and nothing",
        "queue:nothing": "nobody and nothing",
        "robot:1": "nobody and nothing",
        "number:+4930123456": "Only the numbers named",
    }.items():
        with pytest.raises(TooLate, match=words):
            talks.consult("desk-1", sid, target, "")
    warm.line.line.agents.go_away("desk-2")
    with pytest.raises(TooLate, match="is away"):
        talks.consult("desk-1", sid, "agent:desk-2", "")
    with pytest.raises(TooLate, match="free to be asked now"):
        talks.consult("desk-1", sid, "queue:support", "")
    for act in (talks.together, talks.apart, talks.hand_over, talks.cancel):
        with pytest.raises(TooLate, match="Nobody is being asked"):
            act("desk-1", sid)
    assert warm.shown().held_at is None, "and nobody holds for nothing"
    warm.line.line.agents.go_available("desk-2")
    warm.asks()
    for act in (talks.together, talks.apart, talks.hand_over):
        with pytest.raises(TooLate, match="not picked up yet"):
            act("desk-1", sid)
    with pytest.raises(TooLate, match="cancel that first"):
        talks.consult("desk-1", sid, "agent:boss-1", "")
    talks.consult("desk-1", sid, "agent:desk-2", "again")
    picks_up(warm.line, warm.two)
    warm.line.run(1)
    for act in (talks.hold, talks.together, talks.hand_over, talks.cancel):
        with pytest.raises(TooLate, match="belongs to the agent who asks you"):
            act("desk-2", sid)
    warm.finish()


@ON_SQLITE
def test_the_record_of_the_call_says_who_had_it_and_with_which_note(warm):
    """I-25: the next agent reads it, and not who was only asked."""
    warm.consults("agent:boss-1", warm.boss)
    warm.boss.hang_up()
    warm.line.run(2)
    warm.consults()
    warm.hands_over()
    warm.line.line.agents.save_note("desk-2", warm.sid, "Sent it.", 0)
    warm.finish()
    [row] = rows(warm.line, tables.contact, channel="call")
    assert row.agent_name == "desk-1, desk-2"
    assert row.note == f"Sent it.\ndesk-1, on giving the call on: {NOTE}"
