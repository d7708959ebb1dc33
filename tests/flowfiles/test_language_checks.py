"""Languages that the engine does not speak: it is said which sentences callers would hear in English."""

from __future__ import annotations

import json

import pytest

from ivr.engine.person_requests import announces_zero
from ivr.engine.phrases import PHRASE_NAMES
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.settings_file import read_settings

FLOW = """flow: main
%s
human: support
start: welcome
steps:
  welcome: {say: "%s", next: line}
  line: {queue: support}
"""


def told(languages: str, more: str = "", head: str = "", say: str = "Za osobu pritisnite 0.") -> list[str]:
    company = 'company: N\nlanguages: [%s]\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
    settings = read_settings(company % languages + more)
    loaded = read_book({"main.yaml": FLOW % (head or "title: One", say)}, settings)
    assert loaded.flow_set is not None, loaded.problems
    lines = [f"{each.code} {each}" for each in loaded.problems]
    return [line for line in lines if not line.startswith("voice_missing")]


@pytest.mark.parametrize("language", ["hr-HR", "lt-LT", "ru-RU", "ta-IN", "pt-BR", "it-IT"])
def test_a_language_without_sentences_is_one_warning_that_counts_and_names_them(language):
    (warning,) = told(language)
    assert warning.startswith("language_unspoken config.yaml:2:13: settings › languages › 1: ")
    assert f"the engine has no sentences in '{language}'" in warning
    assert f"all {len(PHRASE_NAMES)} in English; missing under phrases: press_zero, no_input," in warning


def test_sentences_under_phrases_are_counted_for_the_language_and_its_family():
    some = {name: "Da." for name in PHRASE_NAMES if name not in ("goodbye", "press_zero")}
    (warning,) = told("hr-HR", f"phrases: {json.dumps({'hr': some})}\n")
    assert f"2 of {len(PHRASE_NAMES)} in English; missing under phrases: press_zero, goodbye (" in warning
    every = {"hr": some, "hr-HR": {"goodbye": "Da.", "press_zero": "Da."}}
    assert told("hr-HR", f"phrases: {json.dumps(every)}\n") == []


def test_languages_that_are_spoken_and_those_that_only_a_flow_has():
    assert told("en-US", say="Press 0 for a person.") == []
    assert told("es-MX", say="Pulse 0 para una persona.") == []
    (warning,) = told("en-US", head="languages: [hr-HR]")
    assert warning.startswith("language_unspoken flows/main.yaml:2:13: flow main › languages › 1: ")


@pytest.mark.parametrize(
    ("text", "language", "announced"),
    [
        ("Dobar dan. Za razgovor s osobom pritisnite 0.", "hr-HR", True),
        ("Нажмите 0.", "ru-RU", True),
        ("اضغط على ٠", "ar-AE", True),
        ("Pritisnite 10.", "hr-HR", False),
        ("Dobar dan.", "hr-HR", False),
        ("Prvo. Drugo. Pritisnite 0.", "hr-HR", False),
        ("We open at 0 hours.", "en-US", False),
    ],
)
def test_a_zero_by_itself_is_enough_where_we_do_not_know_the_words(text, language, announced):
    assert announces_zero(text, language) is announced
    if language not in ("en-US", "ar-AE"):
        assert any(line.startswith("zero_unsaid") for line in told(language, say=text)) is not announced


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("xx-XX", "(write a language and its country, like en-US)"),
        ("de", "(did you mean 'de-DE'?)"),
        ("en", "(did you mean 'en-US'?)"),
        ("es-DE", "(did you mean 'es-US'?)"),
        ("sv", "(did you mean 'sv-SE'?)"),
        ("en-UK", "(did you mean 'en-GB'?)"),
        ("no-NO", "(did you mean 'nb-NO'?)"),
        ("hr", "(did you mean 'hr-HR'?)"),
    ],
)
def test_a_code_that_the_phone_company_does_not_know_is_an_error(language, said):
    with pytest.raises(SettingsProblems) as caught:
        told(language)
    (problem,) = caught.value.problems
    assert str(problem).startswith("config.yaml:2:13: settings › languages › 1: the phone company knows no")
    assert said in str(problem) and problem.code == "language_unknown"
    flow = FLOW % (f"languages: [{language}]", "Hello 0.")
    settings = read_settings('company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n')
    assert read_book({"main.yaml": flow}, settings).flow_set is None
    assert read_book({"main.yaml": flow}, settings, stored=True).flow_set is not None


@pytest.mark.parametrize("language", ["en-GB", "de-AT", "hr-HR", "pa-guru-IN", "pa-Guru-IN", "cmn-CN"])
def test_codes_that_are_spoken_or_understood(language):
    assert all(line.startswith("language_unspoken") or "zero" in line for line in told(language))
