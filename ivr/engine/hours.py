"""Opening hours: weekly hours, exceptions by date, public holidays, in one time zone.

Hours are local wall times; instants are compared in UTC, so that days of 23 and 25 hours are handled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from ivr.engine.context import Calendar, OpeningState
from ivr.engine.days import BETWEEN, DAYS, Folded, NotDate, NotDays, read_dates, read_days
from ivr.engine.problems import closest

FIXED = {
    "EST": "America/New_York", "MST": "America/Denver, or America/Phoenix", "HST": "Pacific/Honolulu",
    "GMT": "Europe/London", "GMT0": "Europe/London", "GMT+0": "Europe/London", "GMT-0": "Europe/London",
    "Greenwich": "Europe/London",
}  # fmt: skip
"""Zones without clock changes, and the zones of the places that people mean by them."""
KNOWN = {
    "EDT": "America/New_York", "ET": "America/New_York", "EASTERN": "America/New_York",
    "CST": "America/Chicago", "CDT": "America/Chicago", "CT": "America/Chicago", "CENTRAL": "America/Chicago",
    "MDT": "America/Denver", "MT": "America/Denver", "MOUNTAIN": "America/Denver",
    "PST": "America/Los_Angeles", "PDT": "America/Los_Angeles", "PT": "America/Los_Angeles",
    "PACIFIC": "America/Los_Angeles", "AKST": "America/Anchorage", "AKDT": "America/Anchorage",
    "AST": "America/Halifax", "ADT": "America/Halifax", "NST": "America/St_Johns", "BST": "Europe/London",
    "WEST": "Europe/Lisbon", "CEST": "Europe/Berlin", "MEZ": "Europe/Berlin", "MESZ": "Europe/Berlin",
    "EEST": "Europe/Athens", "MSK": "Europe/Moscow", "IST": "Asia/Kolkata", "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul", "SGT": "Asia/Singapore", "HKT": "Asia/Hong_Kong", "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney", "AWST": "Australia/Perth", "NZST": "Pacific/Auckland",
    "NZDT": "Pacific/Auckland", "BRT": "America/Sao_Paulo", "SAST": "Africa/Johannesburg",
}  # fmt: skip
OF_THE_MACHINE = re.compile(r"(?i)factory|localtime|local|posixrules|(posix|right)/.*")
OFFSET = re.compile(r"(?i)etc/(?!utc$|uct$|zulu$|universal$).*|(utc|gmt)\s*[+-]\s*\d.*|[+-]\d.*")
EXAMPLE = "write the zone of a city, such as America/New_York"


def wrong_zone(name: str) -> tuple[str, str] | None:
    """Return (what is wrong, what to write), or None for a usable zone."""
    if OF_THE_MACHINE.fullmatch(name):
        return f"'{name}' is whatever this machine is set to", EXAMPLE
    if OFFSET.fullmatch(name):
        return f"'{name}' is an offset, and follows the summer time of no place", f"{EXAMPLE}, or UTC"
    if name in FIXED:
        return f"'{name}' is an offset, and follows the summer time of no place", f"write {FIXED[name]}"
    zones = available_timezones()
    if name in zones:
        return None
    return f"'{name}' is not a time zone", _remedy(name, zones)


def _remedy(name: str, zones: set[str]) -> str:
    word = name.strip().upper().removeprefix("US/").removeprefix("US ").removesuffix(" TIME").strip()
    fixed = {each.upper(): zone.partition(",")[0] for each, zone in FIXED.items()}
    meant = KNOWN.get(word) or fixed.get(word)
    if meant:
        return f"did you mean '{meant}'?"
    place = re.sub(r"[\s_-]+", "_", name.strip().casefold())
    for zone in sorted(zones):
        if place in (zone.casefold(), zone.casefold().rpartition("/")[2]):
            return f"did you mean '{zone}'?"
    return closest(name, zones) or EXAMPLE


DAY = 24 * 60
SEARCH_DAYS = 370
NO_HOURS = 'write 09:00-17:00; several days go into quotes: "mon, wed": 09:00-17:00'
_RANGE = re.compile(rf"(\d{{1,2}}):(\d{{2}})(?:{BETWEEN})(\d{{1,2}}):(\d{{2}})")
Ranges = tuple[tuple[int, int], ...]  # minutes from the day's midnight; an end past DAY is the next morning


def read_ranges(written: Any) -> Ranges:
    """Return the hours of a day: "09:00-12:00, 13:00-17:00", a list of such, "closed" or "24h"."""
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
    found = _RANGE.fullmatch(Folded.of(word).text)
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


def _read_week(written: Any, info: ValidationInfo) -> dict[int, Ranges]:
    if not isinstance(written, Mapping):
        raise PydanticCustomError("hours", "write hours by day, for example mon-fri: 09:00-17:00")
    week: dict[int, Ranges] = {}
    for name, hours in written.items():
        known = isinstance(name, int) and 0 <= name < 7  # a week that was read before
        days = [name] if known else _days(str(name), _languages(info))
        if hours is None:
            context = {"what": "there are no hours here", "hint": NO_HOURS, "key": str(name)}
            raise PydanticCustomError("hours", "{what} ({hint})", context)
        for day in days:
            if day in week:
                context = {"day": DAYS[day], "key": str(name)}
                raise PydanticCustomError("hours", "{day} is given twice (keep one)", context)
            week[day] = hours if known else read_ranges(hours)
    return week


def _days(name: str, languages: Iterable[str]) -> list[int]:
    try:
        return read_days(name, languages)
    except NotDays as fault:
        if _RANGE.fullmatch(Folded.of(name).text.strip()):
            what, hint = f"'{name}' is not a day", "put several hours of one day in quotes or in [ ]"
        else:
            what, hint = fault.what, fault.hint
        context = {"what": what, "hint": hint, "key": name, "offset": fault.offset}
        raise PydanticCustomError("hours", "{what} ({hint})", context) from None


def _read_exceptions(written: Any, info: ValidationInfo) -> dict[date, Ranges]:
    exceptions: dict[date, Ranges] = {}
    if not isinstance(written, dict | None):
        raise PydanticCustomError(
            "hours", "days with their hours are wanted (write 2026-12-25: closed, each day on a line)"
        )
    for name, hours in (written or {}).items():
        ranges = read_ranges(hours)
        for day in [name] if isinstance(name, date) else _dates(str(name), _languages(info)):
            if day in exceptions:
                context = {"day": day.isoformat(), "key": str(name)}
                raise PydanticCustomError("date", "{day} is given twice (keep one)", context)
            exceptions[day] = ranges
    return exceptions


def _dates(name: str, languages: Iterable[str]) -> list[date]:
    try:
        return read_dates(name, languages)
    except NotDate as fault:
        context = {"what": fault.what, "hint": fault.hint, "key": name}
        raise PydanticCustomError("date", "{what} ({hint})", context) from None


def _languages(info: ValidationInfo) -> Iterable[str]:
    """Yield the languages in which names of days and months are understood besides English."""
    languages: Iterable[str] = (info.context or {}).get("languages", ())
    return languages


def _read_holidays(written: Any) -> Any:
    """Accept the short forms `US` and `US-CA`."""
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
    """Return date → name for one year. The first look-up of a country is slow: make it when the settings are
    read."""
    import holidays  # imported late: it takes long, and few flows need it

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
        if wrong := wrong_zone(zone):
            context = {"what": wrong[0], "hint": wrong[1]}
            raise PydanticCustomError("zone", "{what} ({hint})", context)
        return zone

    def at(self, instant: datetime) -> OpeningState:
        """Return open or closed at an aware instant, and when that changes, in local time."""
        if self.never_closes:
            return OpeningState(True)
        zone, now = ZoneInfo(self.zone), instant.astimezone(UTC)
        today = instant.astimezone(zone).date()
        spans = self._spans(today, zone)
        for start, end in spans:
            if start <= now < end:
                closes = _last_end(end, spans, now + timedelta(days=SEARCH_DAYS))
                return OpeningState(True, closes=closes and closes.astimezone(zone))
            if start > now:
                return OpeningState(False, next_open=start.astimezone(zone), reason=self._reason(today))
        return OpeningState(False, reason=self._reason(today))

    @property
    def never_closes(self) -> bool:
        """Return whether it is open round the clock on every day, so that no year has to be searched for a
        closing time."""
        days = (self.hours.get(day, ()) for day in range(7))
        return not self.exceptions and self.holidays is None and all(_covers_day(ranges) for ranges in days)

    def _spans(self, today: date, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
        """Yield open spans in UTC, from yesterday's on (they may reach past midnight)."""
        for offset in range(-1, SEARCH_DAYS + 1):
            day = today + timedelta(days=offset)
            for start, end in self._ranges(day):
                # Clocks going back: a closing time that occurs twice means the second, an opening the first.
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
        """Return why this day differs from other days of the week, or ""."""
        return "exception" if day in self.exceptions else self._holiday(day)


