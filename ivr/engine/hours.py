"""Opening hours: weekly hours, exceptions by date, public holidays, in one time zone.

Hours are local wall times; instants are compared in UTC, so days of 23 and 25 hours come out right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ivr.engine.facts import OpenState

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
SEARCH_DAYS = 370
_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|–|to)\s*(\d{1,2}):(\d{2})")
Ranges = tuple[tuple[int, int], ...]  # minutes from the day's midnight; an end past DAY is the next morning


def read_ranges(written: Any) -> Ranges:
    """Hours of a day: "09:00-12:00, 13:00-17:00", a list of such, "closed" or "24h"."""
    parts = written if isinstance(written, list | tuple) else str(written).split(",")
    words = [str(part).strip().lower() for part in parts]
    if words == ["closed"]:
        return ()
    if words == ["24h"]:
        return ((0, DAY),)
    ranges = sorted(_read_range(word) for word in words)
    for (_, end), (start, _) in pairwise(ranges):
        if start < end:
            raise PydanticCustomError("hours", "the hours overlap (join them, or correct one)")
    return tuple(ranges)


def _read_range(word: str) -> tuple[int, int]:
    found = _RANGE.fullmatch(word)
    if not found:
        raise PydanticCustomError(
            "hours", "'{word}' is not a range of hours (write 09:00-17:00, closed or 24h)", {"word": word}
        )
    opens, opens_minute, closes, closes_minute = map(int, found.groups())
    start, end = opens * 60 + opens_minute, closes * 60 + closes_minute
    if opens_minute > 59 or closes_minute > 59 or start >= DAY or end > DAY:
        raise PydanticCustomError("hours", "'{word}': there is no such time of day", {"word": word})
    if start == end:
        raise PydanticCustomError("hours", "'{word}' is no time at all (write closed or 24h)", {"word": word})
    return start, end if end > start else end + DAY


def _read_week(written: Any) -> dict[int, Ranges]:
    if not isinstance(written, Mapping):
        raise PydanticCustomError("hours", "write hours by day, for example mon-fri: 09:00-17:00")
    week: dict[int, Ranges] = {}
    for name, hours in written.items():
        for day in _read_days(name):
            if day in week:
                raise PydanticCustomError("hours", "{day} is given twice (keep one)", {"day": DAYS[day]})
            week[day] = hours if isinstance(name, int) else read_ranges(hours)
    return week


def _read_days(name: Any) -> list[int]:
    if isinstance(name, int) and 0 <= name < 7:
        return [name]
    ends = [part.strip()[:3].lower() for part in str(name).split("-")]
    if len(ends) > 2 or any(end not in DAYS for end in ends):
        raise PydanticCustomError(
            "hours", "'{name}' is not a day (write mon, or mon-fri)", {"name": str(name)}
        )
    first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [day % 7 for day in range(first, last + 1 if last >= first else last + 8)]


def _read_exceptions(written: Any) -> dict[date, Ranges]:
    exceptions: dict[date, Ranges] = {}
    if not isinstance(written, dict | None):
        raise PydanticCustomError(
            "hours", "days with their hours are wanted (write 2026-12-25: closed, each day on a line)"
        )
    for day, hours in (written or {}).items():
        try:
            key = day if isinstance(day, date) else date.fromisoformat(str(day).strip())
        except ValueError:
            raise PydanticCustomError(
                "date", "'{day}' is not a date (write 2026-12-24)", {"day": str(day)}
            ) from None
        exceptions[key] = read_ranges(hours)
    return exceptions


def _read_holidays(written: Any) -> Any:
    """`US` or `US-CA` for short."""
    if isinstance(written, str) and written.strip():
        country, _, subdivision = written.strip().partition("-")
        return {"country": country, "subdivision": subdivision}
    if isinstance(written, list):
        raise PydanticCustomError(
            "holidays", "write a country, such as US or US-CA (single days go under 'exceptions')"
        )
    return written or None


class Holidays(BaseModel):
    """Public holidays of a country, or of a part of it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    country: str
    subdivision: str = ""

    @model_validator(mode="after")
    def _known(self) -> Holidays:
        try:
            public_holidays(self.country, self.subdivision, 2024)
        except (NotImplementedError, KeyError):
            place = "-".join(part for part in (self.country, self.subdivision) if part)
            raise PydanticCustomError(
                "holidays",
                "the holidays of '{place}' are not known (write for example US or US-CA)",
                {"place": place},
            ) from None
        return self


