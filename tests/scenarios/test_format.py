"""Mistakes in a scenario are said as mistakes in a flow are: place, what is wrong, what to do."""

# ruff: noqa: E501 exact texts

from __future__ import annotations

import pytest

from ivr.scenarios.scenario_file import VERBS, documents, read_scenarios

CASES = [
    ("then: [music]\n", ["s.yaml:1:1: scenario: 'scenario' is missing (add a line 'scenario: …': what it shows, in a sentence)"]),
    ("scenario: x\n", ["s.yaml:1:1: scenario x: nothing happens in this scenario (add 'then:' and below it what happens, one '- …' on each line)"]),
    ("just text\n", ["s.yaml:1:1: scenario: this is not a scenario (begin with 'scenario: name' on a line of its own)"]),
    (
        "scenario: x\ngiven: {callr: '+14155550123'}\nthen: [music]\n",
        ["s.yaml:2:9: scenario x › given › callr: there is no setting 'callr' here (did you mean 'caller'?)"],
    ),
    (
        "scenario: x\ngiven: {at: tomorrow}\nthen: [music]\n",
        ["s.yaml:2:13: scenario x › given › at: 'tomorrow' is not a date and time (write it like 2026-03-02 10:00)"],
    ),
    (
        "scenario: x\ngiven: {agents: [{id: a, queues: [suport]}]}\nthen: [music]\n",
        ["s.yaml:2:35: scenario x › given › agents › 1 › queues › 1: there is no queue 'suport' (did you mean 'support'?)"],
    ),
    (
        "scenario: x\ngiven: {agents: [{id: a, queues: {suport: 2}}]}\nthen: [music]\n",
        ["s.yaml:2:43: scenario x › given › agents › 1 › queues › suport: there is no queue 'suport' (did you mean 'support'?)"],
    ),
    (
        "scenario: x\ngiven: {agents: [{id: a, queues: ['support:x']}]}\nthen: [music]\n",
        ["s.yaml:2:34: scenario x › given › agents › 1 › queues: 'x' is not a whole number (write digits, such as 3)"],
    ),
    (
        "scenario: x\ngiven: {hours: {ofice: closed}}\nthen: [music]\n",
        ["s.yaml:2:24: scenario x › given › hours › ofice: there is no calendar 'ofice' (did you mean 'office'?)"],
    ),
    (
        "scenario: x\ngiven: {caller: anonymous, language: es-US}\nthen: [music]\n",
        ["s.yaml:2:38: scenario x › given › language: nobody knows the language of an anonymous caller (give the caller a number)"],
    ),
    (
        "scenario: x\nthen:\n  - recorded: maybe\n",
        ["s.yaml:3:15: scenario x › then 1 › recorded: 'maybe' is not possible here (there is on, paused or off)"],
    ),
    (
        "scenario: x\nthen:\n  - pays: taken\n    amount: much\n",
        ["s.yaml:4:13: scenario x › then 1 › amount: 'much' is not an amount (write it like 20.45)"],
    ),
    (
        "scenario: x\nthen:\n  - heers: hello\n",
        ["s.yaml:3:5: scenario x › then 1: nobody can 'heers' in a scenario (did you mean 'hears'?)"],
    ),
    (
        "scenario: x\nthen:\n  - presses: abc\n",
        ["s.yaml:3:14: scenario x › then 1 › presses: 'abc' are not keys (use 0 to 9, * and #; w waits half a second)"],
    ),
    (
        "scenario: x\nthen:\n  - hears\n",
        ["s.yaml:3:5: scenario x › then 1: 'hears' wants to know what (write it like 'hears: …')"],
    ),
    (
        "scenario: x\ngiven: {agents: [{id: desk-1, queues: [support]}]}\nthen:\n  - agent: desk-2\n    answers: true\n",
        ["s.yaml:4:12: scenario x › then 1 › agent: there is no agent 'desk-2' (did you mean 'desk-1'?)"],
    ),
    (
        "scenario: x\nthen: [music]\n---\nscenario: y\nthen:\n  - silent: long\n",
        ["s.yaml:6:13: scenario y › then 1 › silent: 'long' is not a number (write a number, such as 0.8)"],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "problems"), CASES)
def test_a_mistake_is_said_with_its_place_and_remedy(written, text, problems):
    assert written(text)[1] == problems


def test_several_scenarios_in_a_file_know_their_lines(written):
    scenarios, problems = written(
        "# first\nscenario: one\nthen: [music]\n---\n\nscenario: two\nthen:\n  - hears: x\n---\n"
    )

    assert problems == []
    assert [(one.name, one.line, one.then[0].line) for one in scenarios] == [("one", 2, 3), ("two", 6, 8)]


def test_a_file_that_is_not_yaml_is_one_problem(tmp_path, settings):
    file = tmp_path / "broken.yaml"
    file.write_text('scenario: "open\n')

    scenarios, problems = read_scenarios([file], settings)

    assert scenarios == [] and len(problems) == 1 and problems[0].line == 1


def test_a_folder_that_is_not_there_is_a_problem(tmp_path, settings):
    assert [one.problems[0].code for one in documents(tmp_path / "none.yaml")] == ["no_file"]


def test_a_text_of_three_dashes_inside_a_document_is_no_separator(written):
    assert written("scenario: a --- b\nthen: [music]\n")[1] == []


def test_every_verb_is_in_the_manual():
    from tests.scenarios.conftest import ROOT

    manual = (ROOT / "docs" / "testing-flows.md").read_text()

    assert [word for word in VERBS if f"| `{word}" not in manual] == []
