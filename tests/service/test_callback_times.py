"""Promise 3: a time that is announced lies ahead, on any calendar. Now is never "from … on"."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.hours import CalendarModel
from ivr.floor.callback_rules import CallbackRules
from tests.service.calling_back import calling_back

QUARTERS = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
RANGES = st.tuples(QUARTERS, QUARTERS).filter(lambda pair: pair[0] != pair[1]).map("-".join)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKS = st.dictionaries(st.sampled_from(DAYS), RANGES, min_size=1)
ZONES = st.sampled_from(["America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "UTC"])
A_YEAR = (datetime(2026, 1, 1, tzinfo=UTC).timestamp(), datetime(2027, 1, 1, tzinfo=UTC).timestamp())
MOMENTS = st.floats(*A_YEAR) | st.integers(int(A_YEAR[0]) // 900, int(A_YEAR[1]) // 900).map(
    lambda n: n * 900.0
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    calendars = "calendars: {office: {hours: {mon-fri: '09:00-17:00'}}}\n"
    return calling_back(tmp_path_factory.mktemp("times"), calendars=calendars, queue="calendar: office\n")


@given(week=WEEKS, zone=ZONES, company=ZONES, at=MOMENTS)
def test_what_may_be_now_is_now_and_all_else_lies_ahead(settings, week, zone, company, at):
    calendar = CalendarModel.model_validate({"hours": week, "zone": zone})
    rules = CallbackRules(
        settings.model_copy(update={"calendars": {"office": calendar}, "timezone": company})
    )
    found = rules.next("support", at)
    if rules.allow("support", at):
        assert found == at
    else:
        assert found is None or (found > at and rules.allow("support", found))
