"""The scenarios of the shipped flows: all green, all covered; a broken flow turns the right ones red."""

from __future__ import annotations

import json
import re

from ivr.cli.test import test as run_scenarios
from ivr.scenarios.runner import run
from ivr.scenarios.scenario_file import read_scenarios, scenario_files
from tests.scenarios.conftest import FLOWS, change

THE_EXAMPLE = """
scenario: 0 in the middle of the welcome reaches an agent who already knows why
given: {caller: "+14155550123", at: 2026-03-02 10:00, agents: [{id: desk-1, queues: [support]}]}
then:
  - hears: Thank you for calling
  - presses: 0
  - hears: between
  - music
  - agent: desk-1
    sees: {customer: Alfreds Futterkiste, path: [welcome], waiting_for: support}
    answers: true
  - talking
"""


def failed(result) -> list[str]:
    return re.findall(r"^FAILED  \S+: (.*)$", result.stdout, re.MULTILINE)


def test_all_green_and_every_step_and_exit_covered(ivr):
    result = ivr(run_scenarios, "--coverage", "--json")

    report = json.loads(result.stdout)
    assert result.exit_code == 0, result.stdout[:3000]
    assert report["failed"] == 0 and report["passed"] >= 40
    assert report["coverage"]["missing"] == [] and report["coverage"]["percent"] == 100


def test_the_example_of_the_design_works_as_written_wherever_it_stands(ivr, tmp_path):
    file = tmp_path / "example.yaml"
    file.write_text(THE_EXAMPLE)

    result = ivr(run_scenarios, file)

    assert result.exit_code == 0, result.stdout


def test_a_wrong_key_turns_exactly_the_payments_red(ivr, draft):
    change(draft, "billing.yaml", "keys: {1: invoice, 2: payment}", "keys: {1: invoice, 2: invoice}")

    result = ivr(run_scenarios, "--flows", draft)

    assert result.exit_code == 1
    assert failed(result) == [
        "after a talk with billing the caller comes back to the main flow, which says goodbye"
    ]
    assert "nearest:  " in result.stdout
    assert "billing.yaml:23 invoice" in result.stdout  # what was heard instead, with its step and line


def test_other_words_turn_those_red_who_listen_for_them(ivr, draft):
    change(draft, "main.yaml", "If it has not arrived, press 1.", "If it is late, press 1.")

    result = ivr(run_scenarios, "--flows", draft)

    assert failed(result) == ["a delivery that has not arrived reaches support with its topic"]
    assert "expected: hears 'If it has not arrived, press 1' within 60 seconds" in result.stdout
    assert "nearest:  If it is late, press 1." in result.stdout


def test_coverage_names_what_was_not_reached(ivr, draft):
    result = ivr(run_scenarios, FLOWS / "scenarios" / "zero.yaml", "--coverage")

    assert result.exit_code == 0
    assert "flows/main.yaml:56: flow main › step late: never entered" in result.stdout
    assert "flows/main.yaml:54: flow main › step complaint: exit keys.1" in result.stdout
    assert re.search(r"Coverage: \d+ of \d+ steps, \d+ of \d+ exits \(\d\d %\)", result.stdout)


def test_a_step_added_to_a_draft_lowers_the_coverage(ivr, draft):
    change(draft, "main.yaml", "  goodbye:\n", "  extra:\n    say: Hello.\n    next: goodbye\n\n  goodbye:\n")
    change(draft, "main.yaml", "3: other}", "3: other, 4: extra}")

    report = json.loads(ivr(run_scenarios, "--flows", draft, "--coverage", "--json").stdout)

    missing = [(one["step"], one["exit"]) for one in report["coverage"]["missing"]]
    assert missing == [("complaint", "keys.4"), ("extra", ""), ("extra", "next")]
    assert report["coverage"]["steps"] == report["coverage"]["steps_covered"] + 1


def test_mistakes_and_nothing_to_play_are_exit_code_2(ivr, tmp_path):
    (tmp_path / "wrong.yaml").write_text("scenario: x\nthen: [dance]\n")

    wrong = ivr(run_scenarios, tmp_path / "wrong.yaml")
    nothing = ivr(run_scenarios, "-k", "no such scenario")

    assert wrong.exit_code == 2 and "nobody can 'dance' in a scenario" in wrong.stderr
    assert nothing.exit_code == 3 and "no scenario with 'no such scenario'" in nothing.stderr


def test_a_draft_with_errors_is_exit_code_2(ivr, draft):
    change(draft, "main.yaml", "3: other}", "3: nowhere}")

    result = ivr(run_scenarios, "--flows", draft)

    assert result.exit_code == 2 and "nowhere" in result.stderr


def test_a_scenario_leaves_nothing_to_those_after_it(settings):
    """Also in an order in which nobody has run them."""
    scenarios, _ = read_scenarios(scenario_files([FLOWS / "scenarios"]), settings)

    results = run(settings, scenarios[::-1])

    assert [result.name for result in results] == [scenario.name for scenario in scenarios[::-1]]
    assert [result.name for result in results if not result.passed] == []
