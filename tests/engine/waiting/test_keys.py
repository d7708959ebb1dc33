"""The keys while waiting: what each does, and that only what is possible is offered."""

from __future__ import annotations

import pytest

from ivr.engine.flow_cursor import FlowCursor
from ivr.engine.instructions import Pause
from ivr.engine.languages import KNOWN
from ivr.engine.step import Detour
from ivr.engine.waiting.playback import QueueVisit, pressed
from tests.engine.waiting.waiting import BOOK, waiting

CALLBACK, MESSAGE, OFF = (
    "To be called back without losing your place, press 1.",
    "To leave a message, press 2.",
    "To turn the music off, press 3.",
)
NAMED = {
    "hint_callback": "1",
    "offer_callback": "1",
    "hint_message": "2",
    "hint_music_off": "3",
    "hint_music_on": "3",
    "music_off": "3",
}
WITH_CALLBACKS = {"offered_after": 300.0}


def leads(driven, key: str):
    """Where a key leads, before the walk goes there."""
    visit = FlowCursor(BOOK, driven.session, driven.world.seen("billing")).visit()
    return pressed(QueueVisit(visit, "billing"), key, dict(visit.session.scratch)).to


def test_1_is_a_callback_and_2_a_message_where_the_queue_has_them():
    driven = waiting(WITH_CALLBACKS)
    assert leads(driven, "1") == Detour("@callback:billing")
    assert leads(driven, "2") == Detour("@message:billing")


@pytest.mark.parametrize(
    ("settings", "offered"),
    [
        (WITH_CALLBACKS, [CALLBACK, MESSAGE, OFF]),
        ({}, [MESSAGE, OFF]),
        ({**WITH_CALLBACKS, "voicemail": False}, [CALLBACK, OFF]),
        ({"voicemail": False}, [OFF]),
    ],
)
@pytest.mark.parametrize("key", ["4", "9", "*", "#"])
def test_any_other_key_is_told_what_the_keys_are(settings, offered, key):
    assert waiting(settings).silence().press(key).says == offered


@pytest.mark.parametrize(("key", "settings"), [("1", {}), ("2", {"voicemail": False})])
def test_a_key_of_what_is_not_possible_is_such_a_key(key, settings):
    assert OFF in waiting(settings).silence().press(key).says


def test_0_keeps_the_place():
    assert waiting(WITH_CALLBACKS).press("0").says == [
        "You are in line for a person, and you keep your place."
    ]


def test_3_turns_the_music_off_and_the_line_gives_signs_of_life():
    driven = waiting(low=None, high=None).silence(6).press("3", after=9)
    assert driven.says[0].startswith(
        "The music is off. From time to time you will hear that you are still in line."
    )
    for _ in range(12):
        assert driven.says and not driven.plays
        pause = driven.prompts[-1]
        assert isinstance(pause, Pause) and pause.seconds <= 30
        driven.silence(30)
    assert "For music, press 3." in driven.press("7").says


def test_the_sign_of_life_is_soft():
    driven = waiting({"announce_every": 120}).silence(6).press("3")
    driven.silence(30)
    assert driven.says == ["You are still in line."]
    assert 'volume="soft"' in driven.prompts[0].markup


def test_3_again_goes_on_with_the_music_where_it_was():
    driven = waiting().silence(6).press("3", after=1).silence(30)
    assert driven.press("3", after=5).plays[0].startswith("music/waiting/5-")
    assert driven.says == ["Here is the music again."]


def test_music_stays_off_on_the_way_to_a_message_and_back():
    driven = waiting().silence(6).press("3").press("2").press("0")
    assert driven.at == "q" and not driven.plays and driven.says


def test_a_key_neither_puts_the_next_announcement_off_nor_brings_it_at_once():
    driven = waiting().silence(6)
    spoken = sum(len(text) for text in driven.says) // 15
    assert driven.press("0", after=spoken + 10).plays == ["music/waiting/15-35.wav"]
    assert driven.press("0", after=3 + 19).plays == ["music/waiting/35-40.wav"]


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_every_language_names_the_keys(language):
    phrases = KNOWN[language].phrases
    for name, key in NAMED.items():
        assert key in phrases[name], name
    assert set(phrases) == set(KNOWN["en"].phrases)
