"""Days and dates as people write them: read as they are meant, or refused in words, and never by their first
letters."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.days import DAYS, NotDate, NotDays, read_dates, read_days
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.settings_file import read_settings

ALL = "mon tue wed thu fri sat sun"
WEEK = "mon tue wed thu fri"

READ = [
    ("mon", "mon"),
    ("Mon", "mon"),
    ("MONDAY", "mon"),
    ("Mondays", "mon"),
    ("Mo", "mon"),
    ("Sat.", "sat"),
    ("tues", "tue"),
    ("weds", "wed"),
    ("thur", "thu"),
    ("thurs", "thu"),
    ("mon-fri", WEEK),
    ("MON-FRI", WEEK),
    ("Mon-Fri", WEEK),
    ("mon - fri", WEEK),
    ("mon.-fri.", WEEK),
    ("Mon–Fri", WEEK),
    ("Mon — Fri", WEEK),
    ("mon−fri", WEEK),
    ("mon‒fri", WEEK),
    ("mon‐fri", WEEK),
    ("mon‑fri", WEEK),
    ("mon~fri", WEEK),
    ("mon..fri", WEEK),
    ("mon…fri", WEEK),
    ("Ｍｏｎ－Ｆｒｉ", WEEK),
    ("mon\u00a0-\u00a0fri", WEEK),
    ("mon\u2009–\u2009fri", WEEK),
    ("mon\u200e-fri", WEEK),
    ("monday to friday", WEEK),
    ("Monday through Friday", WEEK),
    ("mon thru fri", WEEK),
    ("mon until fri", WEEK),
    ("from Monday till Friday", WEEK),
    ("Monday-Friday", WEEK),
    ("mon, wed, fri", "mon wed fri"),
    ("mon,wed,fri", "mon wed fri"),
    ("mon，wed", "mon wed"),
    ("mon; wed", "mon wed"),
    ("mon and tue", "mon tue"),
    ("mon & tue", "mon tue"),
    ("mon&tue", "mon tue"),
    ("sat+sun", "sat sun"),
    ("sat/sun", "sat sun"),
    ("mon, wed, and fri", "mon wed fri"),
    ("mon-thu, sat", "mon tue wed thu sat"),
    ("mon-fri, sun", "mon tue wed thu fri sun"),
    ("Mo-Th,Sa", "mon tue wed thu sat"),
    ("mon-tue/thu-fri", "mon tue thu fri"),
    ("mon to thu and sat", "mon tue wed thu sat"),
    ("sun, tue, thu", "sun tue thu"),
    ("sun-thu", "sun mon tue wed thu"),
    ("fri-mon", "fri sat sun mon"),
    ("tue-mon", "tue wed thu fri sat sun mon"),
    ("daily", ALL),
    ("Every Day", ALL),
    ("weekdays", WEEK),
    ("weekday", WEEK),
    ("everyday", ALL),
    ("Mon 'til Fri", WEEK),
    ("weekends", "sat sun"),
    ("weekdays, sat", "mon tue wed thu fri sat"),
]

REFUSED = [
    ("monthly", 0, "'monthly' is not a day"),
    ("monkey", 0, "'monkey' is not a day"),
    ("sunny", 0, "'sunny' is not a day"),
    ("satellite", 0, "'satellite' is not a day"),
    ("wedding", 0, "'wedding' is not a day"),
    ("fries", 0, "'fries' is not a day"),
    ("m", 0, "'m' is not a day"),
    ("m-f", 0, "'m' is not a day"),
    ("monn", 0, "'monn' is not a day"),
    ("monda", 0, "'monda' is not a day"),
    ("tuesda-fri", 0, "'tuesda' is not a day"),
    ("mon-funday", 4, "'funday' is not a day"),
    ("mon, funday", 5, "'funday' is not a day"),
    ("Mon–Freitag", 4, "'Freitag' is not a day"),
    ("mon-", 4, "a day is missing at the end"),
    ("mon,", 4, "a day is missing at the end"),
    ("mon to", 6, "a day is missing at the end"),
    ("", 0, "a day is missing at the end"),
    ("-fri", 0, "'-' is not a day"),
    ("mon--fri", 4, "'-' is not a day"),
    ("mon,,wed", 4, "',' is not a day"),
    ("mon-fri-sun", 7, "'-' is one too many"),
    ("mon fri", 4, "nothing joins 'fri' to the day before it"),
    ("mon-mon", 4, "this begins and ends on the same day"),
    ("mon, mon", 5, "mon is given twice"),
    ("mon-fri, wed", 9, "wed is given twice"),
    ("weekdays, mon", 10, "mon is given twice"),
    ("weekdays-sat", 8, "'-' is one too many"),
    ("mon-weekend", 4, "'weekend' has no place in a range"),
    ("mon_fri", 0, "'mon_fri' is not a day"),
    ("monfri", 0, "'monfri' is not a day"),
    ("mon\u00adfri", 0, "is not a day"),
    ("mon!", 3, "'!' is not expected here"),
    ("mon-fri (winter)", 8, "'(' is not expected here"),
    ("1-5", 0, "'1' is not a day"),
    ("holidays", 0, "'holidays' is not a day"),
    ("montag", 0, "'montag' is not a day"),
]

TRANSLATED = [
    ("Montag bis Freitag", "de-DE", WEEK),
    ("Mo-Fr", "de-DE", WEEK),
    ("Di + Do", "de-DE", "tue thu"),
    ("samstags", "de-DE", "sat"),
    ("lunes a viernes", "es-US", WEEK),
    ("de lunes a viernes", "es-US", WEEK),
    ("Miércoles y Sábado", "es-US", "wed sat"),
    ("miercoles", "es-US", "wed"),
    ("du lundi au vendredi", "fr-FR", WEEK),
    ("sam. et dim.", "fr-FR", "sat sun"),
    ("segunda-feira a sexta-feira", "pt-BR", WEEK),
    ("пн-пт", "ru-RU", WEEK),
    ("понедельник, среда и пятница", "ru-RU", "mon wed fri"),
    ("ponedjeljak i petak", "hr-HR", "mon fri"),
    ("må-to", "sv-SE", "mon tue wed thu"),
    ("Thứ Hai", "vi-VN", "mon"),
    ("周一-周五", "zh-CN", WEEK),
    ("mon-fri", "xx-XX", WEEK),
]


@pytest.mark.parametrize(("written", "days"), READ, ids=[written for written, _ in READ])
def test_days_that_are_read(written, days):
    assert [DAYS[day] for day in read_days(written)] == days.split()


@pytest.mark.parametrize(("written", "offset", "what"), REFUSED, ids=[repr(each[0]) for each in REFUSED])
def test_days_that_are_refused(written, offset, what):
    with pytest.raises(NotDays) as refusal:
        read_days(written)
    assert what in refusal.value.what
    assert refusal.value.offset == offset
    assert refusal.value.hint


@pytest.mark.parametrize(("written", "language", "days"), TRANSLATED, ids=[each[0] for each in TRANSLATED])
def test_days_in_the_languages_of_the_company(written, language, days):
    assert [DAYS[day] for day in read_days(written, [language])] == days.split()


def test_a_name_that_two_languages_use_for_two_days_is_refused():
    assert read_days("di", ["de-DE"]) == [1]
    assert read_days("di", ["fr-FR"]) == [6]
    with pytest.raises(NotDays, match="Tuesday or Sunday"):
        read_days("di", ["de-DE", "fr-FR"])


@given(
    st.lists(st.sampled_from(DAYS), min_size=1, max_size=7, unique=True),
    st.sampled_from([",", " & ", "/"]),
)
def test_a_list_means_all_its_days_and_no_others(names, joint):
    assert [DAYS[day] for day in read_days(joint.join(names))] == names


@given(st.text(max_size=20))
def test_no_text_makes_the_reader_stumble(text):
    try:
        assert read_days(text, ["es-US", "vi-VN"])
    except NotDays as refusal:
        assert 0 <= refusal.offset <= len(text)


@given(st.text(min_size=1, max_size=8, alphabet="abcefghijklmnopqrstuvwxyz"))
def test_letters_after_a_name_never_make_it_that_day(more):
    with pytest.raises(NotDays):
        read_days("satur" + more)


@pytest.mark.parametrize(
    ("written", "languages", "first", "last"),
    [
        ("2026-12-24", "", "2026-12-24", "2026-12-24"),
        ("2026–12–24", "", "2026-12-24", "2026-12-24"),
        ("24 December 2026", "", "2026-12-24", "2026-12-24"),
        ("Dec 24, 2026", "", "2026-12-24", "2026-12-24"),
        ("24th of December 2026", "", "2026-12-24", "2026-12-24"),
        ("24. Dezember 2026", "de-DE", "2026-12-24", "2026-12-24"),
        ("24 de diciembre de 2026", "es-US", "2026-12-24", "2026-12-24"),
        ("1er mai 2026", "fr-FR", "2026-05-01", "2026-05-01"),
        ("24 декабря 2026", "ru-RU", "2026-12-24", "2026-12-24"),
        ("29 April 2026 to 5 May 2026", "", "2026-04-29", "2026-05-05"),
        ("2026-04-29 – 2026-05-05", "", "2026-04-29", "2026-05-05"),
        ("2026-04-29–2026-05-05", "", "2026-04-29", "2026-05-05"),
        ("2026-04-29/2026-05-05", "", "2026-04-29", "2026-05-05"),
    ],
)
def test_dates_that_are_read(written, languages, first, last):
    days = read_dates(written, languages.split())
    assert (days[0], days[-1]) == (date.fromisoformat(first), date.fromisoformat(last))
    assert len(days) == (days[-1] - days[0]).days + 1


@pytest.mark.parametrize(
    "written",
    [
        "24.12.2026", "12/24/2026", "24.12.", "24 December", "December", "2026-02-30", "31 June 2026",
        "2026", "24 Dezember 2026", "Decemberish 24, 2026", "2026-12-26 to 2026-12-24", "2026-12-24 to",
        "2020-01-01 to 2026-01-01", "24 Dec 26", "", "tomorrow",
    ],
)  # fmt: skip
def test_dates_that_are_refused(written):
    with pytest.raises(NotDate) as refusal:
        read_dates(written)
    assert refusal.value.hint


SETTINGS = """company: Northwind
languages: [en-US, de-DE]
numbers: {{"+15550001000": main}}
queues: {{support: {{}}}}
calendars:
  office:
    hours: {hours}
