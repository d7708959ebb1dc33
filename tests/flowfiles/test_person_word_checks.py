"""person_words and supervisor_words of config.yaml: what can be heard and means nothing else."""

from __future__ import annotations

import pytest

from ivr.flowfiles.settings_file import read_settings
from ivr.settings import SettingsProblems

GIVEN = 'company: Northwind\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("person_words: {en-US: [please]}", "'please' stands around every request"),
        ("person_words: {en-US: ['yes']}", "'yes' answers yes or no"),
        ("supervisor_words: {de-DE: [nein]}", "'nein' answers yes or no"),
        ("person_words: {en-US: [one]}", "'one' is the number of a key"),
        ("person_words: {es-US: [cero]}", "'cero' is the number of a key"),
        ("person_words: {en-US: ['?!']}", "'?!' is no word"),
        ("person_words: {en-US: [the lady at the front office]}", "has more than 5 words"),
        ("person_words: {xx-XX: [foo]}", "the phone company knows no language 'xx-XX'"),
        ("person_words: {english: [concierge]}", "'english' is not a language"),
        ("person_words: concierge", "settings are expected here"),
        ("person_words: {en-US: concierge}", "a list is expected here"),
        ("person_words:\n  en-US:\n    - desk #1", "a # begins a comment here"),
    ],
)
def test_what_cannot_be_a_word_for_a_person_is_refused_in_words(written, says):
    with pytest.raises(SettingsProblems) as refused:
        read_settings(GIVEN + written + "\n")
    assert says in str(refused.value)


def test_what_can():
    written = "person_words: {en-US: [concierge, front office], de: [Portier], hr-HR: [čovjek, operater]}\n"
    settings = read_settings(GIVEN + written + "supervisor_words: {en-US: [duty officer]}\n")
    assert settings.person_words["hr-HR"] == ["čovjek", "operater"]
    assert settings.supervisor_words == {"en-US": ["duty officer"]}
