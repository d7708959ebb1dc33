"""Data that differs by language: the engine's own sentences, words for a person, ways of saying values.

One file per language. To add a language, add a file and one line to KNOWN.
"""

from __future__ import annotations

from ivr.engine.languages.de import GERMAN
from ivr.engine.languages.en import ENGLISH
from ivr.engine.languages.es import SPANISH
from ivr.engine.languages.fr import FRENCH
from ivr.engine.languages.model import Language

KNOWN: dict[str, Language] = {"en": ENGLISH, "es": SPANISH, "de": GERMAN, "fr": FRENCH}


def speaks(tag: str) -> bool:
    """Return whether the engine has sentences of its own in this language."""
    return _family(tag) in KNOWN


def _family(tag: str) -> str:
    return tag.replace("_", "-").split("-")[0].lower()


def language_of(tag: str) -> Language:
    """Return the data for a tag such as es-US; English for an unknown language."""
    return KNOWN.get(_family(tag), ENGLISH)


__all__ = ["KNOWN", "Language", "language_of", "speaks"]
