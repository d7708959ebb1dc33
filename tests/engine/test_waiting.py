"""Waiting: where the music goes on, what is announced when, and how long we insist when nobody comes."""

from __future__ import annotations

import pytest

from tests.engine.driving import Driven, World, book_from, flow_from, world_from

BOOK = book_from(flow_from("q: {queue: billing}"))


def waiting(**wait) -> Driven:
    return Driven(BOOK, World(wait=wait))


def test_the_music_goes_on_and_begins_again_at_its_end():
    driven = waiting(low=None, high=None)
    heard = [driven.plays[0]]
    for _ in range(4):
        heard += driven.silence(61).plays
    chunks = ["0-5", "5-65", "65-125", "125-144", "0-40", "40-100"]
    assert heard == [f"music/waiting/{chunk}.wav" for chunk in chunks]


def test_a_key_in_the_middle_resumes_near_where_it_cut_the_music():
    driven = waiting().silence(10)
    assert driven.plays == ["music/waiting/5-35.wav"]
    spoken = sum(len(text) for text in driven.says) // 15
    assert driven.press("0", after=spoken + 10).plays == ["music/waiting/15-35.wav"]


def test_a_key_during_the_words_loses_no_music():
    driven = waiting().silence(10)
    assert driven.press("0", after=1).plays == ["music/waiting/5-35.wav"]


def test_music_and_promise_survive_the_way_to_the_voicemail_and_back():
    """Promise 4."""
    driven = waiting().silence(10)
    promise = driven.session.scratch["promise"]
    driven.press("2", after=1)
    assert driven.at == "@message:billing"
    driven.press("0", after=1)
    assert driven.plays == ["music/waiting/5-35.wav"]
    assert driven.session.scratch["promise"] == promise


def test_the_position_is_told_when_it_improves_and_never_when_it_grows():
    driven = waiting(position=5).silence(10)
    assert "You are number 5 in line." in driven.says
    driven.world.wait["position"] = 4
    assert "You are number 4 in line." in driven.silence(30).says
    driven.world.wait["position"] = 6
    driven.world.wait["low"] = driven.world.wait["high"] = None
    assert not any("number" in text for text in driven.silence(30).says)
    assert "You are still in line. Thank you for waiting." in driven.silence(30).says


def test_a_longer_wait_is_explained():
    """Promise 3."""
    driven = waiting(low=60, high=170).silence(10)
    driven.world.wait.update(low=700, high=1100)
    assert driven.silence(30).says[0].startswith("It is taking longer than we expected.")


def test_when_nobody_comes_they_are_told_every_few_minutes_and_then_taken_to_the_voicemail():
    """Promise 2: never endless music."""
    driven = waiting(staffed=False)
    told = 1
    for _ in range(60):
        if driven.silence(31).at != "q":
            break
        told += "Nobody is available to take your call right now." in driven.says
    assert told == 3
    assert driven.at == "@message:billing"
    assert driven.session.queue == "billing"
    assert driven.silence().does == "Record"


def test_when_closed_they_are_not_kept_long():
    driven = waiting(open=False)
    turns = 0
    while driven.at == "q":
        driven.silence(31)
        turns += 1
        assert turns <= 4


def test_when_somebody_comes_after_all_the_wait_is_announced_again():
    driven = waiting(staffed=False)
    driven.world.wait["staffed"] = True
    assert "between 2 and 5 minutes" in " ".join(driven.silence(31).says)
    driven.world.wait["staffed"] = False
    assert "Nobody is available to take your call right now." in driven.silence(31).says


@pytest.mark.parametrize("key", ["1", "2"])
def test_keys_1_and_2_take_the_message_when_nothing_else_is_offered(key):
    assert waiting(staffed=False).press(key).at == "@message:billing"


def test_without_voicemail_no_message_is_offered_or_taken():
    driven = Driven(BOOK, world_from({"queues": {"billing": {"voicemail": "false"}}})).silence()
    assert not any("message" in text for text in driven.says)
    assert driven.press("2").says == ["To turn the music off, press 3."]


def test_every_hold_document_hears_0_and_ends_by_itself():
    driven = waiting()
    for _ in range(10):
        instruction = driven.turn.instruction
        assert (driven.does, instruction.digits, instruction.timeout) == ("Listen", 1, 1)
        assert driven.plays
        driven.silence(30)
