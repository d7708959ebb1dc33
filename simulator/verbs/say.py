"""<Say>: speaks text."""

from __future__ import annotations

import re
from typing import Any, ClassVar
from xml.etree.ElementTree import Element

from simulator.debugger_faults import TwimlFault
from simulator.script import Steps
from simulator.speech import break_seconds, seconds_to_say, spoken_text
from simulator.verbs.base import Attribute, DocumentRun, LegEnding, TwimlVerb, Warn, integer, refuse_children

ENDLESS = 1000
"""loop="0" means until the caller hangs up, at most a thousand times."""

LONGEST_TEXT = {"Polly": 3000, "Google": 5000, "": 4096}
"""Characters by kind of voice (error 13521)."""

SSML = {
    "break": {"strength", "time"},
    "emphasis": {"level"},
    "lang": {"xml:lang"},
    "p": set(),
    "phoneme": {"alphabet", "ph"},
    "prosody": {"pitch", "rate", "volume"},
    "s": set(),
    "say-as": {"format", "interpret-as", "role"},
    "sub": {"alias"},
    "w": {"role"},
}
"""SSML elements that Say allows, with their attributes."""

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def _voice(value: str) -> str:
    if not re.fullmatch(r"man|woman|alice|(Polly|Google)\.[A-Za-z0-9-]+", value):
        raise ValueError("not a known kind of voice")
    return value


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,4})+|[a-z]{2}", value):
        raise ValueError("not a language tag such as en-US")
    return value


class SayVerb(TwimlVerb):
    ATTRIBUTES: ClassVar[dict[str, Attribute]] = {
        "voice": Attribute(None, _voice, 13511),
        "language": Attribute(None, _language, 13512),
        "loop": integer(1, least=0, code=13510),
    }

    def __init__(self, element: Element, warn: Warn) -> None:
        super().__init__(element, warn)
        _check_ssml(element, warn)
        self.text = spoken_text(element)
        self.seconds = seconds_to_say(self.text) + break_seconds(element)
        if not self.text:
            raise TwimlFault(13520, "<Say> has no text")
        family, dot, _ = (self.options.voice or "").partition(".")
        longest = LONGEST_TEXT[family if dot else ""]
        if len(self.text) > longest:
            raise TwimlFault(13521, f"<Say> has {len(self.text)} characters; this voice takes {longest}")

    def run(self, execution: DocumentRun) -> Steps:
        for _ in range(self.options.loop or ENDLESS):
            yield from speak(execution, self.text, self.seconds)


class SpokenText(TwimlVerb):
    """A text/plain answer that is no TwiML: spoken, then the call ends."""

    def __init__(self, text: str) -> None:
        self.name = "Say"
        self.text = text

    def run(self, execution: DocumentRun) -> Steps:
        yield from speak(execution, self.text, seconds_to_say(self.text))
        return LegEnding()


def speak(execution: DocumentRun, text: str, seconds: float) -> Steps:
    """Say `text` to the listener; it is cut when the script is closed."""
    sound = execution.listener.hear_speech(text, seconds)
    try:
        yield from execution.sleep(seconds)
    finally:
        sound.stop()


def _check_ssml(element: Element, warn: Warn) -> None:
    for child in element:
        allowed: Any = SSML.get(child.tag)
        if allowed is None:
            warn(f"<{child.tag}> is not allowed inside <Say>")
            continue
        for name in child.attrib:
            if name.replace(_XML_LANG, "xml:lang") not in allowed:
                warn(f"<{child.tag}> has no attribute {name}")
        if child.tag == "break":
            refuse_children(child, warn)
        _check_ssml(child, warn)
