"""Everything that is said is said in the configured voice, in a language whose words it is."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.engine.instructions import LETTERS_PER_SECOND, HangUp, Say
from ivr.service.agent_leg import ASK, GONE, JOIN, LegAnswer
from ivr.service.conversations.transfer_leg import TransferLegAnswer
from ivr.service.supervision.monitoring import SupervisorLegAnswer
from webhooks import supervision, transfers
from webhooks.fallback_twiml import MOST_AGAIN, WORDS, FallbackTwiml
from webhooks.twiml import TwimlRenderer
from webhooks.urls import Urls
from webhooks.whisper import Whisper

ROOT = Path(__file__).parents[2]
VOICES = {"en-US": "Polly.Joanna-Neural", "de-DE": "Polly.Vicki-Neural", "fr-FR": "Polly.Lea-Neural",
          "es-US": "Polly.Lupe-Neural"}  # fmt: skip
URLS = Urls("https://line.test")
RENDER = TwimlRenderer(URLS, VOICES, "+15550001000")
SOFT = Say("Still here.", "en-US", "<prosody volume='soft'>Still here.</prosody>")


def documents(language: str) -> list[str]:
    whisper = Whisper(URLS, RENDER, language)
    outside = transfers.TransferDocuments(URLS, RENDER, language, "Northwind")
    boss = supervision.SupervisionDocuments(URLS, RENDER, language)
    last = FallbackTwiml(URLS, [language], [], "+15550001000", Path("none"), VOICES)
    return [
        whisper.document(LegAnswer(ASK, "o", queue="Support", name="Zed", waited_s=200)),
        whisper.document(LegAnswer(GONE, "o")),
        whisper.document(LegAnswer(JOIN, "o", called_back=True, room="o")),
        whisper.again("o", 1, ""),
        outside.document(TransferLegAnswer("ask", "t")),
        outside.document(TransferLegAnswer("gone", "t")),
        boss.document(SupervisorLegAnswer("ask", "s", agent="Ann")),
        boss.document(SupervisorLegAnswer("gone", "s")),
        last.one_moment(1, "CA1", 1, "input", "-"),
        last.rescue("CA1"),
        last.goodbye(),
        last.called_back("https://line.test/x", 99),
        RENDER(HangUp((Say("Bye.", language),)), "CA1", 1),
    ]


def says(document: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(document).iter("Say"))


@pytest.mark.parametrize("language", VOICES)
def test_every_document_speaks_with_the_configured_voice(language):
    for document in documents(language):
        found = says(document)
        assert found, document
        for say in found:
            assert (say.get("language"), say.get("voice")) == (language, VOICES[language]), document


@pytest.mark.parametrize("language", VOICES)
def test_the_last_resort_has_words_in_every_language_that_the_line_speaks(language):
    mine, english = documents(language)[8:12], documents("en-US")[8:12]
    if language != "en-US":
        assert all(a.text != b.text for a, b in zip(map(_first, mine), map(_first, english), strict=True))
    assert {frozenset(words) for words in WORDS.values()} == {frozenset(WORDS["en"])}


def _first(document: str) -> ElementTree.Element:
    return says(document)[0]


IN_TURN = [
    (["en-US", "es-US"], ["en-US", "es-US"]),
    (["de-DE", "fr-FR", "en-GB", "en-US"], ["de-DE", "fr-FR", "en-GB"]),
    (["es-US", "nl-NL"], ["es-US", "en-US"]),
    (["nl-NL", "de-DE"], ["en-US", "de-DE"]),
    (["nl-NL", "en-GB", "pt-BR"], ["en-GB"]),
]


@pytest.mark.parametrize(("languages", "heard"), IN_TURN)
def test_the_last_resort_speaks_every_language_of_the_line_in_turn(languages, heard):
    last = FallbackTwiml(URLS, languages, [], "+15550001000", Path("none"), VOICES)
    for document in (
        last.one_moment(0, "CA1", 1, "input", "-"), last.one_moment(99, "CA1", 1, "input", "-"),
        last.rescue("CA1"), last.resume("CA1"), last.emergency("CA1"), last.dial(0), last.goodbye(),
        last.called_back("https://line.test/x", 1), last.called_back("https://line.test/x", 99),
    ):  # fmt: skip
        assert [say.get("language") for say in says(document)] == heard, document
        assert [say.get("voice") for say in says(document)] == [VOICES.get(tag) for tag in heard]
    again = [last.one_moment(times, "CA1", 1, "input", "-") for times in range(1, len(heard) + 1)]
    assert sorted(say.get("language") for each in again for say in says(each)) == sorted(heard)


@pytest.mark.parametrize(("languages", "heard"), IN_TURN)
def test_a_call_whose_language_is_known_hears_that_one_alone_and_goes_on_hearing_it(languages, heard):
    every = FallbackTwiml(URLS, languages, [], "+15550001000", Path("none"), VOICES)
    for language in languages:
        last = every.speaking(language)
        spoken = language if language[:2] in WORDS else "en-US"
        for document in (
            last.one_moment(0, "CA1", 1, "input", "-"), last.one_moment(1, "CA1", 1, "input", "-"),
            last.rescue("CA1"), last.resume("CA1"), last.emergency("CA1"), last.dial(0),
        ):  # fmt: skip
            assert [say.get("language") for say in says(document)] == [spoken], document
            actions = re.findall(r"https://line.test(/voice/[^<\"]*)", document)
            assert all(path.startswith(f"/voice/in/{language}/") for path in actions) and actions


def length(document: str) -> float:
    """Seconds that it takes when nobody presses a key: its words, and its patience."""
    words = sum(len(say.text) for say in says(document)) / LETTERS_PER_SECOND
    gathers = ElementTree.fromstring(document).iter("Gather")
    return words + sum(int(gather.get("timeout")) for gather in gathers)


@pytest.mark.parametrize("others", [["es-US"], ["de-DE"], ["fr-FR"], ["es-US", "de-DE", "fr-FR"]])
def test_a_person_is_reached_about_as_soon_with_several_languages_as_with_one(others):
    def until_the_first_number(languages: list[str]) -> float:
        last = FallbackTwiml(URLS, languages, [], "+15550001000", Path("none"), VOICES)
        tries = [last.one_moment(number, "CA1", 1, "input", "-") for number in range(MOST_AGAIN + 1)]
        return sum(map(length, tries))

    alone, together = until_the_first_number(["en-US"]), until_the_first_number(["en-US", *others])
    assert together - alone < 3 * len(others)


def test_keys_count_while_it_is_said_in_any_language():
    last = FallbackTwiml(URLS, ["en-US", "es-US"], [], "+15550001000", Path("none"), VOICES)
    for document in (
        last.one_moment(0, "CA1", 1, "input", "-"), last.one_moment(1, "CA1", 1, "input", "-"),
        last.rescue("CA1"), last.resume("CA1"), last.emergency("CA1"), last.dial(0),
    ):  # fmt: skip
        gathers = list(ElementTree.fromstring(document).iter("Gather"))
        assert [say for gather in gathers for say in gather.iter("Say")] and len(gathers) == 1
        assert len(list(gathers[0].iter("Say"))) == len(says(document)), "nothing is said that no key ends"


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en-US", ["One moment, please.", "We will put you through to a person.", "Please leave your name,"
                   " your number and a message after the tone.", "Somebody will call you back."]),
        ("es-US", ["Un momento, por favor.", "Le pasamos con una persona.", "Deje su nombre, su número y un"
                   " mensaje después de la señal.", "Alguien le devolverá la llamada."]),
        ("de-DE", ["Einen Moment, bitte.", "Wir verbinden Sie mit einem Menschen.", "Bitte hinterlassen Sie"
                   " nach dem Ton Ihren Namen, Ihre Nummer und eine Nachricht.", "Jemand ruft Sie zurück."]),
        ("fr-FR", ["Un instant, s’il vous plaît.", "Nous vous passons quelqu’un.", "Veuillez laisser votre"
                   " nom, votre numéro et un message après le signal.", "Quelqu’un vous rappellera."]),
    ],
)  # fmt: skip
def test_of_several_languages_each_says_the_sentence_that_counts(language, sentences):
    other = "es-US" if language == "en-US" else "en-US"
    last = FallbackTwiml(URLS, [other, language], [], "+15550001000", Path("none"), VOICES)
    said = [last.resume("CA1"), last.rescue("CA1"), last.dial(0), last.goodbye()]
    assert [says(document)[1].text for document in said] == sentences


def test_words_that_we_do_not_have_are_english_and_say_so():
    for document in documents("nl-NL")[:-1]:
        for say in says(document):
            assert (say.get("language"), say.get("voice")) == ("en-US", VOICES["en-US"])


@pytest.mark.parametrize(
    ("voices", "marked"),
    [({}, False), ({"en-US": "alice"}, False), ({"en-US": "man"}, False), ({"es-US": "Polly.Lupe"}, False),
     (VOICES, True), ({"en-US": "Google.en-US-Standard-A"}, True)],
)  # fmt: skip
def test_no_markup_where_the_voice_takes_none(voices, marked):
    document = TwimlRenderer(URLS, voices, "+15550001000")(HangUp((SOFT,)), "CA1", 1)
    [say] = says(document)
    assert (say.find("prosody") is not None) is marked
    assert "".join(say.itertext()) == "Still here."


def test_nothing_else_makes_a_say():
    made = re.compile(r"""GenericNode\(\s*["']Say["']|voice_response import .*\bSay\b|response\.say\(""")
    files = [*(ROOT / "webhooks").glob("*.py"), *(ROOT / "ivr").rglob("*.py"), ROOT / "server.py"]
    elsewhere = [path.name for path in files if made.search(path.read_text())]
    assert elsewhere == ["speech.py"]
