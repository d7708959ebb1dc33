"""What another system says of a caller: asked at arrival, in nobody's way, honest when it is silent."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from ivr.flowfiles.customer_settings import CustomerSettings
from ivr.flowfiles.settings_file import read_settings
from ivr.jobs.crm_lookups import picked
from ivr.store import crm_values, jobs
from ivr.store.tables import job
from tests.service.driving import ON_SQLITE
from tests.service.houses import Died, journal

CALLER = "+14155550123"
ASKED = "/people/%2B14155550123"
CONFIG = """company: N
numbers: {{"+15550001000": main}}
queues: {{support: {{}}}}
sources: {{crm: {{http: {{url: "{url}/people/{{phone}}", internal: true, timeout: 1, cache_seconds: 0}}}}}}
customers: {{source: crm, fields: {{Owner: owner.name, Balance: balance}}}}
"""
FLOW = (
    "flow: main\ntitle: T\nlanguages: [en-US]\nhuman: support\nstart: hi\nsteps:\n"
    "  hi: {say: Welcome. Press 0 for a person., next: on}\n"
    "  on: {ask: Your number., digits: 4, save: number, next: on}\n"
)


@pytest.fixture
def crm(rehearse, tmp_path: Path, shop):
    """A line whose cards ask the shop."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    settings = read_settings(CONFIG.format(url=shop.url))
    settings._folder = tmp_path
    return rehearse(settings)


def part_of(line, caller):
    with line.database.read() as connection:
        return crm_values.find(connection, caller.sid, "crm")


def comes(line, caller):
    """The part, as soon as it is there. The source answers in real time, whatever the clock says."""
    for _ in range(400):
        if found := part_of(line, caller):
            return found
        time.sleep(0.01)
    raise AssertionError("no answer was stored")


def asked_jobs(line) -> list[str]:
    with line.database.read() as connection:
        return list(connection.execute(select(job.c.key).where(job.c.kind == "card_part")).scalars())


def test_it_is_asked_when_the_call_arrives(crm, shop):
    shop.says(ASKED, {"owner": {"name": "Ann <b>"}, "balance": 12.5, "more": "x"})
    caller = crm.dial(CALLER)
    crm.run(1)
    found = comes(crm, caller)
    assert (found.status, found.fields) == ("found", {"Owner": "Ann <b>", "Balance": 12.5})
    assert asked_jobs(crm) == []
    (line,) = journal(crm, "card_part")
    assert (line["source"], line["status"]) == ("crm", "found")


def test_a_slow_source_holds_up_neither_webhooks_nor_the_worker(crm, shop):
    open_ = threading.Event()
    shop.answers[ASKED] = lambda: (open_.wait(60) and 200, '{"balance": 1}', {})
    caller = crm.dial(CALLER)
    crm.run(1)
    caller.press("0")
    crm.run(0.2)
    assert part_of(crm, caller) is None, "all of this happened while the source had not answered"
    open_.set()
    assert comes(crm, caller).fields == {"Balance": 1}


@pytest.mark.parametrize(
    ("body", "status", "kept"),
    [
        ("<html>", 200, "failed"),
        ("[" * 100_000, 200, "failed"),
        ('{"balance": 1}', 500, "failed"),
        ('{"balance": 1}', 302, "failed"),
        ("{}", 404, "missing"),
        ("{}", 200, "missing"),
        ('{"balance": {"a": 1}, "owner": [1, 2]}', 200, "missing"),
        ('{"balance": 1e999}', 200, "missing"),
        ('{"owner": {"name": "\\u0000\\ud800 \\u202e"}}', 200, "missing"),
    ],
)
def test_nonsense_is_harmless(crm, shop, body, status, kept):
    shop.says(ASKED, body, status)
    caller = crm.dial(CALLER)
    crm.run(1)
    found = comes(crm, caller)
    assert (found.status, found.fields) == (kept, {})
    assert asked_jobs(crm) == [] and crm.account.faults == []


def test_a_withheld_number_asks_nobody(crm, shop):
    caller = crm.dial("anonymous")
    crm.run(1)
    assert comes(crm, caller).status == "missing"
    assert shop.asked == []


def test_who_dies_while_asking_is_followed_by_the_next(crm, shop, monkeypatch):
    """F: the process dies between the question and its answer."""
    shop.says(ASKED, {"balance": 1})
    died = []

    def die(*_):
        died.append(1)
        raise Died if len(died) == 1 else AssertionError

    monkeypatch.setattr("ivr.jobs.crm_lookups.picked", die)
    caller = crm.dial(CALLER)
    crm.run(0.5)
    while not died:
        time.sleep(0.01)
    monkeypatch.undo()
    assert part_of(crm, caller) is None and asked_jobs(crm)
    crm.run(5)
    assert comes(crm, caller).fields == {"Balance": 1}


def test_no_answer_at_all_ends_as_failed(crm, shop):
    shop.server.shutdown()
    caller = crm.dial(CALLER)
    crm.run(1)
    assert comes(crm, caller).status == "failed"


def test_a_call_that_is_over_is_not_asked_about(crm, shop):
    caller = crm.dial(CALLER)
    sid = caller.sid
    crm.run(1)
    comes(crm, caller)
    caller.hang_up()
    crm.run(1)
    asked = len(shop.asked)
    with crm.line.transactions.begin() as tx:
        body = {"call": sid, "due": tx.now}
        jobs.enqueue(tx.connection, "card_part", "card_part:again", 0.0, body, tx.now)
    crm.run(1)
    assert len(shop.asked) == asked and asked_jobs(crm) == []


@ON_SQLITE
def test_without_a_source_nothing_is_written(on):
    line = on('hi: {ask: "Press 0 for a person.", digits: 4, save: number, next: hi}')
    line.dial(CALLER)
    line.run(1)
    assert asked_jobs(line) == [] and journal(line, "card_part") == []


def test_only_plain_short_text_reaches_the_card():
    ways = CustomerSettings.model_validate({"source": "crm", "fields": {"A": "a", "B": "b.0.c", "C": "c"}})
    value = {"a": "x\u202e\x1b[31m" + "y" * 900, "b": [{"c": True}], "c": [1, "two"]}
    found = picked(ways, [value])
    assert found["A"].startswith("x[31my") and len(found["A"]) == 300
    assert (found["B"], found["C"]) == ("yes", "1, two")
    assert picked(ways, None) == {} and picked(ways, "text") == {}
    bare = picked(CustomerSettings.model_validate({"source": "crm"}), {"first_name": "Ann", "deep": {"x": 1}})
    assert bare == {"first name": "Ann"}
