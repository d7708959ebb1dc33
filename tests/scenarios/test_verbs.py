"""Every verb comes true when it should, and fails when it should: a test that cannot fail is a defect."""

# ruff: noqa: E501 exact texts

from __future__ import annotations

import pytest

from ivr.flowfiles.loader import load_book
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.playback import play
from ivr.scenarios.scenario_file import VERBS

AGENT = "given: {caller: '+14155550123', agents: [{id: desk-1, queues: [support]}]}\n"
IN_TALK = "  - presses: 0\n  - agent: desk-1\n    answers: true\n  - talking\n"
OTHER = "given: {agents: [{id: desk-1, queues: [support]}, {id: desk-2, queues: [billing]}]}\n"
AWAY = "given: {agents: [{id: desk-1, queues: [support], state: away}]}\n"
BOOKED = """  - presses: 0
  - music
  - presses: 1
  - hears: If that is right, press 1
  - presses: 1
  - ends: callback_booked
  - agent: desk-1
    goes: available
"""

# verb → (given, the lines before it, what is wanted wrongly, what the failure says)
FAILING = {
    "hears": ("", "", "- hears: Thank you for nothing\n    within: 5", "hears 'Thank you for nothing' within 5 seconds"),
    "not_hears": ("", "  - waits: 1\n", "- not_hears: thank you for calling", "does not hear 'thank you for calling'"),
    "presses": ("", "  - hangs_up\n", "- presses: 1", "presses 1"),
    "says": ("", "  - hangs_up\n", "- says: hello", "says 'hello'"),
    "tone": ("", "", "- tone", "hears the tone of a recording"),
    "music": ("", "", "- music", "hears music"),
    "talking": (AGENT, "  - presses: 0\n", "- talking", "talks to an agent"),
    "hangs_up": ("", "  - hangs_up\n", "- hangs_up", "hangs up"),
    "ends": ("", "  - hangs_up\n", "- ends: voicemail", "the call ends: voicemail"),
    "stored": ("", "  - hangs_up\n", "- stored: {voicemail: support}", "a voicemail for support is stored"),
    "asked": ("", "", "- asked: {orders: {number: 1204}}", "orders is asked with {number: 1204}"),
    "text": ("", "  - hangs_up\n", "- text: Your order", "+14155550199 is sent the text 'Your order'"),
    "pays": ("", "", "- pays", "the line takes a card"),
    "recorded": ("", "", "- recorded: on", "the recording of the call is on"),
    "hears_message": ("", "", "- hears_message", "hears their own message"),
    "work": ("", "  - hangs_up\n", "- work: support", "there is a message for support"),
    "notice": ("", "", "- notice: <b>", "the notice is switched on"),
    "called_back": ("", "  - hangs_up\n", "- called_back:\n    within: 3", "the caller is called back within 3 seconds"),
    "not_called_back": (AWAY, BOOKED, "- not_called_back: 60", "the caller is not called for 60 seconds"),
    "callback": ("", "  - hangs_up\n", "- callback: booked", "the callback is booked"),
    "agent": (AGENT, "", "- agent: desk-1\n    rings: true\n    within: 3", "the phone of desk-1 rings within 3 seconds"),
}  # fmt: skip

NEVER_FAIL = {
    "calls_again",
    "restarts",
    "silent",
    "waits",
    "breaks",
    "mends",
    "recordings_take",
    "ends_notices",
}


def played(house, written, text):
    scenarios, problems = written(text)
    assert problems == []
    return play(house, scenarios[0])


def test_every_verb_is_tried():
    assert set(FAILING) | NEVER_FAIL == set(VERBS)


@pytest.mark.parametrize("word", FAILING)
def test_a_verb_that_does_not_come_true_fails(house, written, word):
    given, before, wrong, said = FAILING[word]

    result = played(house, written, f"scenario: x\n{given}then:\n{before}  {wrong}\n")

    assert result.failure is not None
    assert result.failure.wanted == said
    assert result.failure.text == wrong.splitlines()[0]


