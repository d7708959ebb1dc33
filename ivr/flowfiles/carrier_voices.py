"""Voices and languages of the phone company."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from ivr.flowfiles.carrier_lists import SPOKEN, UNDERSTOOD, VOICES

USUAL = {
    "en": "en-US",
    "es": "es-US",
    "fr": "fr-FR",
    "pt": "pt-BR",
    "zh": "zh-CN",
    "ar": "ar-AE",
    "nl": "nl-NL",
}
MISTAKEN = {"en-uk": "en-GB", "no": "nb-NO", "no-no": "nb-NO"}
"""Codes that people write for a language or a country, and the right ones."""
_LANGUAGES = {name.casefold(): name for name in SPOKEN | UNDERSTOOD}


def is_known(language: str) -> bool:
    """Return whether the phone company supports this language."""
    return language.casefold() in _LANGUAGES


def likely_language(language: str) -> str:
    """Return the language of the same family that is most likely meant, or ""."""
    mistaken = MISTAKEN.get(language.casefold(), "")
    if mistaken and is_known(mistaken):
        return mistaken
    family = language.split("-")[0].casefold()
    kin = sorted(
        name for name in _LANGUAGES.values() if name.split("-")[0].casefold() == family and "-" in name
    )
    usual = USUAL.get(family, f"{family}-{family.upper()}")
    return usual if usual in kin else kin[0] if kin else ""


# Amazon's list of voices; the name of a Google voice begins with its language.
POLLY = {
    "arb": "Zeina", "ar-AE": "Hala Zayd", "ca-ES": "Arlet", "cmn-CN": "Zhiyu", "cy-GB": "Gwyneth",
    "da-DK": "Mads Naja Sofie", "de-AT": "Hannah", "de-DE": "Daniel Hans Marlene Vicki",
    "en-AU": "Nicole Olivia Russell", "en-GB": "Amy Arthur Brian Emma", "en-GB-WLS": "Geraint",
    "en-IE": "Niamh", "en-IN": "Aditi Kajal Raveena", "en-NZ": "Aria", "en-US": "Danielle Gregory Ivy"
    " Joanna Joey Justin Kendra Kevin Kimberly Matthew Ruth Salli Stephen", "en-ZA": "Ayanda",
    "es-ES": "Conchita Enrique Lucia Sergio", "es-MX": "Andres Mia", "es-US": "Lupe Miguel Pedro Penelope",
    "fi-FI": "Suvi", "fr-BE": "Isabelle", "fr-CA": "Chantal Gabrielle Liam",
    "fr-FR": "Celine Lea Mathieu Remi", "hi-IN": "Aditi Kajal", "is-IS": "Dora Karl",
    "it-IT": "Adriano Bianca Carla Giorgio", "ja-JP": "Kazuha Mizuki Takumi Tomoko", "ko-KR": "Seoyeon",
    "nb-NO": "Ida Liv", "nl-BE": "Lisa", "nl-NL": "Laura Lotte Ruben", "pl-PL": "Ewa Jacek Jan Maja Ola",
    "pt-BR": "Camila Ricardo Thiago Vitoria", "pt-PT": "Cristiano Ines", "ro-RO": "Carmen",
    "ru-RU": "Maxim Tatyana", "sv-SE": "Astrid Elin", "tr-TR": "Burcu Filiz", "yue-CN": "Hiujin",
}  # fmt: skip
SAME = {"zh-CN": "cmn-CN", "zh-TW": "cmn-TW", "zh-HK": "yue-HK", "yue-CN": "yue-HK", "ar-XA": "arb"}
_GOOGLE = re.compile(r"Google\.([a-z]{2,3}-[A-Za-z]{2})-")
_POLLY = re.compile(r"Polly\.([^-]+)")
_VOICES = {name.casefold(): name for name in VOICES}

CHILDREN = ("Ivy", "Justin", "Kevin")
"""Amazon's voices of children."""
NO_EMPHASIS = ("-Neural", "-Generative")
"""Endings of voices that support neither <emphasis> nor a pitch."""


def known(voice: str) -> bool:
    return voice.casefold() in _VOICES


def languages_of(voice: str) -> tuple[str, ...]:
    """Return the languages that a voice speaks; none if it speaks many, or if unknown."""
    if found := _GOOGLE.match(voice):
        family, _, country = found[1].partition("-")
        return (f"{family}-{country.upper()}",)
    found = _POLLY.match(voice)
    name = _plain(found[1]) if found else ""
    return _polly_languages().get(name, ())


@cache
def _polly_languages() -> dict[str, tuple[str, ...]]:
    """Return the languages of each of Amazon's voices, by its plain name."""
    spoken: dict[str, tuple[str, ...]] = {}
    for language, names in POLLY.items():
        for name in dict.fromkeys(_plain(names).split()):
            spoken[name] = (*spoken.get(name, ()), language)
    return spoken


def speaks_language(voice: str, language: str) -> bool:
    """Return whether a voice speaks a language, as far as is known."""
    spoken = {SAME.get(each, each) for each in languages_of(voice)}
    return not spoken or SAME.get(language, language) in spoken


def voices_of(languages: Iterable[str], named: Mapping[str, str]) -> dict[str, str]:
    """Return the voice in which each language is spoken: the one `named` for it, else one that speaks it.

    A language without a voice is left to the account's own. English is included for sentences that a language
    lacks.
    """
    wanted = {language: _usual(language) for language in (*languages, "en-US")}
    return {language: voice for language, voice in wanted.items() if voice} | dict(named)


@cache
def _usual(language: str) -> str:
    """Return a voice of this language: an adult voice of Amazon's that supports every tag, else any,
    else ""."""
    fitting = [name for name in VOICES if languages_of(name) and speaks_language(name, language)]

    def later(name: str) -> tuple[bool, bool, bool, str]:
        child = name.removeprefix("Polly.").split("-")[0] in CHILDREN
        return not name.startswith("Polly."), child, name.endswith(NO_EMPHASIS), name

    return min(fitting, key=later, default="")


def nearest(voice: str, language: str) -> str:
    """Return the voice of this language with the most similar name, or ""."""
    kin = sorted(name for name in VOICES if languages_of(name) and speaks_language(name, language))
    near = get_close_matches(voice.casefold(), [name.casefold() for name in kin], n=1, cutoff=0.6)
    if near:
        return _VOICES[near[0]]
    return max(kin, key=lambda name: (name.endswith("-Neural"), name.startswith("Polly.")), default="")


def languages_with_voice(language: str) -> list[str]:
    """Return the languages of the same family that have a voice."""
    family = language.split("-")[0]
    return sorted(name for name in SPOKEN if name.split("-")[0] == family and nearest("", name))


def _plain(name: str) -> str:
    """Return a name in lower case without accents, since both spellings are in use."""
    parts = unicodedata.normalize("NFD", name.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char))