@lru_cache(maxsize=256)
def public_holidays(country: str, subdivision: str, year: int) -> dict[date, str]:
    """Date → name, for one year. The first look-up of a country is slow: make it when the settings are
    read."""
    import holidays  # late: it takes long, and a flow is checked many times where no calendar has any

    return dict(holidays.country_holidays(country, subdiv=subdivision or None, years=year))


class CalendarModel(BaseModel):
    """Opening hours as written in the settings; answers `at(instant)`.

    `hours` by weekday, `exceptions` by date (they win over holidays), `holidays` closes on public holidays.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    hours: Annotated[
        dict[int, Ranges], BeforeValidator(_read_week, json_schema_input_type=dict[str, str | list[str]])
    ]
    zone: str = "UTC"
    exceptions: Annotated[
        dict[date, Ranges],
        BeforeValidator(_read_exceptions, json_schema_input_type=dict[str, str | list[str]]),
    ] = {}
    holidays: Annotated[
        Holidays | None, BeforeValidator(_read_holidays, json_schema_input_type=str | Holidays | None)
    ] = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise PydanticCustomError(
                "zone", "'{zone}' is not a time zone (write for example America/New_York)", {"zone": zone}
            ) from None
        return zone

    def at(self, instant: datetime) -> OpenState:
        """Open or closed at an aware instant, and when that changes, in local time."""
        zone, now = ZoneInfo(self.zone), instant.astimezone(UTC)
        today = instant.astimezone(zone).date()
        spans = self._spans(today, zone)
        for start, end in spans:
            if start <= now < end:
                closes = _last_end(end, spans, now + timedelta(days=SEARCH_DAYS))
                return OpenState(True, closes=closes and closes.astimezone(zone))
            if start > now:
                return OpenState(False, next_open=start.astimezone(zone), reason=self._reason(today))
        return OpenState(False, reason=self._reason(today))

    def _spans(self, today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Open spans in UTC, from yesterday's (they may reach past midnight) on."""
        for offset in range(-1, SEARCH_DAYS + 1):
            day = today + timedelta(days=offset)
            for start, end in self._ranges(day):
                # Clocks going back: a closing time that comes twice means the second, an opening the first.
                # Clocks going forward: a time that does not exist means the one an hour later.
                opens = _instant(day, start, zone, fold=0)
                closes = max(_instant(day, end, zone, fold=0), _instant(day, end, zone, fold=1))
                if opens < closes:
                    yield opens, closes

    def _ranges(self, day: date) -> Ranges:
        if day in self.exceptions:
            return self.exceptions[day]
        return () if self._holiday(day) else self.hours.get(day.weekday(), ())

    def _holiday(self, day: date) -> str:
        if self.holidays is None:
            return ""
        return public_holidays(self.holidays.country, self.holidays.subdivision, day.year).get(day, "")

    def _reason(self, day: date) -> str:
        """Why this day is unlike other days of the week; "" when it is not."""
        return "exception" if day in self.exceptions else self._holiday(day)


def _instant(day: date, minutes: int, zone: ZoneInfo, fold: int) -> datetime:
    moment = datetime.combine(day + timedelta(days=minutes // DAY), time(minutes % DAY // 60, minutes % 60))
    return moment.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _last_end(end: datetime, spans: Iterator[tuple[datetime, datetime]], limit: datetime) -> datetime | None:
    """When spans that follow each other without a gap end; None when that is a year away or more."""
    for start, later in spans:
        if start > end:
            return end
        end = max(end, later)
        if end > limit:
            return None
    return None if end > limit - timedelta(days=2) else end