@pytest.mark.parametrize(
    ("lines", "wanted", "nearest"),
    [
        ("  - agent: desk-1\n    sees: {customer: Somebody}\n", "desk-1 sees customer: Somebody", "customer: Alfreds Futterkiste"),
        ("  - agent: desk-1\n    sees: {path: [welcome, open]}\n", "desk-1 sees path: [welcome, open]", "path: [welcome]"),
        ("  - agent: desk-1\n    sees: {waiting_for: billing}\n", "desk-1 sees waiting_for: billing", "waiting_for: support"),
        ("  - agent: desk-1\n    sees: {facts: {order: 1}}\n", "desk-1 sees facts: {order: 1}", "facts: nothing"),
        ("  - agent: desk-1\n    sees: {warnings: angry}\n", "desk-1 sees warnings: angry", "warnings: [Two parcels were lost this year: check the address before sending again.]"),
        ("  - agent: desk-1\n    answers: true\n    hears: billing\n", "desk-1 hears 'billing'", None),
        ("  - agent: desk-1\n    state: on-call\n", "desk-1 is on-call", "desk-1 is offered"),
    ],
)  # fmt: skip
def test_what_the_agent_sees_is_compared(house, written, lines, wanted, nearest):
    result = played(house, written, f"scenario: x\n{AGENT}then:\n  - presses: 0\n{lines}")

    assert result.failure is not None and result.failure.wanted == wanted
    assert nearest is None or result.failure.nearest == nearest


def test_an_end_at_another_step_fails(house, written):
    result = played(house, written, "scenario: x\nthen:\n  - hangs_up\n  - ends: hung_up\n    at: goodbye\n")

    assert result.failure.wanted == "the call ends at step goodbye"
    assert result.failure.nearest == "it ended at step welcome"


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ("{variables: {topic: order}}", "variables topic: order is stored"),
        ("{contact: {outcome: voicemail}}", "contact outcome: voicemail is stored"),
        ("{seconds: 5}", "a voicemail for a queue of 5 seconds is stored"),
    ],
)
def test_what_is_stored_is_compared(house, written, stored, wanted):
    result = played(
        house, written, f"scenario: x\nthen:\n  - presses: 3\n  - presses: 1\n  - hangs_up\n  - stored: {stored}\n"
    )  # fmt: skip

    assert result.failure.wanted == wanted


NIGHT = "given: {at: 2026-03-02 22:00, agents: [{id: desk-1, queues: [support], state: away}]}\n"


def test_called_back_waits_for_as_long_as_a_callback_takes(house, written):
    """The carrier takes its time, the agent talks to somebody first: no mark of 60 seconds decides."""
    slow = BOOKED.replace("  - agent: desk-1\n    goes: available\n", "  - waits: 400\n")
    late = (
        slow
        + "  - agent: desk-1\n    goes: available\n  - called_back\n  - hears: You asked us to call you back\n"
    )
    result = played(house, written, f"scenario: x\n{AWAY}then:\n{late}")

    assert result.passed, result.failure


def test_called_back_waits_until_the_morning_for_which_it_is_booked(house, written):
    lines = BOOKED + "  - called_back\n  - hears: You asked us to call you back\n"
    result = played(house, written, f"scenario: x\n{NIGHT}then:\n{lines}")

    assert result.passed, result.failure


def test_a_callback_that_does_not_come_is_told_in_the_companys_time(house, written):
    lines = BOOKED + "  - called_back:\n    within: 60\n"
    result = played(house, written, f"scenario: x\n{NIGHT}then:\n{lines}")

    due = "the callback is booked, due from 2026-03-03 08:00 on; it is 2026-03-02 22:01 now"
    assert (result.failure.wanted, result.failure.nearest) == (
        "the caller is called back within 60 seconds",
        due,
    )


