"""Searches and exports are in the journal: who, what was asked for, how much came."""

from __future__ import annotations

import csv
import io

import pytest
from sqlalchemy import delete, select

from ivr.service.erasing import erase, erase_number
from ivr.store import erasing
from ivr.store.database import DatabaseUnavailable
from ivr.store.mentions import Person
from ivr.store.tables import journal
from tests.desk import reporting
from tests.desk.conftest import Browser, Clock, opened

LOOKED_UP = ("contacts_searched", "contacts_exported", "report_exported")


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    world = reporting.filled(tmp_path_factory.mktemp("searched"), calls=2000, days=40)
    yield world
    world.db.close()


@pytest.fixture
def boss(year):
    with year.db.write() as unit:
        unit.connection.execute(delete(journal))
    page = Browser(reporting.application(year))
    page.sign_in()
    return page


def looked_up(world) -> list:
    with world.db.read() as connection:
        rows = connection.execute(select(journal).where(journal.c.kind.in_(LOOKED_UP)).order_by(journal.c.id))
        return [(row.kind, row.agent_id, row.body) for row in rows]


def test_a_search_is_written_down_with_what_was_asked_for_and_how_much_came(year, boss):
    boss.get("/reports/contacts?customer=alfreds&number=&queue=support")
    boss.get("/reports/contacts?words=nothing+like+this")
    boss.get("/reports/contacts")
    assert looked_up(year) == [
        ("contacts_searched", "desk-1",
         {"query": {"customer": "alfreds", "queue": "support"}, "count": 40, "older": False}),
        ("contacts_searched", "desk-1",
         {"query": {"words": "nothing like this"}, "count": 0, "older": False}),
        ("contacts_searched", "desk-1", {"query": {}, "count": 50, "older": False}),
    ]  # fmt: skip


def test_further_pages_are_written_down_too_and_a_search_that_is_none_is_not(year, boss):
    page = boss.get("/reports/contacts?queue=support").text
    link = page.split('href="/reports/contacts?')[-1].split('"')[0].replace("&amp;", "&")
    boss.get(f"/reports/contacts?{link}")
    assert [body["older"] for _, _, body in looked_up(year)] == [False, True]
    boss.get("/reports/contacts?number=nobody"), boss.get("/reports/contacts?after=x")
    assert boss.get("/reports/contacts.csv?since=yesterday").status_code == 400
    assert len(looked_up(year)) == 2


@pytest.mark.parametrize("asked", ["", "?customer=alfreds", "?words=nothing+like+this"])
def test_an_export_is_written_down_with_its_rows_when_it_is_out(year, boss, asked):
    answer = boss.get(f"/reports/contacts.csv{asked}", buffered=False)
    assert looked_up(year) == []
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))
    answer.close()
    [(kind, agent, body)] = looked_up(year)
    query = dict([asked[1:].replace("+", " ").split("=")]) if asked else {}
    assert (kind, agent, body) == ("contacts_exported", "desk-1", {"query": query, "count": len(rows)})


def test_an_export_that_is_broken_off_is_written_down(year, boss):
    boss.get("/reports/contacts.csv", buffered=False).close()
    [(kind, _, body)] = looked_up(year)
    assert kind == "contacts_exported" and body["count"] > 0


SHEETS = ("over-time", "queues", "agents", "reasons", "steps", "satisfaction")


@pytest.mark.parametrize("name", SHEETS)
def test_each_report_that_is_exported_is_written_down(year, boss, name):
    answer = boss.get(f"/reports/{name}.csv?days=7&queue=support")
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True), newline="")))
    [(kind, agent, body)] = looked_up(year)
    assert (kind, agent, body["count"]) == ("report_exported", "desk-1", len(rows))
    assert body["query"]["report"] == name and body["query"]["queue"] == "support"
    assert body["query"]["since"] < body["query"]["until"]


