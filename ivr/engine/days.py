"""Reads days of the week and dates as people write them: `mon-fri`, `Mon, Wed & Fri`, `2026-12-24`, `24
December 2026`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import NoReturn

from babel import Locale
from babel.core import UnknownLocaleError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAYS_EXAMPLE = "write mon, mon-fri or mon, wed, fri"
TITLES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALSO = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
GROUPS: dict[str, tuple[int, ...]] = {
    "daily": tuple(range(7)),
    "every day": tuple(range(7)),
    "everyday": tuple(range(7)),
    "weekdays": tuple(range(5)),
    "weekday": tuple(range(5)),
    "weekend": (5, 6),
    "weekends": (5, 6),
}
SHORTEST_WITH_S = 5  # Mondays, sábados: a short form has no plural
_DASH = "-\N{MINUS SIGN}~\N{HYPHEN BULLET}\N{MODIFIER LETTER MINUS SIGN}"
_TO = r"(?:up to|to|through|thru|until|till|'?til|bis|hasta|a|al|au|jusqu'au|jusqu'a)\b"
BETWEEN = rf"\s*(?:[{re.escape(_DASH)}]|\.\.\.?|{_TO})\s*"
"""Separators between the ends of a range, in folded text: a dash of any kind, or a word."""
_RANGE = re.compile(BETWEEN)
_AND = ("and", "und", "y", "e", "et")
_SIGNS = r"[,;/&+\N{ARABIC COMMA}\N{IDEOGRAPHIC COMMA}\N{KATAKANA MIDDLE DOT}]"
_FROM = re.compile(r"(?:from|von|del|de|du)\s+")
_WORD = re.compile(r"\w+|\S")


class NotDays(Exception):
    """The text contains no days. `offset` counts characters of the text as it was written."""

    def __init__(self, what: str, offset: int, hint: str = DAYS_EXAMPLE) -> None:
        super().__init__(what)
        self.what, self.offset, self.hint = what, offset, hint


def read_days(text: str, languages: Iterable[str] = ()) -> list[int]:
    """Return the days of the week in the text; Monday is 0. Raises NotDays."""
    return _Reader(Folded.of(text), names_of(tuple(languages))).days()


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in lower case, without accents and with one kind of dash and space; `origin` maps each character
    to its place in the original."""

    text: str
    origin: tuple[int, ...]
    written: str

    @classmethod
    def of(cls, written: str) -> Folded:
        letters: list[str] = []
        origin: list[int] = []
        for place, char in enumerate(written):
            folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", char).casefold())
            kept = [_plain(each) for each in folded if not _unseen(each)]
            letters += kept
            origin += [place] * len(kept)
        return cls("".join(letters), (*origin, len(written)), written)


def _unseen(char: str) -> bool:
    """Return whether a character is an accent, or an invisible mark of word processors."""
    return bool(unicodedata.combining(char)) or unicodedata.category(char) == "Cf"


def _plain(char: str) -> str:
    if unicodedata.category(char) == "Pd":
        return "-"
    return "'" if char == "’" else " " if char.isspace() else char


def fold(text: str) -> str:
    """Return a name in the form used for comparison."""
    return " ".join(Folded.of(text).text.replace(".", "").split())


@dataclass(frozen=True, slots=True)
class Names:
    """The names of days in some languages: folded name → the days it may mean, and words for "and"."""

    days: dict[str, frozenset[int]]
    pattern: re.Pattern[str]
    lists: re.Pattern[str]


@lru_cache(maxsize=64)
def names_of(languages: tuple[str, ...]) -> Names:
    """Return the names of days in English and in these languages, as far as CLDR has them."""
    days: dict[str, set[int]] = {name: {day} for name, day in ALSO.items()}
    for name, day in _names(["en", *languages]):
        days.setdefault(name, set()).add(day)
        if len(name) >= SHORTEST_WITH_S and name.isalpha():
            days.setdefault(name + "s", set()).add(day)
    words = "|".join(_spelled(name) for name in sorted({*days, *GROUPS}, key=len, reverse=True))
    joins = "|".join(map(re.escape, sorted({*_AND, *_joins(languages)}, key=len, reverse=True)))
    return Names(
        {name: frozenset(found) for name, found in days.items()},
        re.compile(rf"({words})(?!\w)(?:\.(?!\.))?"),
        re.compile(rf"\s*(?:{_SIGNS}\s*(?:(?:{joins})\b)?|(?:{joins})\b)\s*"),
    )


