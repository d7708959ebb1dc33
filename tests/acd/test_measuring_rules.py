"""Local days: those of 23 and 25 hours, spans over midnight, weeks over the new year."""

from datetime import UTC, date, datetime

import pytest

from ivr.acd.reports.measuring_rules import MeasuringRules, begin_of, rules_from, sane, seconds, week_of

NEW_YORK = MeasuringRules(zone="America/New_York")


def utc(*parts: int) -> float:
    return datetime(*parts, tzinfo=UTC).timestamp()


def test_a_call_belongs_to_the_company_s_day_and_not_to_that_of_the_server():
    assert NEW_YORK.day(utc(2026, 3, 3, 4, 59)) == "2026-03-02"
    assert NEW_YORK.day(utc(2026, 3, 3, 5, 0)) == "2026-03-03"
    assert MeasuringRules(zone="Asia/Kolkata").day(utc(2026, 3, 2, 18, 30)) == "2026-03-03"


@pytest.mark.parametrize(("day", "hours"), [("2026-03-08", 23), ("2026-11-01", 25), ("2026-06-01", 24)])
def test_a_whole_local_day_has_as_many_hours_as_it_has(day, hours):
    begin = begin_of(date.fromisoformat(day), NEW_YORK.zone)

    assert list(NEW_YORK.spans(begin, begin + hours * 3600)) == [(day, hours * 3600)]
    [(first, one), (_, rest)] = NEW_YORK.spans(begin, begin + hours * 3600 + 1)
    assert (first, one, rest) == (day, hours * 3600, 1)


def test_a_stretch_over_midnights_is_cut_at_each():
    since = utc(2026, 3, 8, 4, 50)  # 23:50 on the 7th
    until = utc(2026, 3, 9, 4, 10)  # 0:10 on the 9th: the day between has 23 hours

    assert list(NEW_YORK.spans(since, until)) == [
        ("2026-03-07", 600),
        ("2026-03-08", 23 * 3600),
        ("2026-03-09", 600),
    ]


def test_where_midnight_does_not_exist_the_day_begins_at_one():
    havana = MeasuringRules(zone="America/Havana")  # the clocks go from 0:00 to 1:00
    begin = begin_of(date(2026, 3, 8), havana.zone)

    assert havana.day(begin) == "2026-03-08"
    assert havana.day(begin - 1) == "2026-03-07"


def test_weeks_begin_on_monday_also_over_the_new_year():
    assert week_of("2027-01-03") == "2026-12-28"
    assert week_of("2026-03-02") == "2026-03-02"


def test_rules_survive_the_journal():
    rules = MeasuringRules("Europe/Berlin", 3.0, 14.0, {"support": 30.0})

    assert rules_from(rules.as_json()) == rules
    with pytest.raises(ValueError, match="no time zone"):
        rules_from({**rules.as_json(), "zone": "Nowhere/Land"})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, "5", None, True, 1e9])
def test_what_cannot_be_a_length_of_time_is_none(value):
    assert seconds(value) is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, 0, 1e12, "5", None])
def test_what_no_calendar_knows_is_no_instant(value):
    assert not sane(value)
