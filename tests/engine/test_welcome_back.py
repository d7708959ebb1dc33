"""A caller who calls again is offered the place that was kept: by keys and by words."""

from __future__ import annotations

import pytest

from ivr.engine.context import CallContext
from ivr.engine.effects import CancelCallback, TakeUpPlace
from ivr.engine.events import DigitsPressed, Event, InputTimedOut, SpeechHeard
from ivr.engine.session import CallInfo, FlowPosition, Session
from ivr.engine.step import StartOver, ToPerson, Visit
from ivr.engine.welcome_back import WelcomeBack
from tests.engine.driving import MORNING, flow_from

YES = {"en-US": "yes please", "es-US": "sí", "de-DE": "ja, gerne", "fr-FR": "oui"}
NO = {"en-US": "no thanks", "es-US": "no", "de-DE": "nein danke", "fr-FR": "non merci"}
ONE = {"en-US": "one", "es-US": "uno", "de-DE": "eins", "fr-FR": "un"}
TWO = {"en-US": "number two", "es-US": "dos", "de-DE": "zwei", "fr-FR": "deux"}
PERSON = {"en-US": "an agent", "es-US": "un agente", "de-DE": "einen Mitarbeiter", "fr-FR": "un conseiller"}
LANGUAGES = tuple(YES)


def chosen(event: Event, language: str = "en-US", kept: str = "callback", sure: bool = False) -> object:
    """The effect that is wanted, or where it leads."""
    call = CallInfo("CA1", "+14155550123", "+15550001000")
    session = Session(
        call=call, revision="r1", language=language, frames=(FlowPosition("main", "@returned"),)
    )
    flow = flow_from("x: {hang_up: Bye.}")
    context = CallContext(MORNING, person_words={"en-US": ["concierge"]})
    visit = Visit(session, context, "@returned", flow)
    move = WelcomeBack(queue="support", kept=kept, sure=sure).hear(visit, event)
    return next(iter(move.effects), move.to)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sure", [False, True])
def test_yes_takes_the_place_up_and_no_begins_anew(language, sure):
    assert chosen(SpeechHeard(YES[language]), language, sure=sure) == TakeUpPlace()
    assert chosen(SpeechHeard(ONE[language]), language, sure=sure) == TakeUpPlace()
    assert chosen(SpeechHeard(NO[language]), language, sure=sure) == StartOver()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_number_of_the_key_cancels_and_no_cancels_nothing(language):
    assert chosen(SpeechHeard(TWO[language]), language) == CancelCallback("support")
    assert chosen(SpeechHeard(TWO[language]), language, "place") == StartOver(), "a place has no key 2"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_for_a_person_is_one(language):
    assert chosen(SpeechHeard(PERSON[language]), language) == ToPerson("asked")
    assert chosen(SpeechHeard(f"{NO[language]}, {PERSON[language]}"), language) == ToPerson("asked")
    assert chosen(SpeechHeard("concierge")) == ToPerson("asked")


def test_keys_silence_and_noise_stay_as_they_were():
    assert chosen(DigitsPressed("1")) == TakeUpPlace()
    assert chosen(DigitsPressed("0")) == ToPerson("asked")
    for nothing in (InputTimedOut(), SpeechHeard("the weather is nice"), DigitsPressed("9")):
        assert chosen(nothing) == StartOver()
        assert chosen(nothing, sure=True) == TakeUpPlace()
