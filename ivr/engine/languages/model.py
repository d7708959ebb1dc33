"""The form of one language's data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


def listed(words: str) -> frozenset[str]:
    """Return words and phrases that are written one after the other with commas between."""
    return frozenset(word.strip() for word in words.split(",") if word.strip())


@dataclass(frozen=True, slots=True)
class SpokenForms:
    """Callers' words, in lower case. Accents do not matter.

    `person` and `supervisor` are words for somebody to talk to; `services` are such words which a menu may
    use for something of its own. `verbs` ask for them, and `around` are the words that stand around a
    request. `numbers` maps words to digits, from 0 to 99; `times` those that say the next digit more than
    once; `ordinals` and `signs` words to keys. `fillers` mean nothing beside a number, and `choosing` stand
    before the number of a key. What is `unsure` is neither yes nor no.
    """

    person: frozenset[str]
    services: frozenset[str]
    supervisor: frozenset[str]
    verbs: frozenset[str]
    around: frozenset[str]
    numbers: Mapping[str, str]
    times: Mapping[str, int]
    ordinals: Mapping[str, str]
    signs: Mapping[str, str]
    fillers: frozenset[str]
    choosing: frozenset[str]
    yes: frozenset[str]
    no: frozenset[str]
    unsure: frozenset[str]
    hints: tuple[str, ...] = ()
    hundred: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Language:
    """`press` and `zero` are regular expressions: a sentence with both tells the caller to press 0.

    `phrases` are templates as staff write them. `units` maps a currency to singular, plural, singular and
    plural of its hundredth. `clock` says how a time of day is spoken: 12 or 24 hours.
    """

    code: str
    phrases: Mapping[str, str]
    speech: SpokenForms
    press: str
    zero: str
    conjunction: str
    money_joint: str
    minus: str
    units: Mapping[str, tuple[str, str, str, str]]
    date: str
    date_with_year: str
    clock: int = 24