"""


def refusal(hours: str) -> str:
    with pytest.raises(SettingsProblems) as caught:
        read_settings(SETTINGS.format(hours=hours))
    return str(caught.value)


def test_the_word_that_is_no_day_is_named_with_its_column():
    said = refusal('{"mon-wed, funday": 09:00-17:00}')
    assert said.startswith("config.yaml:7:23: ")
    assert "'funday' is not a day (write mon, mon-fri or mon, wed, fri)" in said


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ("{monthly: 09:00-17:00}", "config.yaml:7:13: "),
        ("{mon, wed: 09:00-17:00}", 'several days go into quotes: "mon, wed": 09:00-17:00'),
        ("{mon: 09:00-12:00, 13:00-17:00}", "put several hours of one day in quotes or in [ ]"),
        ('{mon-fri: 24h, "wed/sun": closed}', "config.yaml:7:27: "),
    ],
)
def test_a_mistake_in_the_days_of_a_calendar_is_shown_with_its_remedy(hours, said):
    assert said in refusal(hours)


def test_days_and_dates_of_the_settings_are_read_in_the_languages_of_the_company():
    hours = "{Montag bis Freitag: 9:00 – 17:00}\n    exceptions: {24. bis 26. Dezember 2026: closed}"
    assert "is not a date" in refusal(hours)
    settings = read_settings(SETTINGS.format(hours=hours.replace("24. bis 26.", "24.")))
    calendar = settings.calendars["office"]
    assert sorted(calendar.hours) == [0, 1, 2, 3, 4]
    assert calendar.hours[0] == ((540, 1020),)
    assert calendar.exceptions == {date(2026, 12, 24): ()}


def test_a_date_that_stands_in_two_entries_is_refused():
    said = refusal("{mon: 24h}\n    exceptions: {2026-12-20 to 2026-12-26: closed, 2026-12-24: 24h}")
    assert "2026-12-24 is given twice (keep one)" in said


def test_a_spanish_range_with_its_articles():
    assert read_days("del lunes al viernes", ("es-US",)) == [0, 1, 2, 3, 4]
