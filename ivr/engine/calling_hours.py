"""When somebody may be called: in the opening hours of a calendar, and at a decent time of day.

Wall times are those of one zone; instants are compared in UTC, so days of 23 and 25 hours come out right.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ivr.engine.context import Calendar
from ivr.engine.hours import CalendarModel

AFTERNOON = time(13, 0)
APART = timedelta(hours=1)
MOST_STEPS = 800  # two a day, for longer than a calendar looks ahead
DAYS_AHEAD = 10


class CallingHours:
    """`hours` are those of every day, such as 08:00-21:00, in `zone`; `calendar` None is always open."""

    def __init__(self, calendar: Calendar | None, hours: str, zone: str) -> None:
        daily = CalendarModel.model_validate({"hours": {"mon-sun": hours}, "zone": zone})
        self._calendars: tuple[Calendar, ...] = (daily, calendar) if calendar else (daily,)
        self._zone = ZoneInfo(zone)

    def allow(self, instant: datetime) -> bool:
        """May somebody be called at this instant?"""
        return all(calendar.at(instant).open for calendar in self._calendars)

    def next(self, instant: datetime) -> datetime | None:
        """The first instant from this one on at which somebody may be called, in local time; None: never."""
        at = instant.astimezone(UTC)
        for _ in range(MOST_STEPS):
            closed = [state for calendar in self._calendars if not (state := calendar.at(at)).open]
            if not closed:
                return at.astimezone(self._zone)
            openings = [state.next_open for state in closed if state.next_open is not None]
            if len(openings) < len(closed):
                return None
            at = max(openings).astimezone(UTC)
        return None

    def closes(self, instant: datetime) -> datetime | None:
        """When the hours end that this instant lies in; None: not within a year."""
        ends = [end for calendar in self._calendars if (end := calendar.at(instant).closes) is not None]
        return min(ends, default=None)

    def seconds(self, since: datetime, until: datetime) -> float:
        """For how long of the time between two instants somebody could be called."""
        at, end, total = since.astimezone(UTC), until.astimezone(UTC), 0.0
        for _ in range(MOST_STEPS):
            opens = self.next(at)
            if opens is None or opens.astimezone(UTC) >= end:
                break
            closes = self.closes(opens)
            at = min(end, closes.astimezone(UTC)) if closes else end
            total += (at - opens.astimezone(UTC)).total_seconds()
        return total

    def choices(self, instant: datetime, most: int = 3) -> tuple[datetime, ...]:
        """Times to choose from, the earliest first: as soon as possible, in the afternoon, on later days."""
        first = self.next(instant)
        if first is None:
            return ()
        found = [first]
        for mark in self._marks(first):
            at = self.next(mark)
            if at is None or len(found) == most:
                break
            if at.astimezone(UTC) - found[-1].astimezone(UTC) >= APART:
                found.append(at)
        return tuple(found)

    def _marks(self, first: datetime) -> Iterator[datetime]:
        """Midnight and early afternoon of the days from the first on, none in the past."""
        for offset in range(DAYS_AHEAD):
            day = (first + timedelta(days=offset)).date()
            for moment in (time(0), AFTERNOON):
                mark = datetime.combine(day, moment, tzinfo=self._zone)
                if mark.astimezone(UTC) > first.astimezone(UTC):
                    yield mark
