"""Everything that is said is said in the configured voice, in a language whose words it is."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ivr.engine.instructions import HangUp, Say
from ivr.service.agent_leg import ASK, GONE, JOIN, LegAnswer
from ivr.service.supervising.joining import PhoneAnswer
from ivr.service.talks.outside import OutsideAnswer
from webhooks import supervising, transfers
from webhooks.last_resort import WORDS, LastResort
from webhooks.twiml import Renderer
from webhooks.urls import Urls
from webhooks.whisper import Whisper

ROOT = Path(__file__).parents[2]
VOICES = {"en-US": "Polly.Joanna-Neural", "de-DE": "Polly.Vicki-Neural", "fr-FR": "Polly.Lea-Neural",
          "es-US": "Polly.Lupe-Neural"}  # fmt: skip
URLS = Urls("https://line.test")
RENDER = Renderer(URLS, VOICES, "+15550001000")
SOFT = Say("Still here.", "en-US", "<prosody volume='soft'>Still here.</prosody>")


def documents(language: str) -> list[str]:
    whisper = Whisper(URLS, RENDER, language)
    outside = transfers.Documents(URLS, RENDER, language, "Northwind")
    boss = supervising.Documents(URLS, RENDER, language)
    last = LastResort(URLS, language, [], "+15550001000", Path("none"), VOICES)
    return [
        whisper.document(LegAnswer(ASK, "o", queue="Support", name="Zed", waited_s=200)),
        whisper.document(LegAnswer(GONE, "o")),
        whisper.document(LegAnswer(JOIN, "o", called_back=True, room="o")),
        whisper.again("o", 1, ""),
        outside.of(OutsideAnswer("ask", "t")),
        outside.of(OutsideAnswer("gone", "t")),
        boss.of(PhoneAnswer("ask", "s", agent="Ann")),
        boss.of(PhoneAnswer("gone", "s")),
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
    document = Renderer(URLS, voices, "+15550001000")(HangUp((SOFT,)), "CA1", 1)
    [say] = says(document)
    assert (say.find("prosody") is not None) is marked
    assert "".join(say.itertext()) == "Still here."


def test_nothing_else_makes_a_say():
    made = re.compile(r"""GenericNode\(\s*["']Say["']|voice_response import .*\bSay\b|response\.say\(""")
    files = [*(ROOT / "webhooks").glob("*.py"), *(ROOT / "ivr").rglob("*.py"), ROOT / "server.py"]
    elsewhere = [path.name for path in files if made.search(path.read_text())]
    assert elsewhere == ["saying.py"]
