"""Speaks text in the voice of its language: the one place in which a `Say` is made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar
from xml.etree import ElementTree

from twilio.twiml import GenericNode, TwiML  # type: ignore[import-untyped]

from ivr.engine.instructions import Say

T = TypeVar("T")
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
PLAIN_VOICES = ("man", "woman", "alice")  # they take no markup; nor may the account's own default


def clean(text: str) -> str:
    """Return text without the characters that XML 1.0 forbids; one of them would end the call."""
    return _FORBIDDEN.sub(" ", text)


def words_in(words: Mapping[str, T], language: str) -> tuple[T, str]:
    """Return the words of a language and the language they are in; English if there are none."""
    base = language.split("-")[0]
    return (words[base], language) if base in words else (words["en"], "en-US")


class Speaker:
    """Makes spoken text. `voices` maps a language to the carrier's name of a voice. Without one the account's
    default speaks, which may be a voice that fails on markup: it gets none."""

    def __init__(self, voices: Mapping[str, str]) -> None:
        self._voices = voices

    def __call__(self, prompt: Say) -> TwiML:
        attributes = {"language": prompt.language}
        voice = self._voices.get(prompt.language, "")
        if voice:
            attributes["voice"] = voice
        if prompt.markup and prompt.markup != prompt.text and voice and voice not in PLAIN_VOICES:
            fragment = ElementTree.fromstring(f"<Say>{clean(prompt.markup)}</Say>")  # noqa: S314 our own
            return _copied(fragment, attributes)
        return GenericNode("Say", clean(prompt.text), **attributes)

    def text(self, words: str, language: str) -> TwiML:
        """Return the engine's own words, without markup."""
        return self(Say(words, language))


def _copied(element: ElementTree.Element, attributes: Mapping[str, str]) -> TwiML:
    """Return the builder's copy of a parsed SSML fragment."""
    node = GenericNode(element.tag, element.text or "", **dict(attributes))
    for child in element:
        node.nest(_copied(child, child.attrib))
        if child.tail:
            node.append(child.tail)
    return node
