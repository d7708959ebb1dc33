"""Reads what a caller said as digits, as a key, or as yes or no. Nothing is guessed: one word too many makes
it none of them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ivr.engine.events import DigitsPressed, Event, SpeechHeard
from ivr.engine.languages import language_of
from ivr.engine.languages.model import SpokenForms

WORD = r"\w+(?:'\w+)*"
SHORT = 6  # words: a longer utterance is not just yes or no
YES, NO = "1", "2"
PLAINLY_YES = frozenset({"yes", "yeah", "si", "ja", "oui"})
SIGHS = (["o"], ["oh"])
Phrases = dict[tuple[str, ...], str]


def plain(text: str) -> str:
    """Return the text in lower case without accents, since recognisers are not consistent about either."""
    folded = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def words_in(text: str) -> list[str]:
    """Return the words that were said, in plain form."""
    return re.findall(WORD, plain(text))


def spoken_digits(text: str, language: str) -> str:
    """Return the digits said one by one, in pairs or as numerals: "it's four oh 55" is 4055. "" if anything
    else was said."""
    speech = language_of(language).speech
    numbers, times, skipped = _numbers(speech), _times(speech), phrases(speech.fillers)
    words, digits, repeat, at = words_in(text), "", 1, 0
    if words in SIGHS:
        return ""
    while at < len(words):
        found, more = longest(words, at, numbers), longest(words, at, times)
        if more and (not found or more[0] > found[0]):
            repeat, at = int(more[1]), at + more[0]
        elif found or words[at].isdecimal():
            value = found[1] if found else words[at]
            if repeat > 1 and len(value) != 1:
                return ""
            digits, repeat, at = digits + value * repeat, 1, at + (found[0] if found else 1)
        elif longest(words, at, phrases(speech.hundred)) and digits and at == len(words) - 1:
            digits, at = digits + "00", at + 1
        elif filler := longest(words, at, skipped):
            at += filler[0]
        else:
            return ""
    return digits if repeat == 1 and digits.isascii() else ""


def spoken_key(text: str, language: str) -> str:
    """Return the key whose number (or sign) was said, alone or after words such as "press" and "option"; else
    ""."""
    speech = language_of(language).speech
    words = words_in(text)
    names: Phrases = {**_phrases(speech.ordinals), **_phrases(speech.signs), **_numbers(speech)}
    around = {**phrases(speech.fillers), **phrases(speech.choosing)}
    if words in SIGHS:
        return ""
    ordinals = _phrases(speech.ordinals)
    keys, at = [], 0
    while at < len(words):
        if found := longest(words, at, names):
            if not (found[1] == "1" and at and tuple(words[at - 1 : at]) in ordinals):  # "the second one"
                keys.append(found[1])
            at += found[0]
        elif words[at].isdecimal():
            keys.append(words[at])
            at += 1
        elif filler := longest(words, at, around):
            at += filler[0]
        else:
            return ""
    return keys[0] if len(keys) == 1 and len(keys[0]) == 1 else ""


def said_yes(text: str, language: str) -> bool | None:
    """Return True for yes, False for no, None for neither or for both."""
    speech, words = language_of(language).speech, words_in(text)
    if not words or len(words) > SHORT:
        return None
    said = set(_answers(words, speech))
    if "unsure" in said:
        return None
    if "no" in said:
        return None if words[0] in PLAINLY_YES else False  # "yes no"
    return True if "yes" in said else None


def key_given(event: Event, language: str) -> str:
    """Return the keys that were pressed, or the key whose number was said; "" for neither."""
    if isinstance(event, DigitsPressed):
        return event.digits
    return spoken_key(event.text, language) if isinstance(event, SpeechHeard) else ""


def agreement(event: Event, language: str) -> str:
    """Return the same where key 1 means yes and key 2 means no."""
    key = key_given(event, language)
    if key or not isinstance(event, SpeechHeard):
        return key
    return {True: YES, False: NO, None: ""}[said_yes(event.text, language)]


def _answers(words: list[str], speech: SpokenForms) -> Iterator[str]:
    """Yield what each phrase means; the longest counts, so that "no problem" is a yes and "not sure" is
    neither."""
    kinds = {"yes": phrases(speech.yes), "no": phrases(speech.no), "unsure": phrases(speech.unsure)}
    at = 0
    while at < len(words):
        found = [(match[0], kind) for kind, known in kinds.items() if (match := longest(words, at, known))]
        length, kind = max(found, default=(1, ""))
        if kind:
            yield kind
        at += length


def longest(words: list[str], at: int, known: Phrases) -> tuple[int, str] | None:
    """Return (how many words, what they mean) of the longest phrase that begins at this place."""
    for length in range(min(5, len(words) - at), 0, -1):
        meaning = known.get(tuple(words[at : at + length]))
        if meaning is not None:
            return length, meaning
    return None


def _phrases(named: Mapping[str, object]) -> Phrases:
    return _kept(tuple((str(name), str(value)) for name, value in named.items()))


def phrases(written: frozenset[str]) -> Phrases:
    """Return words and phrases in the form in which they are looked for among spoken words."""
    return _kept(tuple((phrase, "") for phrase in sorted(written)))


def _numbers(speech: SpokenForms) -> Phrases:
    return _phrases(speech.numbers)


def _times(speech: SpokenForms) -> Phrases:
    return _phrases(speech.times)


@lru_cache(maxsize=64)
def _kept(pairs: tuple[tuple[str, str], ...]) -> Phrases:
    return {tuple(words_in(phrase)): meaning for phrase, meaning in pairs}