def _covers_day(ranges: Ranges) -> bool:
    end = 0
    for start, later in sorted(ranges):
        if start > end:
            return False
        end = max(end, later)
    return end >= DAY


def _instant(day: date, minutes: int, zone: ZoneInfo, fold: int) -> datetime:
    moment = datetime.combine(day + timedelta(days=minutes // DAY), time(minutes % DAY // 60, minutes % 60))
    return moment.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _last_end(end: datetime, spans: Iterator[tuple[datetime, datetime]], limit: datetime) -> datetime | None:
    """Return when consecutive spans without a gap end; None when that is a year away or more."""
    for start, later in spans:
        if start > end:
            return end
        end = max(end, later)
        if end > limit:
            return None
    return None if end > limit - timedelta(days=2) else end


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
        """Return whether somebody may be called at this instant."""
        return all(calendar.at(instant).open for calendar in self._calendars)

    def next(self, instant: datetime) -> datetime | None:
        """Return the first instant from this one on at which somebody may be called, in local time; None if
        never."""
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
        """Return when the hours end that contain this instant; None if not within a year."""
        ends = [end for calendar in self._calendars if (end := calendar.at(instant).closes) is not None]
        return min(ends, default=None)

    def seconds(self, since: datetime, until: datetime) -> float:
        """Return for how many seconds between two instants somebody could be called."""
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
        """Return times to choose from, the earliest first: as soon as possible, in the afternoon, on later
        days."""
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
        """Yield midnight and early afternoon of the days from the first on, none in the past."""
        for offset in range(DAYS_AHEAD):
            day = (first + timedelta(days=offset)).date()
            for moment in (time(0), AFTERNOON):
                mark = datetime.combine(day, moment, tzinfo=self._zone)
                if mark.astimezone(UTC) > first.astimezone(UTC):
                    yield mark