def _spelled(name: str) -> str:
    return r"[\s-]+".join(map(re.escape, re.split(r"[ -]", name)))


def locales(languages: Iterable[str]) -> Iterator[Locale]:
    """Yield CLDR's data for these languages, skipping unknown ones."""
    for tag in languages:
        try:
            yield Locale.parse(tag.replace("_", "-"), sep="-")
        except (UnknownLocaleError, ValueError):
            continue


def _names(languages: Iterable[str]) -> Iterator[tuple[str, int]]:
    for locale in locales(languages):
        for context in locale.days.values():
            for width, names in context.items():
                if width != "narrow":
                    yield from ((fold(name), day) for day, name in names.items())


def _joins(languages: Iterable[str]) -> Iterator[str]:
    for locale in locales(languages):
        pattern = locale.list_patterns.get("standard", {}).get("2", "")
        word = fold(re.sub(r"\{[01]\}", " ", pattern))
        if word.isalpha():
            yield word


class _Reader:
    """Reads one text from left to right: days and separators alternate, so that a word that could be both
    (`to` is Thursday in Swedish) is neither guessed nor refused."""

    def __init__(self, folded: Folded, names: Names) -> None:
        self._folded, self._names = folded, names
        self._text, self._at = folded.text.rstrip(), 0

    def days(self) -> list[int]:
        self._at = len(self._text) - len(self._text.lstrip())
        found: list[int] = []
        while True:
            begin = self._at
            for day in self._item():
                if day in found:
                    raise NotDays(f"{DAYS[day]} is given twice", self._folded.origin[begin], "keep one")
                found.append(day)
            if self._at == len(self._text):
                return found
            joined = self._names.lists.match(self._text, self._at)
            if not joined or joined.end() == self._at:
                self._fail_between()
            self._at = joined.end()

    def _item(self) -> tuple[int, ...]:
        """Read a day, a range of days, or a word for several."""
        if not self._names.pattern.match(self._text, self._at):
            start = _FROM.match(self._text, self._at)
            self._at = start.end() if start else self._at
        name = self._name()
        if name in GROUPS:
            return GROUPS[name]
        first = self._day(name)
        dash = _RANGE.match(self._text, self._at)
        if not dash:
            return (first,)
        self._at = dash.end()
        begin = self._at
        last = self._day(self._name())
        if last == first:
            hint = f"write {DAYS[first]}, or daily for all seven days"
            raise NotDays("this begins and ends on the same day", self._folded.origin[begin], hint)
        return tuple(day % 7 for day in range(first, last + 1 if last > first else last + 8))

    def _name(self) -> str:
        found = self._names.pattern.match(self._text, self._at)
        if not found:
            self._fail_for_day()
        self._at = found.end()
        return re.sub(r"\s+", " ", found[1])

    def _day(self, name: str) -> int:
        days = self._names.days.get(name) or self._names.days.get(name.replace(" ", "-"), frozenset())
        if len(days) == 1:
            return next(iter(days))
        place = self._folded.origin[self._at - len(name)]
        if not days:
            raise NotDays(f"'{name}' has no place in a range", place)
        several = " or ".join(TITLES[day] for day in sorted(days))
        raise NotDays(f"'{name}' may be {several}", place, "write its full name")

    def _fail_for_day(self) -> NoReturn:
        if self._at >= len(self._text):
            raise NotDays("a day is missing at the end", self._folded.origin[self._at])
        word, place = self._word()
        raise NotDays(f"'{word}' is not a day", place)

    def _fail_between(self) -> NoReturn:
        """Raise the error for text after a day that is no separator."""
        word, place = self._word()
        if _RANGE.match(self._text, self._at):
            raise NotDays(f"'{word}' is one too many", place, "write mon-wed, fri")
        if self._names.pattern.match(self._text, self._at + self._spaces()):
            hint = "write mon-fri for all days between, or mon, fri for these two"
            raise NotDays(f"nothing joins '{word}' to the day before it", place, hint)
        raise NotDays(f"'{word}' is not expected here", place)

    def _spaces(self) -> int:
        rest = self._text[self._at :]
        return len(rest) - len(rest.lstrip())

    def _word(self) -> tuple[str, int]:
        """Return the word at this place, as it was written, and its offset."""
        found = _WORD.search(self._text, self._at)
        begin, end = found.span() if found else (self._at, self._at)
        begin, end = self._folded.origin[begin], self._folded.origin[end - 1] + 1
        return self._folded.written[begin:end], begin


