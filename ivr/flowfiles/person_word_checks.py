"""The company's own words for a person and for a supervisor: such as can be heard, and mean nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.engine.languages import KNOWN, language_of
from ivr.engine.spoken_input import phrases, said_yes, spoken_digits, spoken_key, words_in
from ivr.flowfiles.carrier_languages import is_known, meant
from ivr.flowfiles.problems import Problem, quoted
from ivr.flowfiles.pydantic_errors import Part

if TYPE_CHECKING:
    from ivr.settings import Settings

MOST_WORDS = 5


def check_person_words(settings: Settings, part: Part) -> list[Problem]:
    """Words that nobody could say, and words that mean something else already."""
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
    likely = meant(language)
    message = f"the phone company knows no language {quoted(language)}"
    remedy = f"did you mean {quoted(likely)}?" if likely else "write one of 'languages'"
    return [part.problem((setting, language), message, remedy, "language_unknown", at_key=True)]


def _wrong(word: str, language: str) -> tuple[str, str] | None:
    """(cause, remedy); None for a word that can be heard and means nothing else."""
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
