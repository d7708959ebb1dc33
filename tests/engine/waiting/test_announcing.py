"""What is announced to waiting callers, and when (docs/queues.md)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.engine.context import MusicPiece, OverflowRule
from ivr.engine.effects import NotePromise
from ivr.engine.hours import CalendarModel
from ivr.engine.waiting.playback import GRID
from tests.engine.waiting.waiting import effects, is_music, played_out, seconds_of, waiting

NUMBER, PLACE, STILL = "Your wait will be", "You are number", "You are still in line"
OFFER = "You need not wait on the phone."


def said(driven, words: str) -> bool:
    return any(text.startswith(words) for text in driven.says)


def seconds(played: str) -> int:
    start, end = played.removesuffix(".wav").rpartition("/")[2].split("-")
    return int(end) - int(start)


def rounds(driven, count: int, words: str, apart: int = 30) -> list[bool]:
    return [said(driven.silence(apart), words) for _ in range(count)]


def test_the_first_number_comes_after_a_few_seconds_and_then_every_minute():
    driven = waiting()
    assert not said(driven, NUMBER) and driven.plays == ["music/waiting/0-5.wav"]
    assert rounds(driven, 5, NUMBER) == [True, False, True, False, True]


def test_a_smaller_number_is_told_at_once_but_never_within_half_a_minute():
    driven = waiting({"announce_every": 10}, low=130, high=590).silence(6)
    driven.world.wait.update(low=60, high=170)
    assert rounds(driven, 3, NUMBER, 10) == [False, False, True]


def test_a_quiet_round_promises_nothing_and_only_plays():
    driven = waiting().silence(6).silence(30)
    assert (driven.says, effects(driven)) == ([], [])
    assert driven.plays == ["music/waiting/35-65.wav"]


# The music goes on until something is worth saying --------------------------------------------------

MINUTE_OF_MUSIC = ["music/waiting/5-65.wav"]


def first_round(settings=None, **wait):
    return waiting(settings, **{"low": 130, "high": 590, **wait}).silence(6)


def test_no_document_ends_where_nothing_would_be_said():
    driven = first_round()
    for _ in range(8):
        assert driven.says, driven.plays
        played_out(driven)


def test_numbers_come_once_a_minute_and_fresh():
    driven = first_round()
    assert said(driven, NUMBER) and driven.plays == MINUTE_OF_MUSIC
    driven.world.wait.update(low=60, high=170)
    assert played_out(driven).says[0] == "Your wait will be between 1 and 3 minutes."


LATE = OverflowRule(after_s=620.0, voicemail=True)


@pytest.mark.parametrize(
    ("settings", "wait", "then", "words"),
    [
        ({}, {"high": 290}, {"low": 94, "high": 254}, "Your wait will be between 1 and 4 minutes."),
        ({}, {"waited": 880}, {"waited": 920}, "I am sorry that you have waited so long."),
        ({"overflow": (LATE,)}, {"waited": 590}, {"waited": 630}, "The wait is very long at the moment"),
        ({}, {"low": 4000, "high": 5000}, {}, "Your wait will be more than"),  # promises no moment
    ],
)
def test_what_can_be_foreseen_ends_the_music(settings, wait, then, words):
    driven = first_round(settings, **wait)
    assert driven.plays == ["music/waiting/5-35.wav"]
    driven.world.wait.update(then)
    assert played_out(driven).says[0].startswith(words)


@pytest.mark.parametrize(("second", "music"), [(0, MINUTE_OF_MUSIC), (30, ["music/waiting/5-35.wav"])])
def test_closing_time_ends_the_music(second, music):
    office = {"office": CalendarModel(zone="America/New_York", hours={"mon-fri": "09:00-18:00"})}
    now = datetime(2026, 3, 2, 22, 58 + second // 30, second, tzinfo=UTC)  # 17:58:00, 17:59:30 in New York
    driven = waiting({"calendar": "office"}, calendars=office, now=now, high=590).silence(6)
    assert driven.plays == music


def test_who_was_told_that_nobody_is_there_hears_music_without_a_break_until_told_again():
    driven = waiting(staffed=False)
    assert played_out(driven).says == [] and len(driven.plays) == 1
    assert seconds(driven.plays[0]) == 60


def test_a_key_comes_to_the_next_announcement_at_its_time():
    driven = first_round()
    spoken = seconds_of(driven.prompts) - 60
    driven.press("0", after=spoken + 40)
    assert driven.plays == ["music/waiting/45-65.wav"]
    assert said(played_out(driven), NUMBER)


def test_a_promise_is_withdrawn_once_and_a_callback_offered_then():
    driven = waiting({"offered_after": 900.0}, low=60, high=170, point=120).silence(6)
    driven.world.wait.update(low=700, high=1100, point=850)
    assert said(driven.silence(30), "It is taking longer than we expected") and said(driven, OFFER)
    assert not said(driven, NUMBER)
    driven.silence(30)
    assert said(driven, NUMBER) and not said(driven, OFFER)


@pytest.mark.parametrize(
    ("wait", "offered"),
    [
        ({"point": 299, "high": 500}, False),
        ({"point": 301, "high": 500}, True),
        ({"point": None, "low": 130, "high": 301}, True),
        ({"low": None, "high": None, "position": 4, "agents": 3}, True),
        ({"low": None, "high": None, "position": 3, "agents": 3}, False),
    ],
)
def test_a_callback_is_offered_when_it_is_worth_it(wait, offered):
    assert said(waiting({"offered_after": 300.0}, **wait).silence(6), OFFER) is offered


def test_it_is_offered_once_and_then_only_among_the_keys():
    driven = waiting({"offered_after": 300.0}, low=1300, high=2500, point=1900)
    heard = [played_out(driven).says for _ in range(6)]
    assert sum(text.startswith(OFFER) for says in heard for text in says) == 1
    assert sum("press 1." in text for says in heard[1:] for text in says) == 2


def test_another_reason_is_no_reason_to_offer_it_again():
    driven = waiting({"offered_after": 300.0}, low=1300, high=2500, point=1900).silence(6)
    assert said(driven, OFFER)
    driven.world.wait.update(low=None, high=None, point=None, position=4, agents=1)
    assert not any(rounds(driven, 4, OFFER))


def test_never_without_callbacks():
    assert not said(waiting(low=1300, high=2500).silence(6), OFFER)


def test_the_place_where_no_number_is_known():
    driven = waiting(low=None, high=None, position=3)
    assert rounds(driven, 3, PLACE) == [True, False, True]
    assert effects(driven, NotePromise)[0].low is None


def test_who_is_told_of_a_longer_wait_had_a_promise_for_that_moment():
    driven = waiting(low=130, high=290, point=200).silence(6)
    promised = effects(driven, NotePromise)[0]
    due = driven.world.now.timestamp() + promised.high
    assert promised.withdrawn_due is None
    driven.world.wait.update(low=900, high=1200, point=1000)
    told = effects(driven.silence(60), NotePromise)[0]
    assert told.low is None and told.withdrawn_due == due


def test_no_place_for_somebody_who_may_be_overtaken():
    """Positions must never rise; with a more urgent caller in line nobody behind is told one."""
    driven = waiting(low=None, high=None, position=3, firm=False).silence(6)
    assert said(driven, STILL) and not said(driven, PLACE)
    driven.world.wait.update(position=2)
    assert not said(driven.silence(30), PLACE)


def test_numbers_may_be_switched_off_and_places_too():
    driven = waiting({"announce_in": frozenset()}).silence(6)
    assert said(driven, PLACE) and not said(driven, NUMBER)
    silent = waiting({"announce_in": frozenset(), "announce_positions": False}).silence(6)
    assert silent.says == ["To leave a message, press 2.", "To turn the music off, press 3."]
    assert effects(silent) == []


@pytest.mark.parametrize(("languages", "told"), [({"en-US"}, True), ({"es-US"}, False)])
def test_numbers_may_be_said_in_some_languages_only(languages, told):
    assert said(waiting({"announce_in": frozenset(languages)}).silence(6), NUMBER) is told


# Messages between announcements ----------------------------------------------------------------

TIPS = {"messages": ({"en-US": "Tip one.", "es-US": "Uno."}, {"es-US": "Dos."}, {"en": "Tip two."})}


def test_messages_come_between_every_second_pair_of_announcements_in_turn():
    driven = waiting(TIPS, low=None, high=None)
    heard = []
    for _ in range(14):
        heard += [text for text in driven.silence(30).says if text.startswith(("Tip", "Uno", "Dos"))]
    assert heard[:3] == ["Tip one.", "Tip two.", "Tip one."]


def with_message(text: str = "Tip one."):
    """In the first document that has a message."""
    driven = waiting({"messages": ({"en-US": text},)}, low=None, high=None).silence(6)
    assert driven.says[-1] == text
    return driven


def before_music(driven) -> float:
    return seconds_of(driven.prompts[: [is_music(one) for one in driven.prompts].index(True)])


def test_music_message_and_music_are_one_document():
    """Between two documents is a second of silence: only a fresh figure is worth it."""
    driven = with_message()
    kinds = [type(prompt).__name__ for prompt in driven.prompts]
    assert kinds[-3:] == ["Play", "Say", "Play"] and set(kinds[:-3]) == {"Say"}
    assert driven.plays == ["music/waiting/5-50.wav", "music/waiting/50-65.wav"]
    assert said(played_out(driven), PLACE)


def test_a_message_does_not_put_the_announcement_off():
    driven = with_message(("Did you know? " * 12).strip())
    before, after = map(seconds, driven.plays)
    spoken = len(driven.says[-1]) // 15
    assert abs(before + spoken + after - 60) <= GRID


@pytest.mark.parametrize(
    ("after", "tips", "goes_on"),
    [
        (40, 1, "45"),  # before the message: it is still to come
        (45.5, 0, "50"),  # in the message: it is not said again
        (53, 0, "55"),  # in the music behind it, which began a second later than the music alone would have
    ],
)
def test_a_key_neither_repeats_nor_loses_the_message_or_the_place_in_the_music(after, tips, goes_on):
    driven = waiting(TIPS, low=None, high=None).silence(6)
    driven.press("0", after=before_music(driven) + after)
    assert driven.plays[0].startswith(f"music/waiting/{goes_on}-")
    assert driven.says.count("Tip one.") == tips
    assert played_out(driven).says[-1] == "Tip two."


def test_with_the_music_off_a_message_comes_at_its_time_too():
    driven = waiting(TIPS, low=None, high=None).silence(6).press("3", after=9)
    heard = [text for _ in range(12) for text in driven.silence(15).says if text.startswith("Tip")]
    assert heard[:2] == ["Tip one.", "Tip two."]


def test_one_message_between_two_announcements_however_many_documents_that_takes():
    driven = waiting({**TIPS, "pieces": (MusicPiece("a", 1),), "announce_every": 120}, low=None, high=None)
    heard = [text for _ in range(40) for text in driven.silence(12).says]
    between = "".join(
        "T" if text.startswith("Tip") else "A" for text in heard if text.startswith((PLACE, "Tip"))
    )
    assert "T" in between and "TT" not in between


def test_a_message_may_use_what_prompts_use():
    driven = waiting({"messages": ({"en-US": "<emphasis>Now</emphasis> in blue."},)}, low=None, high=None)
    driven.silence(6)
    assert driven.says[-1] == "Now in blue." and "<emphasis>" in driven.prompts[-2].markup