DATE_EXAMPLE = "write 2026-12-24, or 24 December 2026"
LONGEST_DAYS = 366
_ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
_COMPACT = re.compile(r"\d{8}")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|o|\.)? ?(?:of |de |del )?(\D+?),? ?(?:de |del )?(\d{4})")
_MONTH_FIRST = re.compile(r"(\D+?) ?(\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4}),? (\D+?) ?(\d{1,2})")
# A dash between two dates, and not one inside a date.
_UNSPACED = r"(?<=\d{4}-\d\d-\d\d)-|(?<= \d{4})-(?!\d\d?-\d)"
_BETWEEN = re.compile(
    rf" - | ?\.\.\.? ?| ?/ ?| (?:to|through|thru|until|till|bis|hasta|a|al|au|jusqu'au) |{_UNSPACED}"
)


class NotDate(Exception):
    """The text is not a date. `what` is wrong, `hint` says what to write."""

    def __init__(self, what: str, hint: str = DATE_EXAMPLE) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def read_dates(text: str, languages: Iterable[str] = ()) -> list[date]:
    """Return the date in the text, or all days from one date to another. Raises NotDate."""
    folded = " ".join(Folded.of(text).text.split())
    ends = [_read(part, tuple(languages)) for part in _BETWEEN.split(folded)]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or first is None or last is None:
        raise NotDate(f"'{text.strip()}' is not a date")
    days = (last - first).days + 1
    if len(ends) == 2 and days < 2:
        raise NotDate(f"'{text.strip()}' ends before it begins", "write the earlier date first")
    if days > LONGEST_DAYS:
        raise NotDate(f"'{text.strip()}' lasts longer than a year", "write the days of one year")
    return [first + timedelta(days=day) for day in range(days)]


def _read(text: str, languages: tuple[str, ...]) -> date | None:
    months = months_of(languages)
    try:
        if _ISO.fullmatch(text):
            return date(*map(int, text.split("-")))
        if _COMPACT.fullmatch(text):
            return date.fromisoformat(text)
        for form, order in ((_DAY_FIRST, (2, 1, 0)), (_MONTH_FIRST, (2, 0, 1)), (_YEAR_FIRST, (0, 1, 2))):
            found = form.fullmatch(text)
            if found:
                year, month, day = (found[place + 1] for place in order)
                named = months.get(month.replace(".", "").strip())
                return date(int(year), named, int(day)) if named else None
    except ValueError:
        return None
    return None


@lru_cache(maxsize=64)
def months_of(languages: tuple[str, ...]) -> dict[str, int]:
    """Return the names of months in English and in these languages, folded; an ambiguous name is left out."""
    found: dict[str, set[int]] = {"sept": {9}}
    for locale in locales(["en", *languages]):
        for context in locale.months.values():
            for width, names in context.items():
                if width != "narrow":
                    for month, name in names.items():
                        found.setdefault(fold(name), set()).add(month)
    return {name: next(iter(months)) for name, months in found.items() if len(months) == 1}
