"""Data sources: where requests may go, what comes back, and what happens to the call meanwhile."""

from __future__ import annotations

import json
import sqlite3
import threading

import pytest

from ivr.customers.http_source import LARGEST_ANSWER, pruned
from ivr.engine.effects import LookUp
from ivr.environment import EnvironmentProblem
from ivr.flowfiles.source_settings import SourceSettings, SqlSource
from ivr.service.lookups import FAILURES_TO_OPEN, OPEN_S, Lookups
from tests.service.shop import look


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


# What comes back ------------------------------------------------------------------------------------------


def test_found_missing_and_failed(shop):
    shop.says("/orders/7", {"state": "sent"})
    shop.says("/orders/8", "", 500)
    source = shop.source("/orders/{number}")
    found = look(source, number="7")
    assert (found.status, found.value) == ("found", {"state": "sent"})
    assert look(source, number="9").status == "missing"
    assert look(source, number="8").status == "failed"


@pytest.mark.parametrize(
    ("items", "status", "value"),
    [("data.orders.0.id", "found", 5), ("data.orders.1", "missing", None), ("data.none", "missing", None)],
)
def test_the_way_to_the_value(shop, items, status, value):
    shop.says("/a", {"data": {"orders": [{"id": 5}]}})
    found = look(shop.source("/a", items=items))
    assert (found.status, found.value) == (status, value)


@pytest.mark.parametrize("empty", ["null", "[]", "{}", '""'])
def test_nothing_in_it_is_missing(shop, empty):
    shop.says("/a", empty)
    assert look(shop.source("/a")).status == "missing"


@pytest.mark.parametrize("body", ["<html>", "", "{", "[" * 100_000, b"\xff\xfe"])
def test_what_is_no_json_has_failed(shop, body):
    shop.says("/a", body)
    assert look(shop.source("/a")).status == "failed"


def test_a_huge_answer_has_failed(shop):
    shop.says("/a", json.dumps("x" * LARGEST_ANSWER))
    assert look(shop.source("/a")).status == "failed"


def test_a_redirect_is_not_followed(shop):
    shop.says("/a", "", 302, Location=f"{shop.url}/b")
    shop.says("/b", {"secret": 1})
    assert look(shop.source("/a")).status == "failed"
    assert [path for _, path, _, _ in shop.asked] == ["/a"]


def test_what_is_kept_is_small():
    kept = pruned({"t": "x" * 9000, "l": list(range(99)), "n": 10**30, "z": "a\0b", "d": [[[[[[1]]]]]]})
    assert len(kept["t"]) == 500 and len(kept["l"]) == 20 and kept["z"] == "a b"
    assert kept["n"] == str(10**30) and kept["d"] == [[[[None]]]]


# Patience -------------------------------------------------------------------------------------------------


def test_nothing_takes_longer_than_the_deadline(shop):
    """The service answers when the test is over: whoever waited for it would have found something."""
    over = threading.Event()

    def drip():
        over.wait(60)
        return 200, '{"a": 1}', {}

    shop.answers["/slow"] = drip
    assert look(shop.source("/slow", timeout=0.3)).status == "failed"
    over.set()


def test_a_host_whose_name_takes_for_ever(shop):
    shop.says("/a", {"a": 1})
    over = threading.Event()
    named = lambda host, port: over.wait(60) and "127.0.0.1"  # noqa: E731
    lookups = Lookups({"it": shop.source("/a", timeout=0.2)}, {}, resolve=named)
    assert lookups(LookUp("it", {})).status == "failed"
    over.set()


def test_once_more_after_a_failure(shop):
    answers = iter([(503, "", {}), (200, '{"a": 1}', {})])
    shop.answers["/a"] = lambda: next(answers)
    assert look(shop.source("/a", retries=1)).status == "found"
    assert len(shop.asked) == 2


def test_not_after_a_refusal(shop):
    shop.says("/a", "", 403)
    assert look(shop.source("/a", retries=3)).status == "failed"
    assert len(shop.asked) == 1