def test_who_talks_to_somebody_is_not_taken_for_available(house, written):
    busy = "given: {agents: [{id: desk-1, queues: [support], state: busy}]}\n"
    available = "  - agent: desk-1\n    goes: available\n"
    result = played(house, written, f"scenario: x\n{busy}then:\n{available}")

    assert result.failure.wanted == "desk-1 goes available"
    assert result.failure.nearest.startswith("desk-1 is talking")

    ended = "  - agent: desk-1\n    hangs_up: true\n" + available
    assert played(house, written, f"scenario: x\n{busy}then:\n{ended}  - presses: 0\n").passed


LEVELS = "given: {agents: [{id: desk-1, queues: ['support:2']}, {id: desk-2, queues: {support: 1}}]}\n"
SKILLED = "given: {caller: '+14155550123', agents: [{id: desk-1, queues: [support], skills: %s}]}\n"


def test_agents_have_levels(house, written):
    rings = "  - presses: 0\n  - agent: desk-2\n    rings: true\n    within: 5\n"
    assert played(house, written, f"scenario: x\n{LEVELS}then:\n{rings}").passed
    result = played(house, written, f"scenario: x\n{LEVELS}then:\n{rings.replace('desk-2', 'desk-1')}")
    assert result.failure.wanted == "the phone of desk-1 rings within 5 seconds"


GERMAN = """flow: main
languages: [en-US]
human: support
start: hello
steps:
  hello: {menu: "Hello. Press 1 for German, or 0 for a person.", keys: {1: german}}
  german: {queue: support, skills: {german: 2}}
"""


@pytest.fixture
def german_house(tmp_path, settings):
    (tmp_path / "main.yaml").write_text(GERMAN)
    house = ScenarioEnvironment(settings, load_book(tmp_path, settings).flow_set)
    yield house
    house.close()


@pytest.mark.parametrize(
    ("skills", "rings"),
    [("['german:2', refunds]", True), ("{german: 2}", True), ("german", False), ("[]", False)],
)
def test_agents_have_skills(german_house, written, skills, rings):
    lines = "  - presses: 1\n  - agent: desk-1\n    rings: true\n    within: 20\n"
    result = played(german_house, written, f"scenario: x\n{SKILLED % skills}then:\n{lines}")
    assert result.passed is rings


def test_talking_to_somebody_else_fails(house, written):
    result = played(house, written, f"scenario: x\n{OTHER}then:\n{IN_TALK}  - talking: desk-2\n")

    assert result.failure.wanted == "talks to desk-2"
    assert result.failure.nearest == "talking to +15550002001"


def test_more_music_than_there_is_fails(house, written):
    result = played(house, written, f"scenario: x\n{AGENT}then:\n{IN_TALK}  - music: 20\n")

    assert result.failure.wanted.startswith("hears")


def test_a_scenario_leaves_nothing_behind_for_the_next(house, written):
    broken = f"scenario: x\n{AGENT}then:\n{IN_TALK}  - breaks: database\n  - hears: nothing\n    within: 3\n"
    assert not played(house, written, broken).passed

    again = played(
        house, written, f"scenario: x\n{AGENT}then:\n{IN_TALK}  - hangs_up\n  - ends: talked\n"
    )  # fmt: skip

    assert again.passed, again.failure


def test_the_failure_has_the_transcript_with_step_and_line(house, written):
    result = played(
        house, written, "scenario: x\nthen:\n  - hears: For an order\n  - hears: Bonjour\n    within: 4\n"
    )  # fmt: skip

    assert result.failure.line == 4
    first, second = [line for line in result.transcript if line.what == "says"][:2]
    assert (first.text, first.step) == (
        "Thank you for calling Northwind. Press 0 at any time to speak to a person.",
        "welcome",
    )
    assert second.place.startswith("flows/main.yaml:20 department")


def test_several_callers_may_wait_and_several_agents_talk_in_any_queue(house, written):
    given = (
        "given: {waiting: {billing: 2}, agents: [{id: desk-1, queues: [billing], state: busy},"
        " {id: desk-2, queues: [billing], state: busy}]}\n"
    )
    then = "  - presses: 2\n  - hears: invoice\n  - presses: 2\n  - hears: number 3 in line\n"
    result = played(house, written, f"scenario: x\n{given}then:\n{then}")

    assert result.passed, result.failure
