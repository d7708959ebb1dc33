"""Members of the engine's own names: those that exist are let be, all others are errors with their place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ivr.engine.context import CallContext, OpeningState, QueueStatus, WaitContext
from ivr.engine.session import CallInfo, Session
from ivr.engine.step import Visit
from ivr.engine.values import LINE, MEMBERS, STATE, line_now, values_for
from ivr.flowfiles.articles.article_parser import around, check_names, read_article
from ivr.flowfiles.loader import read_book
from ivr.flowfiles.problems import SettingsProblems
from ivr.flowfiles.settings_file import read_settings

COMPANY = """company: Northwind
languages: [en-US]
numbers: {"+15550001000": main}
queues: {support: {}, billing: {}}
calendars: {office: {hours: {mon-fri: 09:00-17:00}}}
sources: {crm: {http: {url: "https://crm.example.com/find"}}}
"""
FLOW = """flow: main
human: support
start: hello
steps:
  hello: {say: Hello. Press 0 at any time for a person., next: number}
  number: {ask: Your number please., digits: 6, save: number, next: find}
  find: {lookup: crm, with: {number: "{{ number }}"}, save: order, found: card}
  card: {pay: Default, amount: "10", save: payment, paid: which, failed: line}
  which:
    branch:
      - {when: "WHEN", next: line}
    otherwise: tell
  tell: {say: "SAY", next: line}
  line: {queue: support}
