"""Compares two versions of config.yaml in sentences. Opening hours are described by the day, as one would say
them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ivr.engine.hours import CalendarModel, Ranges
from ivr.flowfiles.diff.flow_sets import ADDED, CHANGED, REMOVED, Sentence, as_text, changed_to
from ivr.settings import Settings

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
TOLD_APART = ("calendars", "numbers")


def compare_settings(old: Settings, new: Settings) -> list[Sentence]:
    """Return all differences between two settings."""
    found = [*_numbers(old, new), *_calendars(old, new)]
    before, after = _flat(old.document.value or {}), _flat(new.document.value or {})
    for path in [*before, *(path for path in after if path not in before)]:
        if path[0] not in TOLD_APART and before.get(path) != after.get(path):
            name = " › ".join(path)
            found.append(Sentence(path[0], CHANGED, changed_to(name, before.get(path), after.get(path))))
    return found


def _flat(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if isinstance(value, dict):
        return {
            key: item
            for name, inner in value.items()
            for key, item in _flat(inner, (*path, str(name))).items()
        }
    return {path: value}


def _numbers(old: Settings, new: Settings) -> Iterator[Sentence]:
    for number in sorted({*old.numbers, *new.numbers}):
        was, now = old.numbers.get(number), new.numbers.get(number)
        if was is None:
            yield Sentence("numbers", ADDED, f"{number} is new and is answered by the flow {now}")
        elif now is None:
            yield Sentence("numbers", REMOVED, f"{number} is no longer answered (it was, by the flow {was})")
        elif was != now:
            yield Sentence("numbers", CHANGED, f"{number} is now answered by the flow {now} (was {was})")


def _calendars(old: Settings, new: Settings) -> Iterator[Sentence]:
    for name in sorted({*old.calendars, *new.calendars}):
        was, now = old.calendars.get(name), new.calendars.get(name)
        if was is None or now is None:
            text = f"calendar {name} is {'new' if was is None else 'gone'}"
            yield Sentence("calendars", ADDED if was is None else REMOVED, text)
            continue
        for text in _one_calendar(was, now):
            yield Sentence("calendars", CHANGED, f"{name}: {text}")


def _one_calendar(was: CalendarModel, now: CalendarModel) -> Iterator[str]:
    for day, title in enumerate(DAYS):
        before, after = was.hours.get(day, ()), now.hours.get(day, ())
        if before != after:
            yield _day(title, before, after)
    for date in sorted({*was.exceptions, *now.exceptions}):
        before, after = was.exceptions.get(date), now.exceptions.get(date)
        if before != after and after is None:
            yield f"{date} is a day like any other (it was {_hours(before or ())})"
        elif before != after:
            yield f"{date} is {_hours(after or ())}" + (
                f" (was {_hours(before)})" if before is not None else ""
            )
    if was.holidays != now.holidays:
        yield changed_to("public holidays", _place(was), _place(now))
    if was.zone != now.zone:
        yield changed_to("the time zone", was.zone, now.zone)


def _place(calendar: CalendarModel) -> str | None:
    found = calendar.holidays
    return as_text("-".join(part for part in (found.country, found.subdivision) if part)) if found else None


def _day(title: str, before: Ranges, after: Ranges) -> str:
    """Return `Friday closes at 15:00 (was 18:00)` if only one end moved."""
    if len(before) == len(after) == 1:
        (opened, closed), (opens, closes) = before[0], after[0]
        if opened == opens:
            return f"{title} closes at {_clock(closes)} (was {_clock(closed)})"
        if closed == closes:
            return f"{title} opens at {_clock(opens)} (was {_clock(opened)})"
    return f"{title} is {_hours(after)} (was {_hours(before)})"


def _hours(ranges: Ranges) -> str:
    if not ranges:
        return "closed"
    return "open " + " and ".join(f"{_clock(start)} to {_clock(end)}" for start, end in ranges)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24 if minutes != 24 * 60 else 24:02}:{minutes % 60:02}"
