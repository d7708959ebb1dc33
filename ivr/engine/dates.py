"""Dates as people write them: `2026-12-24`, `24 December 2026`, `Dec 24, 2026`, and from one to another.

Day, month and year in digits alone are told apart only in the form 2026-12-24; everything else is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache

from ivr.engine.days import Folded, fold, locales

EXAMPLE = "write 2026-12-24, or 24 December 2026"
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
    """What is written is no date. `what` is wrong, `hint` says what to write."""

    def __init__(self, what: str, hint: str = EXAMPLE) -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


def read_dates(text: str, languages: Iterable[str] = ()) -> list[date]:
    """The date that is written, or all days from one date to another. Raises NotDate."""
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
    """What months are called in English and in these languages, folded; a name that may be two is none."""
    found: dict[str, set[int]] = {"sept": {9}}
    for locale in locales(["en", *languages]):
        for context in locale.months.values():
            for width, names in context.items():
                if width != "narrow":
                    for month, name in names.items():
                        found.setdefault(fold(name), set()).add(month)
    return {name: next(iter(months)) for name, months in found.items() if len(months) == 1}