def test_answers_are_kept_for_a_while_by_their_values(shop):
    clock = Clock()
    shop.says("/a?n=1", {"a": 1})
    lookups = Lookups({"it": shop.source("/a", cache_seconds=60)}, {}, clock=clock)
    for number in ("1", "1", "2", "2"):  # missing is an answer too
        lookups(LookUp("it", {"n": number}))
    assert len(shop.asked) == 2
    clock.now += 61
    assert lookups(LookUp("it", {"n": "1"})).value == {"a": 1}
    assert len(shop.asked) == 3


def test_failures_are_not_kept(shop):
    shop.says("/a", "", 500)
    lookups = Lookups({"it": shop.source("/a", cache_seconds=60)}, {}, clock=Clock())
    assert lookups(LookUp("it", {})).status == "failed"
    shop.says("/a", {"a": 1})
    assert lookups(LookUp("it", {})).status == "found"


def test_a_source_that_keeps_failing_is_left_alone_for_a_while(shop):
    clock = Clock()
    shop.says("/a", "", 500)
    lookups = Lookups({"it": shop.source("/a")}, {}, clock=clock)
    for _ in range(FAILURES_TO_OPEN + 3):
        assert lookups(LookUp("it", {})).status == "failed"
    assert len(shop.asked) == FAILURES_TO_OPEN
    clock.now += OPEN_S + 1
    for _ in range(3):  # one tries, the others wait
        lookups(LookUp("it", {}))
    assert len(shop.asked) == FAILURES_TO_OPEN + 1
    clock.now += OPEN_S + 1
    shop.says("/a", {"a": 1})
    assert [lookups(LookUp("it", {})).status for _ in range(2)] == ["found", "found"]


def test_a_source_the_settings_lost_has_failed():
    assert Lookups({}, {})(LookUp("gone", {})).status == "failed"


# SQL ------------------------------------------------------------------------------------------------------


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.db"
    with sqlite3.connect(path) as wire:
        wire.execute("create table orders (number text, state text, total numeric)")
        wire.executemany("insert into orders values (?, ?, ?)", [("7", "sent", 12.5), ("8", "open", 3)])
    return {"ORDERS_DB": f"sqlite:///{path}"}


def sql(query: str, **more: object) -> SourceSettings:
    return SourceSettings(sql=SqlSource(url="ORDERS_DB", query=query, **more))


def test_one_row(orders):
    source = sql("select state, total from orders where number = :number")
    assert look(source, orders, number="7").value == {"state": "sent", "total": 12.5}
    assert look(source, orders, number="7' or 1=1 --").status == "missing"


def test_several_rows(orders):
    source = sql("select number from orders order by number", rows="list")
    assert look(source, orders).value == [{"number": "7"}, {"number": "8"}]


def test_nothing_is_written(orders):
    """The query passes for a reading one, and the database still refuses."""
    source = SqlSource.model_construct(
        url="ORDERS_DB", query="delete from orders", rows="one", timeout=2.5, cache_seconds=0, retries=0
    )
    assert look(SourceSettings.model_construct(sql=source, http=None), orders).status == "failed"
    assert look(sql("select count(*) as c from orders"), orders).value == {"c": 2}


@pytest.mark.parametrize("query", ["delete from orders", "select 1; drop table orders", "pragma x", ""])
def test_queries_that_the_settings_refuse(query):
    with pytest.raises(ValueError):
        SqlSource(url="ORDERS_DB", query=query)


def test_a_query_without_end(orders):
    source = sql(
        "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n", timeout=0.3
    )
    assert look(source, orders).status == "failed"


def test_an_address_that_is_none():
    with pytest.raises(EnvironmentProblem, match="ORDERS_DB"):
        Lookups({"it": sql("select 1")}, {"ORDERS_DB": "not an address"})


@pytest.mark.postgres
def test_postgresql_reads_only_and_in_time(postgres_database):
    environ = {"ORDERS_DB": postgres_database}
    assert look(sql("select :n as n, 1.50 as total, date '2026-03-02' as day"), environ, n="x").value == {
        "n": "x", "total": 1.5, "day": "2026-03-02",
    }  # fmt: skip
    writing = "with made as (select pg_sleep(0)) select set_config('x.y', '1', true), nextval('s') from made"
    assert look(sql(writing), environ).status == "failed"
    assert look(sql("select 1 as a from pg_sleep(20)", timeout=0.3), environ).status == "failed"
