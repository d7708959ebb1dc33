"""Instruction → TwiML, form → event, and T-07: no text changes the shape of a document."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.engine.events import (
    DigitsPressed,
    InputTimedOut,
    RecordingEnded,
    SpeechHeard,
    TalkEnded,
    TransferEnded,
)
from ivr.engine.instructions import Dial, HangUp, Join, Listen, Pause, Play, Record, Say
from ivr.keys import KEPT_INPUT, Seal, derived
from ivr.service.agent_leg import ASK, LegAnswer
from tests.service.witness_checks import goes_on
from webhooks import forms
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls
from webhooks.whisper import TIMES, Whisper

RENDER = TwimlRenderer(Urls("https://line.test"), {"en-US": "Polly.Joanna"}, "+15550001000")
AT = "https://line.test/voice/calls/CA1/3/"


def listening(*prompts, **given) -> Listen:
    usual = {"digits": 1, "finish_on": "", "timeout": 5, "speech": False, "hints": (), "language": "en-US"}
    return Listen(**{"prompts": prompts, **usual, **given})


DOCUMENTS = {
    "listen": (
        listening(Say("Hello.", "en-US"), Pause(2), Play("a.wav")),
        ["Gather", "Say", "Pause", "Play", "Redirect"],
        {"action": AT + "input", "numDigits": "1"},
    ),
    "speech": (
        listening(speech=True, digits=None, finish_on="#", hints=("an, agent",)),
        ["Gather", "Redirect"],
        {"input": "dtmf speech", "hints": "an  agent", "finishOnKey": "#"},
    ),
    "record": (
        Record(max_seconds=60),
        ["Record", "Redirect"],
        {"action": AT + "recorded", "maxLength": "60"},
    ),
    "join": (Join("room-1"), ["Dial", "Conference"], {"action": AT + "talked"}),
    "dial": (
        Dial("+15550009999"),
        ["Dial", "Number"],
        {"action": AT + "dialled"},
    ),
    "hang up": (HangUp((Say("Goodbye.", "en-US"),)), ["Say", "Hangup"], {"language": "en-US"}),
    "nothing": (None, [], {}),
}


def shape(document: str) -> list[str]:
    return [element.tag for element in ElementTree.fromstring(document).iter()][1:]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_instruction_to_document(name):
    instruction, tags, attributes = DOCUMENTS[name]
    document = RENDER(instruction, "CA1", 3)
    assert shape(document) == tags
    goes_on(document, over=instruction is None)
    for key, value in attributes.items():
        assert ElementTree.fromstring(document)[0].get(key) == value


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_T_07_no_text_changes_the_shape(text):
    """A caller's name, their speech, a customer's field: in a prompt, a hint, a whisper."""
    said = RENDER(listening(Say(text, "en-US"), speech=True, hints=(text,)), "CA1", 1)
    assert shape(said) == ["Gather", "Say", "Redirect"]
    whisper = Whisper(Urls("https://line.test"), RENDER, "en-US")
    asked = whisper.document(LegAnswer(ASK, "o1", queue=text, name=text))
    assert shape(asked) == ["Gather", "Say"] * TIMES + ["Hangup"]
    spoken = ElementTree.fromstring(asked)[0][0].text
    assert "Press 1 to accept" in spoken and len(said.encode()) < 64_000


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(
            [
                "Digits",
                "SpeechResult",
                "Confidence",
                "RecordingSid",
                "RecordingUrl",
                "RecordingDuration",
                "DialCallStatus",
                "CallerName",
                "From",
                "To",
            ]
        ),
        st.text(max_size=80),
    )
)
def test_T_07_any_form_is_an_event_and_is_kept_for_another_try(form):
    for kind in ("input", "recorded", "dialled", "talked"):
        kept = forms.keep_input(form, SEAL)
        assert forms.event_of(kind, {**forms.kept_input(kept, SEAL)}) == forms.event_of(kind, form)
        assert kept.isascii() and "/" not in kept and "%" not in kept
    info = forms.call_info(form, "US")
    assert "\x00" not in info.name + info.dialled + info.caller


def test_nonsense_in_the_path_is_nothing_kept():
    for part in ("-", "", "x", "////", "WzFd", "bnVsbA", "e30", "\u00fc"):
        assert forms.kept_input(part, SEAL) == {}


SEAL = Seal(derived("0123456789abcdef" * 2, KEPT_INPUT), lambda: 1000.0)


def test_what_is_kept_can_be_read_and_changed_by_nobody_else():
    kept = forms.keep_input({"Digits": "845127", "SpeechResult": "my secret word"}, SEAL)
    seen = base64.urlsafe_b64decode(kept + "=" * (-len(kept) % 4))
    assert b"845127" not in seen and b"secret" not in seen and b"Digits" not in seen
    assert forms.keep_input({"Digits": "845127"}, SEAL) != forms.keep_input({"Digits": "845127"}, SEAL)
    for at in range(len(kept)):
        changed = kept[:at] + ("A" if kept[at] != "A" else "B") + kept[at + 1 :]
        same = base64.urlsafe_b64decode(changed + "=" * (-len(kept) % 4)) == seen
        assert same or not forms.kept_input(changed, SEAL)
    others = Seal(derived("0123456789abcdef" * 2, "another purpose"), lambda: 1000.0)
    assert forms.kept_input(kept, others) == {} and forms.kept_input(kept[:20], SEAL) == {}
    late = Seal(derived("0123456789abcdef" * 2, KEPT_INPUT), lambda: 1000.0 + 3601)
    assert forms.kept_input(kept, late) == {}


def test_what_is_kept_is_sealed_by_the_library_and_by_nothing_of_our_own():
    kept = forms.keep_input({"Digits": "845127"}, SEAL)
    key = base64.urlsafe_b64encode(derived("0123456789abcdef" * 2, KEPT_INPUT))
    token = kept + "=" * (-len(kept) % 4)
    assert Fernet(key).decrypt(token) == b'{"Digits":"845127"}'
    assert Fernet(key).extract_timestamp(token.encode()) == 1000


@pytest.mark.parametrize("part", ["gAAAAA", "=" * 8, "\ud800", "gAAAAA" + "A" * 400, "\x00", "-" * 5000])
def test_nonsense_opens_no_seal(part):
    assert SEAL.open(part) is None and SEAL.open(part, 60.0) is None


EVENTS = [
    ("input", {"Digits": "12"}, DigitsPressed("12")),
    ("input", {"Digits": "1;w,2"}, DigitsPressed("12")),
    ("input", {"Digits": "", "SpeechResult": "an agent", "Confidence": "0.9"}, SpeechHeard("an agent", 0.9)),
    ("input", {"SpeechResult": "an agent", "Confidence": "1.7"}, SpeechHeard("an agent", 1.0)),
    ("input", {"SpeechResult": "an agent", "Confidence": "-0.2"}, SpeechHeard("an agent", None)),
    ("input", {"SpeechResult": "an agent", "Confidence": "1e-3"}, SpeechHeard("an agent", None)),
    ("input", {"SpeechResult": "an agent"}, SpeechHeard("an agent", None)),
    ("input", {"Digits": "5", "SpeechResult": "five"}, DigitsPressed("5")),
    ("input", {}, InputTimedOut()),
    (
        "recorded",
        {"RecordingSid": "RE1", "RecordingDuration": "7", "Digits": "hangup"},
        RecordingEnded("RE1", 7, "hangup"),
    ),
    (
        "recorded",
        {"RecordingUrl": "https://a/RE2.wav", "RecordingDuration": "3"},
        RecordingEnded("RE2", 3, ""),
    ),
    ("recorded", {"RecordingDuration": "3"}, RecordingEnded("", 0, "")),
    ("dialled", {"DialCallStatus": "no-answer"}, TransferEnded("no-answer", 0)),
    ("dialled", {}, TransferEnded("failed", 0)),
    ("talked", {"Digits": "0"}, TalkEnded()),
]


@pytest.mark.parametrize(("kind", "form", "event"), EVENTS)
def test_form_to_event(kind, form, event):
    assert forms.event_of(kind, form) == event
