"""Whole calls in which a number is keyed into the messages before its question."""

from __future__ import annotations

import shutil

import pytest

from ivr.cli.test import test as run_scenarios
from tests.scenarios.conftest import FLOWS

CONFIG = """
company: Northwind
numbers: {"+15550001000": main}
queues: {support: {}}
sources: {tickets: {http: {url: "https://tickets.example/all"}}}
"""
FLOW = """
flow: main
human: support
start: hello
steps:
  hello: {say: Thank you for calling. Press 0 at any time to speak to a person., next: BEHIND}
  number: {ask: Please enter your order number., digits: {min: 4, max: 10}, save: order, next: said}
  said: {hang_up: "You gave us {{ order | digits }}. Goodbye."}
"""
BETWEEN = {
    "nothing": "",
    "a message": "  news: {say: We have moved to another building by the harbour., next: number}\n",
    "a source": "  news: {lookup: tickets, found: number, missing: number}\n",
    "a source with words": "  news: {lookup: tickets, say: One moment., found: number, missing: number}\n",
    "a recording": "  news: {record: This call is recorded., next: number}\n",
}


@pytest.mark.parametrize("keys", ["123456#", "012345#", "123w456#"])
@pytest.mark.parametrize("between", BETWEEN)
def test_a_number_keyed_into_the_message_before_its_question(tmp_path, ivr, monkeypatch, between, keys):
    (tmp_path / "flows" / "scenarios").mkdir(parents=True)
    shutil.copytree(FLOWS / "audio", tmp_path / "flows" / "audio")
    (tmp_path / "config.yaml").write_text(CONFIG)
    flow = FLOW.replace("BEHIND", "news" if BETWEEN[between] else "number") + BETWEEN[between]
    (tmp_path / "flows" / "main.yaml").write_text(flow)
    digits = " ".join(key for key in keys if key.isdigit())
    scenario = tmp_path / "flows" / "scenarios" / "s.yaml"
    scenario.write_text(
        "scenario: keyed ahead\ngiven: {lookups: {tickets: {missing: true}}}\n"
        f'then:\n  - presses: "{keys}"\n  - hears: You gave us {digits}\n'
    )
    monkeypatch.setenv("IVR_CONFIG", str(tmp_path / "config.yaml"))
    result = ivr(run_scenarios, scenario)
    assert result.exit_code == 0, result.output
