"""Whether words that somebody typed into a search are about one customer: by name, id, address or number.

Rather once too often than once too seldom: what is found is erased, and only the words of a search are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ivr.flowfiles.equivalents import equivalents

LEAST_DIGITS = 4
LEAST_LETTERS = 3
# Letters that Unicode does not take apart, and those that people write as two.
_BARE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_NUMBER = re.compile(r"\d(?:[\s().\-/]*\d)*")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class Person:
    """The names of a customer. `names` are meant by a part of them, `ids` (mail addresses too) by nothing
    less than all."""

    names: tuple[str, ...]
    ids: tuple[str, ...]
    numbers: tuple[str, ...]

    def is_meant_by(self, typed: Iterable[str]) -> bool:
        """Is one of these texts about them, or about a part of their name or number?"""
        return any(self._is_named(text) or self._is_numbered(text) for text in typed)

    def _is_named(self, text: str) -> bool:
        asked = _folded(text)
        for known in filter(None, map(_folded, self.ids)):
            if asked == known or (len(known) >= LEAST_LETTERS and known in asked):
                return True
        words = {word for name in self.names for word in _words(name)}
        return any(_overlap(one, word) for one in _words(text) for word in words)

    def _is_numbered(self, text: str) -> bool:
        ways = (_digits(way) for number in self.numbers for way in equivalents(number))
        known = [digits for digits in ways if len(digits) >= LEAST_DIGITS]
        for found in _NUMBER.findall(_TRUNK_ZERO.sub("", text)):
            asked = _digits(found)
            parts = {part for part in (asked, asked.lstrip("0")) if len(part) >= LEAST_DIGITS}
            if any(part in digits or digits in part for part in parts for digits in known):
                return True
        return False


def _overlap(asked: str, word: str) -> bool:
    """A search finds parts of names; and a name may have been typed with something behind it."""
    if len(asked) < LEAST_LETTERS and asked.isascii():
        return asked == word
    return asked in word or (len(word) >= LEAST_LETTERS and word in asked)


def _words(text: str) -> set[str]:
    """Its words, folded in both ways in which umlauts are typed: "Müller" is "muller" and "mueller"."""
    spelt_out = unicodedata.normalize("NFC", text.casefold()).translate(_SPELT_OUT)
    return {*re.findall(r"\w+", _folded(text)), *re.findall(r"\w+", _folded(spelt_out))}


def _folded(text: str) -> str:
    """Without case and accents."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in apart if not unicodedata.combining(one)).translate(_BARE).strip()


def _digits(text: str) -> str:
    """ASCII digits, whatever script they were typed in."""
    return "".join(str(unicodedata.digit(one)) for one in text if one.isdigit())
