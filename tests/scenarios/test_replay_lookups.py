"""Recorded calls with look-ups go through drafts: answered as then, and what is not on record is said."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from ivr.cli.record import record
from ivr.cli.replay import replay
from ivr.cli.test import test as run_scenarios
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.given import GivenLookup
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.scenarios.stub_sources import StubSources
from tests.scenarios.conftest import FLOWS, change
from tests.scenarios.test_lookups import CONFIG

FLOW = """
flow: main
human: support
start: number
steps:
  number:
    ask: Please enter your order number. Press 0 at any time to speak to a person.
    digits: 4
    save: number
    next: find
  find:
    lookup: orders
    with: {number: "{{ number }}"}
    save: order
    found: sent
    missing: nothing
  sent:
    branch:
      - {when: order.state == 'sent', next: on_its_way}
    otherwise: waits
  on_its_way: {hang_up: It is on its way. Goodbye.}
  waits: {hang_up: It waits. Goodbye.}
  nothing: {hang_up: We know of no such order. Goodbye.}
"""
AGAIN = """
  sent:
    lookup: orders
    with: {number: "{{ number }}"}
    save: order
    found: state
    missing: nothing
  state:
"""


@pytest.fixture
def company(tmp_path, monkeypatch):
    (tmp_path / "flows").mkdir()
    shutil.copytree(FLOWS / "audio", tmp_path / "flows" / "audio")
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'real.db'}")
    monkeypatch.setenv("ORDERS_KEY", "key")
    return tmp_path


@pytest.fixture
def call(company, monkeypatch):
    """Somebody asks for an order, and the source answers this."""

    def called(answer: GivenLookup) -> None:
        settings = load_settings(company / "config.yaml", {})
        answers = StubSources(settings, {"orders": [answer]})
        line = SimulatedLine(settings, f"sqlite:///{company / 'real.db'}", folder=company, look_ups=answers)
        caller = line.dial()
        line.run(1)
        caller.press("1234")
        line.run(30)
        assert not caller.call.live
        monkeypatch.setattr("time.time", line.clock.time)
        line.close()

    return called


@pytest.fixture
def replayed(ivr, company):
    def of(*changes: tuple[str, str]) -> tuple[dict, str]:
        draft = company / "draft"
        shutil.copytree(company / "flows", draft)
        for before, after in changes:
            change(draft, "main.yaml", before, after)
        options = ("--config", company / "config.yaml", draft)
        return json.loads(ivr(replay, "--json", *options).stdout), ivr(replay, *options).stdout

    return of


@pytest.mark.parametrize(
    "answer",
    [
        GivenLookup(found={"state": "sent"}),
        GivenLookup(found={"state": "new"}),
        GivenLookup(missing=True),
        GivenLookup(),
    ],
)
def test_a_look_up_is_answered_as_it_was_then(call, replayed, answer):
    call(answer)

    report, _ = replayed()

    assert (report["same"], report["elsewhere"], report["not_reproduced"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("answer", "lookups"),
    [
        (GivenLookup(found={"state": "sent", "name": "Ann Lee", "born": "1980-05-05", "phone": 4155550123}),
         'lookups: {orders: {found: {state: sent, name: something, born: "2026-03-02", phone: '),
        (GivenLookup(missing=True), "lookups: {orders: {missing: true}}"),
    ],
)  # fmt: skip
def test_a_recorded_call_is_a_scenario_with_what_the_source_answered(ivr, call, company, answer, lookups):
    call(answer)
    with sqlite3.connect(company / "real.db") as connection:
        (sid,) = connection.execute("select sid from call").fetchone()
    file = company / "recorded.yaml"

    made = ivr(record, sid, "--out", file, "--json", "--config", company / "config.yaml")

    assert json.loads(made.stdout)["same_end"] is True, made.stdout
    assert lookups in file.read_text() and "Ann Lee" not in file.read_text()
    assert "4155550123" not in file.read_text() and "1980" not in file.read_text()
    played = ivr(run_scenarios, "--config", company / "config.yaml", file)
    assert played.exit_code == 0, played.output


def test_what_was_found_decides_again(call, replayed):
    call(GivenLookup(found={"state": "sent"}))

    report, words = replayed(("order.state == 'sent'", "order.state == 'gone'"))

    assert report["elsewhere"] == 1 and report["cannot_be_told"] == []
    assert "finished at on_its_way → finished at waits" in words


def test_a_question_that_was_not_asked_then_has_no_answer(call, replayed):
    call(GivenLookup(found={"state": "sent"}))

    report, words = replayed(("\n  sent:\n", AGAIN))

    assert (report["same"], report["elsewhere"]) == (0, 0)
    assert report["cannot_be_told"][0]["not_on_record"] == ["orders"]
    assert "(it is not on record what orders answered)" in words
    assert "1 call: 0 as before, 0 elsewhere, 0 not reproduced, 1 cannot be told." in words


def test_an_answer_that_a_later_one_covered_is_not_known(company, call, replayed):
    change(company / "flows", "main.yaml", "\n  sent:\n", AGAIN)
    call(GivenLookup(found={"state": "sent"}))

    report, _ = replayed(("    found: sent\n", "    found: early\n"), ("  on_its_way:", EARLY))

    assert report["elsewhere"] == 0 and len(report["cannot_be_told"]) == 1


def test_a_card_that_asks_a_system_of_its_own_leaves_nothing_unknown(company, call, replayed):
    card = '  crm: {http: {url: "https://crm.example/{caller}"}}\n'
    card += 'customers: {source: crm, with: {caller: "{{ caller }}"}}\n'
    (company / "config.yaml").write_text(CONFIG + card)
    call(GivenLookup(found={"state": "sent"}))

    report, _ = replayed(("order.state == 'sent'", "order.state == 'gone'"))

    assert (report["elsewhere"], report["cannot_be_told"]) == (1, [])


EARLY = """  early:
    branch:
      - {when: order.state == 'sent', next: sent}
    otherwise: nothing
  on_its_way:"""
