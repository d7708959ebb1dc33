"""Past contacts found by any of their fields, page by page; words that are no query; export."""

from __future__ import annotations

import csv
import io

import pytest

from ivr.flowfiles.settings_file import read_settings
from ivr.service.contacts import COLUMNS, Contacts, WrongSearch
from ivr.service.csv_export import sheet
from ivr.store import contact_search
from ivr.store.contact_search import Wanted
from ivr.store.database import Database
from ivr.store.tables import contact, customer, customer_number

SETTINGS = read_settings(
    'company: N\ntimezone: America/New_York\nnumbers: {"+15550001000": main}\nqueues: {support: {}}\n'
)
NOON = 1772470800.0  # 2026-03-02 17:00 UTC
HOSTILE = '=HYPERLINK("http://evil")'


@pytest.fixture
def found(database_url):
    """Looks for contacts; returns their summaries."""
    database = Database.open(database_url)
    with database.write() as unit:
        unit.connection.execute(customer.insert(), [CUSTOMER])
        unit.connection.execute(contact.insert(), CONTACTS)
    contacts = Contacts(database, SETTINGS)

    def look(**asked: str) -> list[str]:
        return [one.summary for one in contacts.page(contacts.wanted(asked)).contacts]

    look.contacts, look.database = contacts, database
    yield look
    database.close()


CUSTOMER = {
    "id": "alf",
    "name": "Alfreds Futterkiste",
    "company": "50% Off GmbH",
    "fields": {},
    "updated_at": 0.0,
}


def one(later: int, summary: str, **more) -> dict:
    return {
        "at": NOON + later, "number": "+14155550123", "channel": "call", "summary": summary, "note": "",
        "queue": "support", "outcome": "talked", "customer_id": None, **more,
    }  # fmt: skip


CONTACTS = [
    one(1, "refund", note="Flamingo broke\nsecond line", customer_id="alf"),
    one(2, "late order", outcome="abandoned", number="+14155550100"),
    one(3, HOSTILE, queue="billing"),
    one(3, "Käse O'Brien AND NOT", queue="billing"),
    one(86400, "tomorrow"),
]


def test_the_newest_come_first(found):
    assert found() == ["tomorrow", "Käse O'Brien AND NOT", HOSTILE, "late order", "refund"]


@pytest.mark.parametrize(
    ("asked", "summaries"),
    [
        ({"number": "(415) 555-0100"}, ["late order"]),
        ({"customer": "alf"}, ["refund"]),
        ({"customer": "futter"}, ["refund"]),
        ({"customer": "50%"}, ["refund"]),
        ({"customer": "5_%"}, []),
        ({"queue": "billing"}, ["Käse O'Brien AND NOT", HOSTILE]),
        ({"outcome": "abandoned"}, ["late order"]),
        ({"words": "flamingo"}, ["refund"]),
        ({"words": "flam line"}, ["refund"]),
        ({"words": "flam order"}, []),
        ({"words": "käse"}, ["Käse O'Brien AND NOT"]),
        ({"words": "o'brien and not"}, ["Käse O'Brien AND NOT"]),
        ({"words": "ref", "queue": "billing"}, []),
        ({"since": "2026-03-03"}, ["tomorrow"]),
        ({"until": "2026-03-02", "outcome": "talked", "queue": "support"}, ["refund"]),
    ],
)
def test_contacts_are_found_by(found, asked, summaries):
    assert found(**asked) == summaries


@pytest.mark.parametrize(
    "words", ['"', "*", "NEAR(", "a OR", "summary:x", "' & | !", "NEAR(a b)", "-", "\\", "a:*"]
)
def test_no_words_are_a_query(found, words):
    assert isinstance(found(words=words), list)


def test_words_of_which_nothing_is_left_find_nothing_and_not_everything(found):
    assert found(words='"*"') == []


def test_changed_and_removed_contacts_are_found_by_what_they_are_now(found):
    with found.database.write() as unit:
        refund = contact.c.summary == "refund"
        unit.connection.execute(contact.update().where(refund).values(note="Pelican"))
        unit.connection.execute(contact.delete().where(contact.c.summary == "late order"))
    assert found(words="pelican") == ["refund"]
    assert found(words="flamingo") == []
    assert found(words="late") == []


