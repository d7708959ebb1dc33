"""Look-ups answered by the scenario: found, missing, failed, and slow; a real source is never asked."""

from __future__ import annotations

import shutil

import pytest

from ivr.cli.test import test as run_scenarios
from tests.scenarios.conftest import FLOWS

CONFIG = """
company: Northwind
numbers: {"+15550001000": main}
queues: {support: {}}
sources:
  orders:
    http: {url: "https://orders.example/{number}", headers: {Authorization: "${ORDERS_KEY}"}, timeout: 2}
"""
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
    found: tell
    missing: nothing
  tell: {hang_up: "Your order is {{ order.state }}. Goodbye."}
  nothing: {hang_up: We know of no such order. Goodbye.}
"""
CASES = {
    "{found: {state: on its way}}": "Your order is on its way",
    "{found: {state: on its way}, slow: 1}": "Your order is on its way",
    "{found: {state: on its way}, slow: 5}": "putting you through to a person",
    "{missing: true}": "We know of no such order",
    "{failed: true}": "putting you through to a person",
}


@pytest.fixture
def company(tmp_path):
    (tmp_path / "flows" / "scenarios").mkdir(parents=True)
    shutil.copytree(FLOWS / "audio", tmp_path / "flows" / "audio")
    (tmp_path / "config.yaml").write_text(CONFIG)
    (tmp_path / "flows" / "main.yaml").write_text(FLOW)
    return tmp_path


@pytest.mark.parametrize("answer", CASES)
def test_a_look_up_is_answered_by_the_scenario(ivr, company, answer):
    file = company / "flows" / "scenarios" / "orders.yaml"
    file.write_text(
        f"scenario: x\ngiven: {{lookups: {{orders: {answer}}}}}\n"
        f"then:\n  - presses: 1234\n  - hears: {CASES[answer]}\n"
    )

    result = ivr(run_scenarios, "--config", company / "config.yaml", file)

    assert result.exit_code == 0, result.output


def test_a_source_that_is_not_there_is_a_problem(ivr, company):
    file = company / "flows" / "scenarios" / "orders.yaml"
    file.write_text("scenario: x\ngiven: {lookups: {ordres: {missing: true}}}\nthen: [music]\n")

    result = ivr(run_scenarios, "--config", company / "config.yaml", file)

    assert result.exit_code == 2 and "there is no source 'ordres' (did you mean 'orders'?)" in result.output


UNASKED = """
flow: main
human: support
start: hello
steps:
  hello: {set: {number: ""}, next: find}
  find:
    lookup: %s
    with: {number: "{{ %s }}"}
    save: order
    found: tell
    missing: nothing
  tell: {hang_up: "Your order is {{ order.state }}. Press 0 for a person."}
  nothing: {hang_up: We know of no such order. Press 0 for a person.}
"""
MORE = """
  invoices: {sql: {url: DB, query: "select state from invoices where number = :number"}}
"""


@pytest.mark.parametrize(
    ("source", "value", "heard"),
    [
        ("orders", "number", "We know of no such order"),
        ("orders", "caller.number", "Your order is sent"),
        ("invoices", "number", "Your order is sent"),
        ("invoices", "customer", "putting you through to a person"),
    ],
)
def test_an_answer_is_only_given_to_what_a_real_source_would_be_asked(ivr, company, source, value, heard):
    (company / "config.yaml").write_text(CONFIG + MORE)
    (company / "flows" / "main.yaml").write_text(UNASKED % (source, value))
    file = company / "flows" / "scenarios" / "orders.yaml"
    answer = f"{{lookups: {{{source}: {{found: {{state: sent}}}}}}}}"
    file.write_text(f"scenario: x\ngiven: {answer}\nthen:\n  - hears: {heard}\n")

    result = ivr(run_scenarios, "--config", company / "config.yaml", file)

    assert result.exit_code == 0, result.output


TWICE = "{lookups: {orders: [{missing: true}, {found: {state: sent}}]}}"


@pytest.mark.parametrize(
    ("then", "said"),
    [
        ("  - presses: 1234\n  - hears: once more\n  - presses: 1204\n  - asked: {orders: {number: 1204}}\n"
         "  - hears: Your order is sent\n", ""),
        ("  - presses: 1234\n  - asked: {orders: {number: 1204}}\n", "orders is asked with {number: 1204}"),
        ("  - asked: {orders: {number: 1204}}\n", "it is asked nothing"),
    ],
)  # fmt: skip
def test_answers_come_in_turn_and_a_scenario_says_what_was_asked(ivr, company, then, said):
    again = FLOW.replace("missing: nothing", "missing: again")
    again += "  again: {say: Please try it once more., next: number}\n"
    (company / "flows" / "main.yaml").write_text(again)
    file = company / "flows" / "scenarios" / "orders.yaml"
    file.write_text(f"scenario: x\ngiven: {TWICE}\nthen:\n{then}")

    result = ivr(run_scenarios, "--config", company / "config.yaml", file)

    assert result.exit_code == (1 if said else 0), result.output
    assert said in result.output
