"""Opening hours: weeks, exceptions, holidays, and the days that are not 24 hours long (F-PR-06)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ivr.engine.hours import CalendarModel

NEW_YORK, BERLIN = ZoneInfo("America/New_York"), ZoneInfo("Europe/Berlin")
OFFICE = CalendarModel(
    hours={"mon-fri": "09:00-12:00, 13:00-17:00", "sat": ["22:00-02:00"], "sun": "closed"},
    zone="America/New_York",
    holidays="US",
    exceptions={"2026-12-24": "09:00-11:00", "2026-07-03": "closed", "2026-11-26": "10:00-11:00"},
)


def local(text: str, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("at", "open_", "changes"),
    [
        ("2026-03-02 09:00", True, "2026-03-02 12:00"),
        ("2026-03-02 08:59", False, "2026-03-02 09:00"),
        ("2026-03-02 12:00", False, "2026-03-02 13:00"),
        ("2026-03-06 17:00", False, "2026-03-07 22:00"),
        ("2026-03-08 01:59", True, "2026-03-08 03:00"),  # 02:00 does not exist that night
        ("2026-12-24 11:30", False, "2026-12-26 22:00"),  # exception, Christmas, then Saturday night
        ("2026-11-26 10:30", True, "2026-11-26 11:00"),  # an exception wins over Thanksgiving
        ("2026-07-03 10:00", False, "2026-07-04 22:00"),
    ],
)
def test_the_office(at, open_, changes):
    state = OFFICE.at(local(at))
    assert state.open is open_
    moment = state.closes if open_ else state.next_open
    if at.startswith("2026-07-03"):  # Independence Day is a Saturday: closed, so Monday is next
        assert moment == local("2026-07-06 09:00")
    else:
        assert moment == local(changes)


def test_why_it_is_closed():
    assert OFFICE.at(local("2026-12-25 10:00")).reason == "Christmas Day"
    assert OFFICE.at(local("2026-07-03 10:00")).reason == "exception"
    assert OFFICE.at(local("2026-03-02 20:00")).reason == ""


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_days_of_23_24_and_25_hours_are_open_throughout(day, hours):
    always = CalendarModel(hours={"mon-sun": "24h"}, zone="Europe/Berlin")
    begin = local(f"{day} 00:00", BERLIN).astimezone(UTC)
    assert all(always.at(begin + timedelta(minutes=15 * step)).open for step in range(hours * 4))
    assert always.at(begin).closes is None


def test_the_repeated_hour_is_open_both_times():
    night = CalendarModel(hours={"sun": "01:00-02:30"}, zone="Europe/Berlin")
    first = local("2026-10-25 02:15", BERLIN)
    assert night.at(first).open
    assert night.at(first.replace(fold=1)).open
    assert not night.at(local("2026-10-25 02:45", BERLIN).replace(fold=1)).open


def test_a_missing_opening_time_opens_when_the_clocks_have_moved():
    night = CalendarModel(hours={"sun": "02:30-05:00"}, zone="Europe/Berlin")
    assert night.at(local("2026-03-29 01:59", BERLIN)).next_open == local("2026-03-29 03:30", BERLIN)


def test_never_open():
    state = CalendarModel(hours={}).at(datetime(2026, 3, 2, tzinfo=UTC))
    assert (state.open, state.next_open) == (False, None)


DAYS = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
TIMES = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
RANGES = st.tuples(TIMES, TIMES).filter(lambda pair: pair[0] != pair[1]).map("-".join)
ZONES = st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC))


@given(week=st.dictionaries(DAYS, RANGES), zone=ZONES, now=MOMENTS)
def test_what_changes_next_lies_ahead_and_is_so_then(week, zone, now):
    calendar = CalendarModel.model_validate({"hours": week, "zone": zone})
    state = calendar.at(now)
    change = state.closes if state.open else state.next_open
    if change is not None:
        assert change.astimezone(UTC) > now
        assert calendar.at(change).open is not state.open
        assert calendar.at(change.astimezone(UTC) - timedelta(microseconds=1)).open is state.open


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ({"hours": {"mon": "9-5"}}, "'9-5' is not a range of hours (write 09:00-17:00, closed or 24h)"),
        ({"hours": {"mon": "09:00-25:00"}}, "there is no such time of day"),
        ({"hours": {"mon": "09:00-12:00, 11:00-13:00"}}, "the hours overlap"),
        ({"hours": {"mon": "09:00-09:00"}}, "is no time at all"),
        ({"hours": {"m": "closed"}}, "'m' is not a day"),
        ({"hours": {"mon-fri": "24h", "fri": "closed"}}, "fri is given twice"),
        ({"hours": {}, "zone": "Mars/Base"}, "'Mars/Base' is not a time zone"),
        ({"hours": {}, "holidays": "XX"}, "the holidays of 'XX' are not known"),
        ({"hours": {}, "exceptions": {"24.12.": "closed"}}, "'24.12.' is not a date"),
    ],
)
def test_refused(written, message):
    with pytest.raises(ValidationError) as refusal:
        CalendarModel(**written)
    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("written", "never"),
    [
        ({"hours": {"mon-sun": "00:00-24:00"}}, True),
        ({"hours": {"mon-sun": "00:00-12:00, 12:00-24:00"}}, True),
        ({"hours": {"mon-sun": "00:00-12:00, 12:01-24:00"}}, False),
        ({"hours": {"mon-sat": "00:00-24:00"}}, False),
        ({"hours": {"mon-sun": "00:00-24:00"}, "exceptions": {"2026-12-24": "closed"}}, False),
        ({"hours": {"mon-sun": "00:00-24:00"}, "holidays": "US"}, False),
    ],
)
def test_no_year_is_searched_for_the_end_of_hours_round_the_clock(written, never, monkeypatch):
    calendar = CalendarModel(**written, zone="America/New_York")
    assert calendar.never_closes is never
    now = local("2026-03-07T01:30:00").astimezone(UTC)
    found = calendar.at(now)
    assert found.open and (found.closes is None) is never
    if never:
        monkeypatch.setattr(CalendarModel, "_spans", lambda *_: pytest.fail("a year was searched"))
        assert calendar.at(now) == found
