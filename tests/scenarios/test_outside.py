"""Texts, payments, surveys and recordings in scenarios: the examples of the manual, and failures."""

from __future__ import annotations

import re
import shutil

import pytest

from ivr.flowfiles.settings_file import load_settings
from ivr.scenarios.environment import ScenarioEnvironment
from ivr.scenarios.given import Given
from ivr.scenarios.playback import open_stage, play
from ivr.scenarios.scenario_file import read_scenarios
from tests.scenarios.conftest import FLOWS, ROOT

CONFIG = """
company: Northwind
languages: [en-US, es-US]
numbers: {"+15550001000": main}
queues: {support: {}}
"""
FLOW, EXAMPLES = re.findall(
    r"```yaml\n(.*?)```",
    (ROOT / "docs" / "testing-flows.md").read_text().partition("## Texts, payments")[2],
    re.DOTALL,
)[:2]
ASKED = "  - presses: 1\n  - hears: order number\n  - presses: 123\n  - hears: enter your PIN\n"
PAID = ASKED + "  - presses: 1234\n  - pays\n"
RATED = "  - presses: 5\n  - ends: finished\n"


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    (folder / "config.yaml").write_text(CONFIG)
    (folder / "flows").mkdir()
    shutil.copytree(FLOWS / "audio", folder / "flows" / "audio")
    (folder / "flows" / "main.yaml").write_text(FLOW)
    house = ScenarioEnvironment(load_settings(folder / "config.yaml", {}))
    yield folder, house
    house.close()


@pytest.fixture
def played(company):
    folder, house = company

    def results(text):
        file = folder / "s.yaml"
        file.write_text(text)
        scenarios, problems = read_scenarios([file], house.settings)
        assert problems == []
        return [play(house, scenario) for scenario in scenarios]

    return results


def test_the_examples_of_the_manual_work(played):
    results = played(EXAMPLES)

    assert len(results) == 2
    assert [result.failure for result in results] == [None, None]


@pytest.mark.parametrize(
    ("then", "wanted", "nearest"),
    [
        (PAID + "  - text: Welcome\n", "+14155550199 is sent the text 'Welcome'", "We have received your"),
        (PAID + "  - text: received\n    to: '+14155550155'\n", "+14155550155 is sent", "(to +14155550199)"),
        (ASKED + "  - presses: 1234\n  - pays: taken\n    amount: 20\n", "20 is to be paid", "20.45 is to"),
        (ASKED + "  - presses: 1234\n  - pays: refused\n  - text: received\n", "is sent", "no text was sent"),
        (ASKED + "  - recorded: on\n    within: 1\n", "the recording of the call is on", "it is paused"),
        (PAID + RATED + "  - stored: {survey: {easy: 4}}\n", "survey easy: 4 is stored", "easy: 5"),
    ],
)
def test_what_did_not_happen_fails(played, then, wanted, nearest):
    (result,) = played(f"scenario: x\nthen:\n{then}")

    assert result.failure is not None
    assert wanted in result.failure.wanted and nearest in result.failure.nearest


def test_the_recording_of_a_call_is_no_message(company):
    context = open_stage(company[1], Given())
    context.run(1)
    context.caller.press("1")
    context.run(7)

    assert context.call_recording == "on"
    assert not context.is_recorded


def test_the_star_key_leads_from_a_payment_to_a_person(played):
    (result,) = played(
        f"scenario: x\ngiven: {{agents: [{{id: desk-1, queues: [support]}}]}}\nthen:\n{ASKED}"
        "  - presses: 1234\n  - pays: star\n  - agent: desk-1\n    answers: true\n  - talking\n"
    )

    assert result.failure is None


def test_a_customer_of_the_list_keeps_their_name_with_a_language(played):
    (result,) = played(
        "scenario: x\n"
        "given:\n"
        "  language: es-US\n"
        "  customers: [{id: C9, name: Blue Lake, numbers: ['+14155550199']}]\n"
        "  agents: [{id: desk-1, queues: [support]}]\n"
        "then:\n  - hears: Grabamos\n  - presses: 0\n"
        "  - agent: desk-1\n    sees: {customer: Blue Lake, language: es-US}\n"
    )

    assert result.failure is None
