"""Recorded calls from a number that several customers have: they share it in the replay, too."""

from __future__ import annotations

import json
import shutil

import pytest

from ivr.cli.record import record
from ivr.cli.replay import replay
from ivr.cli.test import test as run_scenarios
from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.simulated_line import SimulatedLine
from ivr.store import customers
from ivr.store.customers import CustomerRow
from tests.scenarios.conftest import FLOWS
from tests.scenarios.test_lookups import CONFIG

FLOW = """
flow: main
human: support
start: several
steps:
  several:
    branch: [{when: customer.matches == 2, next: number}]
    otherwise: known
  number:
    ask: Please enter your number. Press 0 at any time to speak to a person.
    digits: 4
    save: number
    next: who
  who: {lookup: customer, with: {FIELD: "{{ number }}"}, found: found, missing: nobody}
  known: {hang_up: We know you. Goodbye.}
  found: {hang_up: You are found. Goodbye.}
  nobody: {hang_up: We do not know you. Goodbye.}
"""


@pytest.fixture
def called(tmp_path, monkeypatch):
    """A call of the office, in which these keys are pressed; returns its sid."""

    def call(keys: str, field: str = "id") -> str:
        (tmp_path / "flows").mkdir()
        shutil.copytree(FLOWS / "audio", tmp_path / "flows" / "audio")
        (tmp_path / "config.yaml").write_text(CONFIG)
        (tmp_path / "flows" / "main.yaml").write_text(FLOW.replace("FIELD", field))
        monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'real.db'}")
        monkeypatch.setenv("ORDERS_KEY", "key")
        line = SimulatedLine(load_settings(tmp_path / "config.yaml", {}), f"sqlite:///{tmp_path / 'real.db'}",
                         folder=tmp_path)  # fmt: skip
        with line.database.write() as unit:
            for key in ("1042", "2077"):
                row = CustomerRow(f"C{key}", f"Office {key}", "", "", "", {"pin": key[::-1]}, 0.0)
                customers.save(unit.connection, row, ["+14155550123"])
        caller = line.dial()
        line.run(2)
        caller.press(keys)
        line.run(30)
        assert not caller.call.live
        monkeypatch.setattr("time.time", line.clock.time)
        line.close()
        return caller.sid

    return call


@pytest.mark.parametrize("keys", ["1042", "9999"])
def test_an_old_call_of_two_customers_ends_where_it_did(called, ivr, tmp_path, keys):
    called(keys)
    shown = ivr(replay, "--json", "--config", tmp_path / "config.yaml", tmp_path / "flows").stdout
    report = json.loads(shown)
    assert (report["same"], report["elsewhere"], report["not_reproduced"]) == (1, 0, 0)


@pytest.mark.parametrize(("keys", "field"), [("1042", "id"), ("2401", "pin"), ("9999", "id")])
def test_its_scenario_has_other_digits_and_finds_the_same(called, ivr, tmp_path, keys, field):
    sid = called(keys, field)
    config = ("--config", tmp_path / "config.yaml")
    written = json.loads(ivr(record, sid, "--json", *config).stdout)
    assert written["same_end"], written
    assert keys not in written["scenario"] and "Office" not in written["scenario"]
    (tmp_path / "was.yaml").write_text(written["scenario"])
    assert ivr(run_scenarios, tmp_path / "was.yaml", *config).exit_code == 0