def test_looking_at_figures_and_what_was_refused_write_nothing(year, boss):
    for page in ("", "queues", "agents", "reasons", "satisfaction"):
        boss.get(f"/reports/{page}")
    agent = Browser(reporting.application(year))
    agent.sign_in("desk-2")
    assert agent.get("/reports/contacts.csv").status_code == 403
    assert looked_up(year) == []


def test_nothing_is_found_that_cannot_be_written_down(year, boss, monkeypatch):
    def away(*_lines):
        raise DatabaseUnavailable("away")

    monkeypatch.setattr("ivr.store.journal.write", away)
    answer = boss.get("/reports/contacts?customer=alfreds")
    assert answer.status_code == 503 and "+1415555" not in answer.text


# Who is erased is in no search any more ---------------------------------------------------------------------

THEIRS = [
    {"customer": "Quagmire"}, {"customer": "quagm"}, {"customer": "ZEBULON"}, {"words": "zébulon's parcel"},
    {"customer": "Z-77"}, {"words": "z@quagmire.test"}, {"customer": "Quagmire Ltd"},
    {"number": "+14155550123"}, {"number": "(415) 555-0123"}, {"number": "00 1 415 555 0123"},
    {"number": "4155550123"}, {"words": "call 555-0123 again"}, {"words": "0123"},
    {"number": "１４１５５５５０１２３"}, {"customer": "王小"}, {"number": "+1 (0) 415.555.0123"},
]  # fmt: skip
OTHERS = [
    {"customer": "Alfreds"}, {"number": "+14155550199"}, {"words": "parcel"}, {"queue": "support"},
    {"since": "0123-01-01", "until": "2026-03-02"}, {}, {"words": "order 77"}, {"words": "an 12"},
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Jörg Müller", "MUELLER"), ("Jörg Müller", "muller"), ("Joerg Mueller", "müller"),
     ("Sørensen", "sorensen"), ("Łukasz", "lukasz"), ("Anna Groß", "gross"), ("Li Wu", "wu"),
     ("Zoë", "zoe"), ("O’Hara", "o'hara")],
)  # fmt: skip
def test_a_name_is_known_in_the_ways_in_which_people_type_it(name, typed):
    assert Person((name,), (), ()).is_meant_by([typed])
    assert not Person((name,), (), ()).is_meant_by(["smith", "", "a", "???"])


@pytest.fixture
def house(database_url):
    world = opened(database_url, Clock())
    world.customer(
        id="Z-77", name="Zebulon Quagmire 王小明", company="Quagmire Ltd", email="z@quagmire.test",
        numbers=["+14155550123"],
    )  # fmt: skip
    yield world
    world.db.close()


def search(world, query: dict, kind: str = "contacts_searched") -> None:
    with world.transactions.begin() as tx:
        tx.note(kind, agent="desk-1", query=query, count=3)


@pytest.mark.parametrize("kind", ["contacts_searched", "contacts_exported"])
def test_erasing_takes_the_words_of_searches_for_a_customer_and_leaves_those_for_others(house, kind):
    for query in THEIRS + OTHERS:
        search(house, query, kind)
    erase(house.transactions, "Z-77")
    left = [body["query"] for _, _, body in looked_up(house)]
    assert left == [""] * len(THEIRS) + OTHERS
    assert {(who, body["count"]) for _, who, body in looked_up(house)} == {("desk-1", 3)}


def test_erasing_a_number_takes_the_searches_for_it(world):
    for query in ({"number": "+52 1 55 1234 5678"}, {"words": "5512345678"}, {"customer": "Alfreds"}):
        search(world, query)
    erase_number(world.transactions, "+525512345678")
    assert [body["query"] for _, _, body in looked_up(world)] == ["", "", {"customer": "Alfreds"}]


def test_erasing_looks_up_lines_that_name_customers_by_an_index(world):
    with world.db.read() as connection:
        for statement in (erasing._numbered_lines, erasing._searches, erasing._chosen_lines):
            query = statement.compile(connection.engine, compile_kwargs={"literal_binds": True})
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert any("ix_journal_customer" in str(row) for row in plan), plan
            assert not any("SCAN" in str(row) for row in plan), plan
