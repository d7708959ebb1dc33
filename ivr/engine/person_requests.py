"""Decides whether the caller has asked for a person. Decided here once, so that no step can forget it
(promise 1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from ivr.engine.context import CallContext
from ivr.engine.events import DigitsPressed, Event, RecordingEnded, SpeechHeard
from ivr.engine.languages import KNOWN, language_of, speaks
from ivr.engine.languages.model import SpokenForms
from ivr.engine.spoken_input import SHORT, Phrases, longest, phrases, spoken_key, words_in


def asks_for_person(
    event: Event, language: str, keys: int | None = 1, context: CallContext | None = None
) -> bool:
    """Return whether the event asks for a person: a lone 0, a 0 first when one key was asked, 0 ending a
    recording, or a word for a person.

    `keys` is how many keys were asked for; None for any number. `context` has the company's own words.
    """
    if isinstance(event, DigitsPressed):
        return event.digits == "0" or (keys == 1 and event.digits.startswith("0"))
    if isinstance(event, RecordingEnded):
        return event.key == "0"
    return isinstance(event, SpeechHeard) and wants_person(event.text, language, context)


def wants_person(speech: str, language: str, context: CallContext | None = None) -> bool:
    """Return whether the caller asked for somebody to talk to, in their language or in English, or said
    zero."""
    if spoken_key(speech, language) == "0" and len(words_in(speech)) <= SHORT:
        return True
    return _asks_for_any(speech, language, context, lambda one: one.person | one.services | one.supervisor)


def wants_service(speech: str, language: str, context: CallContext | None = None) -> bool:
    """Return whether they asked for it by a name that a menu may use for something else: a service, or the
    company's own word."""
    return _asks_for_any(speech, language, context, lambda one: one.services)


def wants_supervisor(speech: str, language: str, context: CallContext | None = None) -> bool:
    """Return whether they asked for a supervisor, a manager or similar."""
    own = frozenset(_in_language(context.supervisor_words, language) if context else ())
    return _wants(speech, language, lambda one: one.supervisor, own)


def own_words(language: str, context: CallContext) -> tuple[str, ...]:
    """Return the company's own words for a person and for a supervisor, in this language and its family."""
    return tuple(
        word
        for words in (context.person_words, context.supervisor_words)
        for word in _in_language(words, language)
    )


def _in_language(words: Mapping[str, Sequence[str]], language: str) -> list[str]:
    tags = dict.fromkeys((language, language.split("-")[0]))
    return [word for tag in tags for word in words.get(tag, ())]


def _asks_for_any(
    speech: str, language: str, context: CallContext | None, known: Callable[[SpokenForms], frozenset[str]]
) -> bool:
    return _wants(speech, language, known, frozenset(own_words(language, context) if context else ()))


def _wants(
    speech: str, language: str, known: Callable[[SpokenForms], frozenset[str]], own: frozenset[str]
) -> bool:
    """Return whether a word was asked for. Without data for the language, the company's own word counts in
    any short sentence."""
    if not speaks(language) and len(words_in(speech)) <= SHORT and says_one_of(speech, own):
        return True
    return any(_asks_for(speech, known(one) | own, one) for one in _spoken(language))


def _spoken(language: str) -> tuple[SpokenForms, ...]:
    own, english = language_of(language).speech, KNOWN["en"].speech
    return (own,) if own is english else (own, english)


def _asks_for(speech: str, wanted: frozenset[str], known: SpokenForms) -> bool:
    """Return whether the words are only such a name with the usual words around a request, or contain a
    request for it. "Mr. Human" and "human resources" are neither."""
    words = words_in(speech)
    names, around = phrases(wanted), phrases(known.around)
    verbs = phrases(known.verbs)
    marks = _marks(words, names, around, verbs)
    if "name" not in marks:
        return False
    if "other" not in marks:
        return True
    asked = "".join({"name": "n", "verb": "v", "around": ".", "other": "x"}[mark] for mark in marks)
    return re.search(r"v[v.]{0,6}n|n\.{0,4}v", asked) is not None


def _marks(words: list[str], names: Phrases, around: Phrases, verbs: Phrases) -> list[str]:
    """Return the role of each phrase of the utterance: a wanted name, a verb, around a request, or other."""
    marks, at = [], 0
    while at < len(words):
        kinds = (("name", names), ("verb", verbs), ("around", around))
        found = [(longest(words, at, which), kind) for kind, which in kinds]
        best = max(((match[0], kind) for match, kind in found if match), default=(1, "other"), key=_length)
        marks.append(best[1])
        at += best[0]
    return marks


def _length(found: tuple[int, str]) -> int:
    return found[0]


def says_one_of(speech: str, wanted: Iterable[str]) -> bool:
    """Return whether one of the wanted words or phrases was said, as whole words; case and accents do not
    matter."""
    said = f" {' '.join(words_in(speech))} "
    return any(f" {' '.join(words_in(phrase))} " in said for phrase in wanted if phrase.strip())


def announces_zero(text: str, language: str) -> bool:
    """Return whether one of the first two sentences tells the caller to press 0. In a language without data a
    0 by itself counts."""
    spoken = language_of(language)
    return any(
        re.search(spoken.press, sentence, re.IGNORECASE) and re.search(spoken.zero, sentence, re.IGNORECASE)
        if speaks(language)
        else any(number.isdecimal() and int(number) == 0 for number in re.findall(r"\b\d\b", sentence))
        for sentence in sentences(text)[:2]
    )


def sentences(text: str) -> list[str]:
    """Return the sentences of a plain text."""
    return [part for part in re.split(r"(?<=[.!?…])\s+", text.strip()) if part]
