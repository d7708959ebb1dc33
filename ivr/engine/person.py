"""Has the caller asked for a person? Decided here once, so that no step can forget it (promise 1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ivr.engine.events import DigitsPressed, Event, RecordingEnded, SpeechHeard
from ivr.engine.languages import KNOWN, language_of, speaks

_WORD = r"\w+(?:'\w+)*"
ZERO_WORDS = frozenset({"0", "zero", "cero", "null"})


def asks_for_person(event: Event, language: str, keys: int | None = 1) -> bool:
    """True for a lone 0, for a 0 first when one key was asked, for 0 ending a recording, for a word for a
    person.

    `keys` is how many keys were asked for; None for any number.
    """
    if isinstance(event, DigitsPressed):
        return event.digits == "0" or (keys == 1 and event.digits.startswith("0"))
    if isinstance(event, RecordingEnded):
        return event.key == "0"
    return isinstance(event, SpeechHeard) and wants_person(event.text, language)


def wants_person(speech: str, language: str) -> bool:
    """True when the caller said a word for a person, in their language or in English, or just said zero."""
    words = re.findall(_WORD, plain(speech))
    if len(words) == 1 and words[0] in ZERO_WORDS:
        return True
    known = {plain(word) for word in language_of(language).person | KNOWN["en"].person}
    return not known.isdisjoint(words)


def says_one_of(speech: str, wanted: Iterable[str]) -> bool:
    """True when one of the wanted words or phrases was said, as whole words; case and accents do not
    matter."""
    said = f" {' '.join(re.findall(_WORD, plain(speech)))} "
    return any(
        f" {' '.join(re.findall(_WORD, plain(phrase)))} " in said for phrase in wanted if phrase.strip()
    )


def announces_zero(text: str, language: str) -> bool:
    """True when one of the first two sentences tells the caller to press 0. In a language that we do not
    speak a 0 by itself is taken for that."""
    spoken = language_of(language)
    return any(
        re.search(spoken.press, sentence, re.IGNORECASE) and re.search(spoken.zero, sentence, re.IGNORECASE)
        if speaks(language)
        else any(number.isdecimal() and int(number) == 0 for number in re.findall(r"\b\d\b", sentence))
        for sentence in sentences(text)[:2]
    )


def sentences(text: str) -> list[str]:
    """The sentences of a plain text."""
    return [part for part in re.split(r"(?<=[.!?…])\s+", text.strip()) if part]


def plain(text: str) -> str:
    """Lower case without accents: recognisers are not consistent about either."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))
