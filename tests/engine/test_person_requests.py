"""Promise 1: what counts as asking for a person, and what counts as saying that 0 works."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.engine.context import CallContext
from ivr.engine.events import DigitsPressed, RecordingEnded, SpeechHeard
from ivr.engine.languages import KNOWN
from ivr.engine.person_requests import announces_zero, asks_for_person, own_words, wants_supervisor

MORNING = datetime(2026, 3, 2, 15, tzinfo=UTC)
TAGS = {"en": "en-US", "es": "es-US", "de": "de-DE", "fr": "fr-FR"}


@pytest.mark.parametrize(
    ("event", "language", "keys", "asked"),
    [
        (DigitsPressed("0"), "en-US", 1, True),
        (DigitsPressed("0"), "en-US", None, True),
        (DigitsPressed("0"), "en-US", 6, True),
        (DigitsPressed("01"), "en-US", 1, True),
        (DigitsPressed("012345"), "en-US", 6, False),
        (DigitsPressed("00"), "en-US", None, False),
        (DigitsPressed("10"), "en-US", 1, False),
        (RecordingEnded("R", 3, "0"), "en-US", 1, True),
        (RecordingEnded("R", 3, "#"), "en-US", 1, False),
        (SpeechHeard("Agent!"), "en-US", 1, True),
        (SpeechHeard("can I speak to a person"), "en-US", 1, True),
        (SpeechHeard("personal account"), "en-US", 1, False),
        (SpeechHeard("zero"), "en-US", 1, True),
        (SpeechHeard("zero problems"), "en-US", 1, False),
        (SpeechHeard("quiero hablar con una PERSONA"), "es-US", 1, True),
        (SpeechHeard("operator please"), "es-US", 1, True),
        (SpeechHeard("einen Menschen bitte"), "de-DE", 1, True),
        (SpeechHeard("un opérateur"), "fr-FR", 1, True),
        (SpeechHeard("quelqu’un"), "fr-FR", 1, True),
        (SpeechHeard("una persona"), "en-US", 1, False),
    ],
)
def test_asking_for_a_person(event, language, keys, asked):
    assert asks_for_person(event, language, keys) is asked


@pytest.mark.parametrize(
    ("text", "language", "announced"),
    [
        ("Thank you for calling. Press 0 at any time to speak to a person.", "en-US", True),
        ("For a person, dial zero.", "en-US", True),
        ("One. Two. Press 0 for a person.", "en-US", False),
        ("Press 1 for orders. Our code is 0.", "en-US", False),
        ("Press 10 for orders.", "en-US", False),
        ("Gracias por llamar. Pulse 0 para hablar con una persona.", "es-US", True),
        ("Press 0 for a person.", "es-US", False),
    ],
)
def test_announcing_zero(text, language, announced):
    assert announces_zero(text, language) is announced


@pytest.mark.parametrize("code", sorted(KNOWN))
def test_every_language_has_every_sentence_and_says_that_0_works(code):
    phrases = KNOWN[code].phrases
    assert set(phrases) == set(KNOWN["en"].phrases)
    assert announces_zero(phrases["press_zero"], TAGS[code])
    for name in ("voicemail_prompt", "talk_ended"):
        assert announces_zero(phrases[name], TAGS[code]), name


OWN = CallContext(
    MORNING,
    person_words={"en-US": ["concierge", "the front office"], "es": ["conserje"], "hr-HR": ["operater"]},
    supervisor_words={"en-US": ["duty officer"]},
)


@pytest.mark.parametrize(
    ("said", "language", "asked"),
    [
        ("concierge", "en-US", True),
        ("Concierge, please!", "en-US", True),
        ("could I speak to the front office about my bill", "en-US", True),
        ("my concierge broke the door", "en-US", False),
        ("duty officer", "en-US", True),
        ("con el conserje por favor", "es-US", True),
        ("conserje", "en-US", False),
        ("concierge", "en-GB", False),
        ("molim operater", "hr-HR", True),
        ("operater mi je rekao da ponovno nazovem sutra", "hr-HR", False),
    ],
)
def test_the_companys_own_words(said, language, asked):
    assert asks_for_person(SpeechHeard(said), language, context=OWN) is asked
    assert not asks_for_person(SpeechHeard(said), language), "without the setting they mean nothing"


def test_the_companys_own_word_for_a_supervisor_and_hints():
    assert wants_supervisor("the duty officer please", "en-US", OWN)
    assert not wants_supervisor("the concierge please", "en-US", OWN)
    assert own_words("en-US", OWN) == ("concierge", "the front office", "duty officer")


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("connect me with a specialist", "en-US"),
        ("technical support please", "en-US"),
        ("can I talk to a colleague of yours", "en-US"),
        ("hay alguien ahí", "es-US"),
        ("con un ejecutivo de cuenta", "es-US"),
        ("quiero hablar con alguno de sus representantes", "es-US"),
        ("soporte técnico", "es-US"),
        ("Geschäftsführer", "de-DE"),
        ("den technischen Support bitte", "de-DE"),
        ("einen Techniker", "de-DE"),
        ("un spécialiste s'il vous plaît", "fr-FR"),
        ("une conseillère clientèle", "fr-FR"),
    ],
)
def test_more_names_for_somebody_to_talk_to(said, language):
    assert asks_for_person(SpeechHeard(said), language)
