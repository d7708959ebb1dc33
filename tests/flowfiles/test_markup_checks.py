"""Voices, pairs of voice and language, and values of markup that the phone company does not take."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.engine.languages import KNOWN
from ivr.flowfiles.carrier_lists import VOICES
from ivr.flowfiles.carrier_voices import known, languages_of, speaks_language, voices_of
from ivr.flowfiles.loader import load_book, read_book
from ivr.flowfiles.markup_checks import check_markup, wrong_value
from ivr.flowfiles.settings_file import load_settings, read_settings

ROOT = Path(__file__).parents[2]
SETTINGS = 'company: N\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
FLOW = "flow: main\nhuman: support\nstart: hello\nsteps:\n  hello: {queue: support, say: %s}\n"
CODES = ("voice_unknown", "voice_language", "voice_missing", "markup_value", "markup_voice")


def found(say="Hello. Press 0 for a person.", more="", *, stored=False):
    loaded = read_book({"main.yaml": FLOW % say}, read_settings(SETTINGS + more), stored=stored)
    return [problem for problem in loaded.problems if problem.code in CODES], loaded.flow_set


@pytest.mark.parametrize(
    ("tag", "column", "said"),
    [
        ('<say-as interpret-as="phone">1</say-as>', 42, "allowed: address, cardinal, characters, date"),
        ('<say-as interpret-as="telefone">1</say-as>', 42, "did you mean 'telephone'? allowed: "),
        ('<emphasis level="very">1</emphasis>', 42, "allowed: moderate, reduced, strong"),
        ('<break time="a while"/>', 42, "write a time of at most 10 seconds, such as 500ms or 2s"),
        ('<break time="11s"/>', 42, "write a time of at most 10 seconds"),
        ('<break time="2"/>', 42, "write a time of at most 10 seconds"),
        ('<break strength="mild"/>', 42, "allowed: medium, none, strong, weak, x-strong, x-weak"),
        ('<lang xml:lang="klingon">1</lang>', 42, "allowed: ar-AE, arb"),
        ('<prosody rate="lightning">1</prosody>', 42, "write x-slow, slow, medium, fast, x-fast"),
        ('<prosody rate="900%">1</prosody>', 42, "20% to 200%"),
        ('<prosody pitch="+900%">1</prosody>', 42, "-33.3% to +50%"),
        ('<prosody volume="loudest">1</prosody>', 42, "write silent, x-soft"),
        ('<phoneme alphabet="ape" ph="a">1</phoneme>', 42, "allowed: ipa, x-amazon"),
        ('<say-as interpret-as="date" format="mmdd">1</say-as>', 42, "allowed: d, dm, dmy"),
        ('<p><s><emphasis level="very">1</emphasis></s></p>', 48, "allowed: moderate"),
    ],
)
def test_a_value_that_cannot_be_spoken_is_an_error_at_its_tag(tag, column, said):
    problems, flow_set = found(f"'Press 0. {tag}'")
    (problem,) = problems
    assert (problem.code, problem.severity) == ("markup_value", "error")
    assert (problem.line, problem.column) == (5, column)
    assert said in problem.remedy and flow_set is None
    assert found(f"'Press 0. {tag}'", stored=True)[1] is not None, "calls go on in flows of before"


@pytest.mark.parametrize(
    ("tag", "name", "value"),
    [
        ("break", "time", "500ms"), ("break", "time", "10s"), ("break", "time", "+1.5s"),
        ("break", "time", ".5s"),
        ("break", "strength", "x-weak"), ("emphasis", "level", "strong"), ("lang", "xml:lang", "fr-FR"),
        ("prosody", "rate", "slow"), ("prosody", "rate", "80%"), ("prosody", "pitch", "+5%"),
        ("prosody", "pitch", "-10%"), ("prosody", "pitch", "x-low"), ("prosody", "pitch", "+2st"),
        ("prosody", "volume", "soft"), ("prosody", "volume", "-6dB"), ("say-as", "interpret-as", "telephone"),
        ("say-as", "format", "mdy"), ("phoneme", "alphabet", "ipa"), ("phoneme", "ph", "anything"),
        ("w", "role", "amazon:VB"), ("sub", "alias", "World Wide Web"),
    ],
)  # fmt: skip
def test_values_that_can_be_spoken(tag, name, value):
    assert wrong_value(tag, name, value) == ""


def test_markup_of_messages_and_phrases_of_the_settings_is_looked_at():
    more = "phrases: {en-US: {still_here: \"<prosody volume='tiny'>Still here.</prosody>\"}}\n"
    (problem,), _ = found(more=more)
    place = f"{problem.file}:{problem.line}:{problem.column}: {problem.where}"
    assert place == "config.yaml:4:32: settings › phrases › en-US › still_here"
    queues = "queues:\n  support:\n    messages: [{en-US: A <break time='long'/>}, B <break time='x'/>]\n"
    loaded = read_book({"main.yaml": FLOW % "Press 0."}, read_settings(SETTINGS.split("queues")[0] + queues))
    assert [one.line for one in loaded.problems if one.code == "markup_value"] == [5, 5]


@pytest.mark.parametrize(
    ("language", "voice", "code", "remedy"),
    [
        ("en-US", "Polly.Joana-Neural", "voice_unknown", "did you mean 'Polly.Joanna-Neural'?"),
        ("es-US", "alloy", "voice_unknown", "did you mean 'Polly.Lupe-Neural'?"),
        ("de-DE", "Google.de-DE-Neural2-Q", "voice_unknown", "did you mean 'Google.de-DE-Neural2-"),
        ("es-US", "Polly.Joanna-Neural", "voice_language", "-Neural'?"),
        ("en-GB", "Google.en-US-Neural2-A", "voice_language", "did you mean 'Google.en-GB-Neural2-A'?"),
        ("fr-FR", "Polly.Chantal", "voice_language", "did you mean 'Polly."),
    ],
)
def test_a_voice_that_there_is_not_or_that_speaks_another_language(language, voice, code, remedy):
    (problem,), flow_set = found(more=f"voices: {{{language}: {voice}}}\n")
    assert (problem.code, problem.severity, problem.line) == (code, "warning", 4)
    assert remedy in problem.remedy and flow_set is not None


@pytest.mark.parametrize(
    ("language", "voice"),
    [
        ("en-US", "Polly.Joanna-Neural"), ("es-US", "Polly.Lupe-Neural"), ("hi-IN", "Polly.Kajal-Neural"),
        ("en-IN", "Polly.Kajal-Neural"), ("zh-CN", "Polly.Zhiyu"), ("zh-HK", "Polly.Hiujin-Neural"),
        ("es-MX", "Polly.Mía-Generative"), ("fr-FR", "Polly.Rémi-Generative"), ("en-US", "alice"),
        ("de-DE", "Google.de-DE-Chirp3-HD-Kore"), ("fil-PH", "Google.fil-ph-Neural2-A"),
    ],
)  # fmt: skip
def test_voices_that_fit(language, voice):
    assert known(voice) and speaks_language(voice, language)


def test_of_every_voice_of_amazon_the_language_is_known():
    named = [voice for voice in VOICES if voice.startswith(("Polly.", "Google."))]
    assert named and [voice for voice in named if not languages_of(voice)] == []


@pytest.mark.parametrize(
    ("say", "voice", "lost"),
    [
        ("<emphasis>now</emphasis>", "Polly.Joanna-Neural", "<emphasis>"),
        ("<prosody pitch='high'>now</prosody>", "Polly.Joanna-Neural", "<prosody pitch>"),
        ("<emphasis>now</emphasis>", "Polly.Joanna-Generative", "<emphasis>"),
        ("<emphasis>now</emphasis>", "Polly.Joanna", ""),
        ("<prosody rate='slow' volume='soft'>now</prosody>", "Polly.Joanna-Neural", ""),
        ("<emphasis>now</emphasis>", "", ""),
    ],
)
def test_a_tag_that_the_voice_does_not_take_is_a_warning(say, voice, lost):
    problems, flow_set = found(f'"Press 0 {say}"', f"voices: {{en-US: {voice}}}\n" if voice else "")
    assert flow_set is not None
    if not lost:
        assert problems == []
        return
    (problem,) = problems
    assert (problem.code, problem.severity, problem.column) == ("markup_voice", "warning", 41)
    assert problem.message == f"'{voice}' does not take {lost}"


def test_the_voice_of_the_language_of_the_text_counts():
    say = "{en-US: Press 0., de-DE: <emphasis>Drücken</emphasis> Sie die Null.}"
    more = "languages: [en-US, de-DE]\nvoices: {en-US: Polly.Joanna-Neural, de-DE: %s}\n"
    assert [one.code for one in found(say, more % "Polly.Vicki-Neural")[0]] == ["markup_voice"]
    assert found(say, more % "Polly.Vicki")[0] == []


@pytest.mark.parametrize("language", sorted(KNOWN))
def test_the_sentences_of_the_engine_are_fit_for_every_voice(language):
    more = {"phrases": {language: KNOWN[language].phrases}, "voices": {language: "Polly.X-Neural"}}
    settings = read_settings(SETTINGS).model_copy(update=more)
    assert list(check_markup([], settings, whole=True)) == []


def test_what_is_shipped_has_none_of_these_problems():
    settings = load_settings(ROOT / "config.yaml")
    loaded = load_book(ROOT / "flows", settings)
    assert [str(one) for one in loaded.problems if one.code in CODES] == []


def test_each_language_has_a_voice_that_speaks_it_unless_one_is_named():
    languages = ["en-GB", "es-US", "de-DE", "fr-FR", "pl-PL", "ro-RO", "es-AR"]
    voices = voices_of(languages, {"es-US": "alice"})
    assert voices["es-US"] == "alice" and "es-AR" not in voices and "en-US" in voices
    for language, voice in voices.items():
        assert known(voice) and speaks_language(voice, language), (language, voice)


def test_markup_is_looked_at_with_the_voice_that_is_chosen_for_the_language():
    assert found("'<emphasis>Press 0</emphasis> for a person.'")[0] == []  # Polly.Joanna takes it
    text = "'<emphasis>Press 0</emphasis> for a person.'"
    told, _ = found(f"{{en-US: {text}, ar-AE: {text}}}", "languages: [en-US, ar-AE]\n")
    assert {one.code for one in told} == {"markup_voice"} and "Polly.Hala-Neural" in told[0].message


def test_no_company_speaks_with_the_voice_of_a_child_unless_it_says_so():
    assert voices_of(["en-US", "de-DE"], {}) == {"en-US": "Polly.Joanna", "de-DE": "Polly.Hans"}
    assert voices_of(["en-US"], {"en-US": "Polly.Ivy"}) == {"en-US": "Polly.Ivy"}


@pytest.mark.parametrize(("voices", "told"), [("", True), ("voices: {es-AR: Polly.Lupe-Neural}\n", False)])
def test_a_language_without_any_voice_is_told_with_those_of_its_family_that_have_one(voices, told):
    settings = SETTINGS + "languages: [en-US, es-AR]\n" + voices
    loaded = read_book({"main.yaml": FLOW % "Press 0."}, read_settings(settings))
    missing = [one for one in loaded.problems if one.code == "voice_missing"]
    assert bool(missing) is told
    for problem in missing:
        assert problem.severity == "warning" and "es-ES, es-MX, es-US" in problem.remedy