@pytest.mark.parametrize("asked", [Wanted(), Wanted(words="talk")])
def test_pages_show_every_contact_once_also_those_of_one_moment(found, asked):
    with found.database.write() as unit:
        rows = [one(5, f"talk {number}") for number in range(25)]
        unit.connection.execute(contact.insert(), rows)
    seen, after = [], ""
    for _ in range(20):
        page = found.contacts.page(asked, after, most=4)
        seen += [each.id for each in page.contacts]
        after = page.older
        if not after:
            break
    assert len(seen) == len(set(seen)) == (25 if asked.words else 30)


@pytest.mark.parametrize("asked", [{"number": "hello"}, {"since": "yesterday"}, {"until": "9999-12-31"}])
def test_what_cannot_be_looked_for_is_said(found, asked):
    with pytest.raises(WrongSearch):
        found(**asked)


@pytest.mark.parametrize("after", ["x", "1_", "_1", "1.0_2_3"])
def test_a_page_that_is_none_is_said(found, after):
    with pytest.raises(WrongSearch, match="no such page"):
        found.contacts.page(Wanted(), after)


def test_the_export_has_everything_and_nothing_in_it_is_a_formula(found, monkeypatch):
    monkeypatch.setattr("ivr.service.contacts.EXPORT_PAGE", 2)
    text = "".join(sheet(found.contacts.everything(Wanted()), COLUMNS))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert [row["summary"] for row in rows][2] == "'" + HOSTILE
    assert [row["number"] for row in rows] == ["'+14155550123"] * 3 + ["'+14155550100", "'+14155550123"]
    assert rows[-1]["note"] == "Flamingo broke\nsecond line"
    assert rows[-1]["customer_name"] == "Alfreds Futterkiste"
    assert rows[0]["at"] == "2026-03-03T12:00:00-05:00"


def days_of(found, **asked: str) -> list[str]:
    """The summaries of all pages of two, one after the other."""
    wanted, seen, after = found.contacts.wanted(asked), [], ""
    while True:
        page = found.contacts.page(wanted, after, 2)
        seen += [one.summary for one in page.contacts]
        after = page.older
        if not after:
            return seen


IMPORTED = [one(86400 * day, f"zebra day {day}") for day in (-50, -18, -48, -16, -46, -17)]


@pytest.mark.parametrize("few", [10_000, 2])
@pytest.mark.parametrize("lately", [2_000, 2])
def test_words_find_by_time_what_was_imported_in_any_order(found, few, lately, monkeypatch):
    """However many match, and on every page."""
    monkeypatch.setattr(contact_search, "FEW", few)
    monkeypatch.setattr(contact_search, "LATELY", lately)
    with found.database.write() as unit:
        unit.connection.execute(contact.insert(), IMPORTED)
    wanted = [f"zebra day {day}" for day in (-16, -17, -18, -46, -48, -50)]
    assert found(words="zebra") == days_of(found, words="zebra") == wanted
    assert days_of(found, words="zebra", queue="support", number="+14155550123") == wanted
    assert found(words="zebra", queue="billing") == []
    assert found(words="zebra", until="2026-01-20") == wanted[3:]


@pytest.mark.parametrize(
    "number", ["+14155550777", "(415) 555-0777", "4155550777", "415.555.0777", "+14155550123"]
)
def test_a_number_finds_the_contacts_of_its_customer(found, number):
    """Of a list of history, which knows the customer and no number; as people write each of theirs."""
    with found.database.write() as unit:
        rows = [{"customer_id": "alf", "number": each} for each in ("+14155550777", "+14155550123")]
        unit.connection.execute(customer_number.insert(), rows)
        past = [one(-day, f"past {day}", number="", customer_id="alf") for day in (3, 1, 2)]
        unit.connection.execute(contact.insert(), past)
    seen = found(number=number)
    assert [each for each in seen if each.startswith("past")] == ["past 1", "past 2", "past 3"]
    assert "refund" in seen and "late order" not in seen
    assert sorted(days_of(found, number=number)) == sorted(seen)
    assert found(number=number, words="past 2") == ["past 2"]


def test_a_number_written_in_two_ways_is_one(found):
    with found.database.write() as unit:
        rows = [one(1, "old way", number="+5215512345678"), one(2, "new way", number="+525512345678")]
        unit.connection.execute(contact.insert(), rows)
    assert found(number="+525512345678") == found(number="+5215512345678") == ["new way", "old way"]
