"""F-CB-06: when somebody may be called, on days of 23 and 25 hours, on holidays, at closing time."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from ivr.engine.hours import CalendarModel, CallingHours

NEW_YORK, BERLIN = "America/New_York", "Europe/Berlin"
OFFICE = {"hours": {"mon-fri": "09:00-17:00"}, "holidays": "US", "exceptions": {"2026-03-04": "closed"}}

# hours for calls · zone · asked at · the first time, in local time
TABLE = [
    ("08:00-21:00", NEW_YORK, "2026-03-02 10:00", "2026-03-02 10:00"),
    ("08:00-21:00", NEW_YORK, "2026-03-02 17:00", "2026-03-03 09:00"),  # closing time itself is closed
    ("08:00-21:00", NEW_YORK, "2026-03-03 16:59", "2026-03-03 16:59"),
    ("08:00-21:00", NEW_YORK, "2026-03-03 18:00", "2026-03-05 09:00"),  # the exception between
    ("10:00-16:00", NEW_YORK, "2026-03-03 08:00", "2026-03-03 10:00"),  # the later of the two openings
    ("10:00-16:00", NEW_YORK, "2026-03-06 16:30", "2026-03-09 10:00"),  # Friday; Sunday has 23 hours
    ("08:00-21:00", NEW_YORK, "2026-10-30 20:00", "2026-11-02 09:00"),  # Friday; Sunday has 25 hours
    ("08:00-21:00", NEW_YORK, "2026-07-02 20:00", "2026-07-06 09:00"),  # the 3rd is a holiday in 2026
    ("08:00-21:00", NEW_YORK, "2026-12-24 20:00", "2026-12-28 09:00"),
    ("09:00-12:00", BERLIN, "2026-03-27 13:00", "2026-03-30 09:00"),  # the clocks go forward on the 29th
]


@pytest.mark.parametrize(("hours", "zone", "asked", "first"), TABLE)
def test_the_first_time(hours, zone, asked, first):
    calling = CallingHours(CalendarModel(**OFFICE, zone=zone), hours, zone)
    at = datetime.fromisoformat(asked).replace(tzinfo=ZoneInfo(zone))
    found = calling.next(at)
    assert found.replace(tzinfo=None) == datetime.fromisoformat(first)
    assert calling.allow(found)


def test_a_time_that_does_not_exist_is_the_one_an_hour_later():
    calling = CallingHours(None, "02:30-05:00", NEW_YORK)
    at = datetime(2026, 3, 8, 0, 0, tzinfo=ZoneInfo(NEW_YORK))
    assert calling.next(at).isoformat() == "2026-03-08T03:30:00-04:00"


@pytest.mark.parametrize("day", range(0, 400, 7))
def test_every_choice_is_allowed_in_order_and_apart(day):
    calling = CallingHours(CalendarModel(**OFFICE, zone=NEW_YORK), "08:00-21:00", NEW_YORK)
    at = datetime(2026, 1, 1, 18, 30, tzinfo=ZoneInfo(NEW_YORK)) + timedelta(days=day)
    choices = calling.choices(at)
    assert len(choices) == 3
    assert all(calling.allow(choice) and choice >= at for choice in choices)
    gaps = [later.timestamp() - earlier.timestamp() for earlier, later in pairwise(choices)]
    assert min(gaps) >= 3600


def test_never_open_is_never():
    calling = CallingHours(CalendarModel(hours={"mon-sun": "closed"}, zone=NEW_YORK), "08:00-21:00", NEW_YORK)
    assert calling.next(datetime(2026, 3, 2, tzinfo=ZoneInfo(NEW_YORK))) is None
    assert calling.choices(datetime(2026, 3, 2, tzinfo=ZoneInfo(NEW_YORK))) == ()


def test_calendar_and_hours_that_never_meet_are_never():
    night = CalendarModel(hours={"mon-sun": "22:00-23:00"}, zone=NEW_YORK)
    assert (
        CallingHours(night, "08:00-21:00", NEW_YORK).next(datetime(2026, 3, 2, tzinfo=ZoneInfo(NEW_YORK)))
        is None
    )


def test_only_the_time_in_which_somebody_could_be_called_counts():
    """Friday 16:00 to Monday 10:00 of a week with a clock change: an hour and an hour."""
    calling = CallingHours(
        CalendarModel(hours={"mon-fri": "09:00-17:00"}, zone=NEW_YORK), "08:00-21:00", NEW_YORK
    )
    since = datetime(2026, 3, 6, 16, tzinfo=ZoneInfo(NEW_YORK))
    assert calling.seconds(since, datetime(2026, 3, 9, 10, tzinfo=ZoneInfo(NEW_YORK))) == 7200.0
    assert calling.seconds(since, since) == 0.0
    never = CallingHours(CalendarModel(hours={"mon-sun": "closed"}, zone=NEW_YORK), "08:00-21:00", NEW_YORK)
    assert never.seconds(since, since.replace(year=2027)) == 0.0