"""


def told(when: str = "order.total > 1", say: str = "Hello.", stored: bool = False) -> list[str]:
    flow = FLOW.replace("WHEN", when).replace("SAY", say)
    loaded = read_book({"main.yaml": flow}, read_settings(COMPANY), stored=stored)
    return [str(each) for each in loaded.problems]


EXIST = [
    "hours.office.open", "not hours.office.open", "hours.office.next_open is defined", "hours['office'].open",
    "hours.office.reason == 'exception'", "queues.support.waiting > 3", "queues.billing.minutes > 10",
    "queues.support.open and not queues.support.full", "queue.position > 1", "queue", "caller.number",
    "caller.name == 'Ann'", "customer", "customer.tier == 'gold'", "customer.orders[0].state == 'sent'",
    "order.total > 1", "order.lines[0].price > 1", "number == '123456'", "payment", "payment.amount > 5",
    "now is defined", "customer.next_open.hour", "'gold' in customer.tags",
]  # fmt: skip


@pytest.mark.parametrize("when", EXIST)
def test_what_there_is_and_what_only_the_company_knows_is_let_be(when):
    assert told(when=when) == []


MISSING = [
    ("now.hour < 24", "11:17: ", "'now' has no 'hour' (say it as now | time or now | date"),
    ("now['hour'] < 24", "11:17: ", "'now' has no 'hour'"),
    ("not (1 < 2 and now.hour > 5)", "11:32: ", "'now' has no 'hour'"),
    ("hours.office.next_open.hour > 8", "11:17: ", "'hours.office.next_open' has no 'hour'"),
    ("hours.office.opened", "11:17: ", "'hours.office' has no 'opened' (did you mean 'open'?)"),
    ("hours.office", "11:17: ", "'hours.office' is no value by itself (write hours.office.open"),
    ("hours.ofice.open", "11:17: ", "there is no calendar 'ofice' in config.yaml (did you mean 'office'?)"),
    ("hours['ofice'].open", "11:17: ", "there is no calendar 'ofice'"),
    ("caller.city == 'Ohio'", "11:17: ", "'caller' has no 'city' (there is number or name)"),
    ("caller.nunber", "11:17: ", "(did you mean 'number'?)"),
    ("caller == '+14155550123'", "11:17: ", "'caller' is no value by itself (write caller.number or"),
    ("caller.number.country == 'US'", "11:17: ", "'caller.number' has no 'country' (write caller.number by"),
    ("queues.support.typo > 1", "11:17: ", "'queues.support' has no 'typo'"),
    ("queues.suport.waiting > 1", "11:17: ", "there is no queue 'suport'"),
    ("queues.support", "11:17: ", "'queues.support' is no value by itself"),
    ("queue.wait > 1", "11:17: ", "'queue' has no 'wait' (did you mean 'waited'?)"),
    ("number.length > 4", "11:17: ", "'number' has no 'length'"),
    ("payment.total > 4", "11:17: ", "'payment' has no 'total' (there is amount, confirmation or token)"),
    ("call.waited_minutes > 4", "11:17: ", "'call' is known to articles only"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "place", "said"), MISSING, ids=[each[0] for each in MISSING])
def test_a_condition_on_what_does_not_exist_is_an_error(when, place, said):
    problems = told(when=when)
    assert len(problems) == 1, problems
    assert problems[0].startswith(f"flows/main.yaml:{place}") and said in problems[0]


@pytest.mark.parametrize(
    ("say", "said"),
    [
        ("It is {{ now.hour }}.", "13:25: flow main › step tell › say: 'now' has no 'hour'"),
        ("You call from {{ caller.city | title }}.", "'caller' has no 'city'"),
        ("We open at {{ hours.office.next_open.hour }}.", "'hours.office.next_open' has no 'hour'"),
        ("Your call is {{ 'long' if queues.support.typo else 'short' }}.", "'queues.support' has no 'typo'"),
        ("{{ 'Hello ' ~ caller }}", "'caller' is no value by itself"),
    ],
)
def test_so_it_is_in_prompts(say, said):
    problems = told(say=say)
    assert len(problems) == 1 and said in problems[0]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("when: now.hour > 17", "'now' has no 'hour'"),
        ("when: call.waited > 3", "'call' has no 'waited' (did you mean 'waited_minutes'?)"),
        ("say: 'You call from {{ caller.city }}.'", "'caller' has no 'city'"),
        ("when: hours.office.opend", "'hours.office' has no 'opend'"),
        ("when: queues.support.waiting > 3", "nothing ever fills 'queues' (did you mean 'queue'?)"),
        ("when: call.waited_minutes > 3 and 'find' in call.path", ""),
    ],
)
def test_so_it_is_in_articles(lines, said):
    settings = read_settings(COMPANY)
    flow = FLOW.replace("WHEN", "order.total > 1").replace("SAY", "Hello.")
    flow_set = read_book({"main.yaml": flow}, settings).flow_set
    read = read_article(f"---\ntitle: One\n{lines}\n---\nText.\n", "one", "one.md")
    problems = [str(each) for each in check_names(read, settings, around(flow_set))]
    assert len(problems) == bool(said) and all(said in each for each in problems)


def test_a_company_s_wording_mentions_only_what_sentences_are_given():
    read_settings(COMPANY + "phrases: {en-US: {position: 'You are number {{ position }}.'}}\n")
    with pytest.raises(SettingsProblems, match="no sentence of ours is given 'caller'"):
        read_settings(COMPANY + "phrases: {en-US: {goodbye: 'Goodbye, {{ caller.name }}.'}}\n")


def test_calls_go_on_in_texts_that_were_stored():
    assert told(when="now.hour > 5", stored=True)
    flow = FLOW.replace("WHEN", "now.hour > 5").replace("SAY", "Hello.")
    assert read_book({"main.yaml": flow}, read_settings(COMPANY), stored=True).flow_set is not None


def test_the_members_are_those_that_a_call_has():
    call = CallInfo("CA1", "+14155550123", "+15550001000")
    wait = WaitContext("support", 1, 5.0, True, True, 600.0)
    visit = Visit(Session(call, "r", "en-US", ()), CallContext(datetime.now(UTC), wait=wait), "step", None)
    values = values_for(visit)
    assert set(values) == set(MEMBERS)
    assert set(values["caller"]) == set(MEMBERS["caller"])
    assert set(values["queue"]) == set(MEMBERS["queue"])
    assert set(line_now(QueueStatus())) == set(LINE)
    assert set(OpeningState.__dataclass_fields__) == set(STATE)


@pytest.mark.parametrize(
    "say",
    [
        "{{ 'It is known.' if ticket is defined else 'It is new.' }}",
        "{{ ticket if ticket else 'none' }}",
        "{{ ticket.number | default('none') }}",
        "{{ 'new' if not ticket else 'known' }}",
    ],
)
def test_a_value_that_is_asked_after_may_be_filled_later(say):
    flow = FLOW.replace("WHEN", "order.total > 1").replace("SAY", say)
    flow = flow.replace("next: line}", "next: note}") + "  note: {set: {ticket: T1}, next: line}\n"
    assert read_book({"main.yaml": flow}, read_settings(COMPANY)).problems == []
    plain = flow.replace(say, "It is {{ ticket }}.")
    (problem,) = read_book({"main.yaml": plain}, read_settings(COMPANY)).problems
    assert "'ticket' is only filled by later steps" in str(problem)
