"""Checks of languages and callers' words that the engine does not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ivr.engine.languages import KNOWN, language_of, speaks
from ivr.engine.phrases import PHRASE_NAMES
from ivr.engine.spoken_input import phrases, said_yes, spoken_digits, spoken_key, words_in
from ivr.flowfiles.carrier_voices import is_known, likely_language
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath
from ivr.settings import Settings

MOST_WORDS = 5


def check_person_words(settings: Settings, part: Part) -> list[Problem]:
    """Report words that nobody could say, and words that already mean something else."""
    found = []
    for setting in ("person_words", "supervisor_words"):
        for language, words in getattr(settings, setting).items():
            found += _language(settings, part, setting, language)
            for place, word in enumerate(words):
                if wrong := _wrong(word, language):
                    message, remedy = wrong
                    inside = (setting, language, place)
                    found.append(part.problem(inside, message, remedy, "person_word"))
    return found


def _language(settings: Settings, part: Part, setting: str, language: str) -> list[Problem]:
    families = {one.split("-")[0] for one in settings.languages}
    if is_known(language) or language in families | set(KNOWN):
        return []
    likely = likely_language(language)
    message = f"the phone company knows no language {quoted(language)}"
    remedy = f"did you mean {quoted(likely)}?" if likely else "write one of 'languages'"
    return [part.problem((setting, language), message, remedy, "language_unknown", at_key=True)]


def _wrong(word: str, language: str) -> tuple[str, str] | None:
    """Return (cause, remedy); None for a word that can be heard and has no other meaning."""
    words, spoken = words_in(word), language_of(language).speech
    shown = quoted(word)
    if not words:
        return f"{shown} is no word", "write what callers say"
    if len(words) > MOST_WORDS:
        return f"{shown} has more than {MOST_WORDS} words", "write the name alone, as in: concierge"
    if spoken_key(word, language) or spoken_digits(word, language):
        return f"{shown} is the number of a key", "take it out: 0 leads to a person by itself"
    if said_yes(word, language) is not None:
        return f"{shown} answers yes or no", "write a name for somebody to talk to"
    around = phrases(spoken.around | spoken.verbs)
    if all((one,) in around for one in words):
        return f"{shown} stands around every request", "write a name for somebody to talk to"
    return None


MOST_NAMED = 30
WITH_COUNTRY = "write a language and its country, like en-US"


def check_languages(drafts: list[Draft], settings: Settings, *, whole: bool) -> list[Problem]:
    """Return one warning for each language of the company, and for each that only a flow speaks. `whole` is
    False when config.yaml is not being checked."""
    found = []
    if whole:
        part = Part(settings.document, (), ("settings",))
        found += [
            _unspoken(part, ("languages", place), language, missing)
            for place, language in enumerate(settings.languages)
            if (missing := missing_phrases(language, settings))
        ]
    for read in drafts:
        found += unknown_languages(read.part, (read.head and read.head.languages) or ())
    for read, place, language in _of_flows(drafts, settings, whole):
        missing = missing_phrases(language, settings)
        found += [_unspoken(read.part, ("languages", place), language, missing)] if missing else []
    return found


def unknown_languages(part: Part, languages: Iterable[str]) -> Iterator[Problem]:
    """Report codes that the phone company does not know, at their place under `languages`."""
    for place, language in enumerate(languages):
        if not is_known(language):
            likely = likely_language(language)
            message = f"the phone company knows no language {quoted(language)}"
            remedy = f"did you mean {quoted(likely)}?" if likely else WITH_COUNTRY
            yield part.problem(("languages", place), message, remedy, "language_unknown")


def missing_phrases(language: str, settings: Settings) -> list[str]:
    """Return the sentences that callers of this language would hear in English."""
    if speaks(language) or not is_known(language):
        return []
    given = {
        name
        for tag in (language, language.split("-")[0])
        for name in settings.phrases.get(tag, {})
    }  # fmt: skip
    return [name for name in PHRASE_NAMES if name not in given]


def _of_flows(drafts: list[Draft], settings: Settings, whole: bool) -> Iterator[tuple[Draft, int, str]]:
    """Yield languages that only a flow names, unless they were reported for config.yaml."""
    blamed = set(settings.languages) if whole else set()
    for read in drafts:
        named = read.head.languages if read.head else None
        for place, language in enumerate(named or ()):
            if language not in blamed:
                yield read, place, language


def _unspoken(part: Part, inside: KeyPath, language: str, missing: list[str]) -> Problem:
    names = ", ".join(missing[:MOST_NAMED]) + (", …" if len(missing) > MOST_NAMED else "")
    total = len(PHRASE_NAMES)
    count = f"all {total}" if len(missing) == total else f"{len(missing)} of {total}"
    message = (
        f"the engine has no sentences in {quoted(language)}, and callers would hear {count} in English; "
        f"missing under phrases: {names}"
    )
    remedy = f"write them under phrases › {language} in config.yaml; docs/phrases.md has them all in English"
    return part.problem(inside, message, remedy, "language_unspoken", severity=WARNING)
