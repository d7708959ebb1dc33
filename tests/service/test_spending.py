"""Money: whoever calls, whatever they key and however often, a day costs what the settings allow."""

from __future__ import annotations

import pytest

from ivr.floor.outgoing_messages import SmsRefused, text_from_agent
from ivr.floor.spending import MOST_TEXTS_BY_CALLER, MOST_TEXTS_TO_CALLER, MOST_TEXTS_TO_OTHER
from ivr.flowfiles.settings_file import load_settings
from ivr.service.sms_conversations import conversation
from ivr.settings import TransferSettings
from ivr.store import jobs
from tests.flowfiles.test_destinations import ALL, KEYED
from tests.service.calling_back import books, calling_back
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.giving_on import GivingOn, settings_with
from tests.service.houses import journal, settings_of

pytestmark = ON_SQLITE

SEND = """
hello: {menu: Welcome. Press 1 for a text., keys: {1: send}}
send: {text: Your order was sent., next: more}
more: {text: And this., next: rest}
rest: {text: And that., next: bye}
bye: {hang_up: Bye.}
"""
KEYED_TO = """
ask: {ask: A number. Press 0 for a person., digits: {min: 1, max: 15}, save: to, next: send}
send: {text: Your order was sent., to: "{{ to }}", next: bye}
bye: {hang_up: Bye.}
"""


def with_budget(tmp_path, steps: str, more: str):
    settings_of(tmp_path, steps)
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text() + more)
    return load_settings(path, {})


def calls(line, keys: str, from_: str = "+14155550123") -> None:
    caller = line.dial(from_)
    line.run(1)
    caller.press(keys)
    line.run(6)
    caller.hang_up()
    line.run(1)


def texts_to(line) -> list[str]:
    return [message["to"] for message in line.account.messages]


def refusals(line) -> list[str]:
    return [body["why"] for body in journal(line, "text_refused")]


# Where to -------------------------------------------------------------------------------------------------

FOREIGN = [
    "+881612345678", "+882161234567", "+9607771234", "+19005550123", "+18095550123", "+37190123456",
    "+447911123456", "+14165550123",
]  # fmt: skip


@pytest.mark.parametrize("shown", FOREIGN)
def test_a_number_that_is_shown_gets_no_text_either(on, shown):
    line = on(SEND)
    calls(line, "1", shown)
    assert texts_to(line) == [] and len(refusals(line)) == 3


def test_nothing_that_is_keyed_is_texted_outside(on):
    line = on(KEYED_TO)
    for number, keyed in enumerate(KEYED):
        calls(line, f"{keyed}#", f"+1415555{number + 2000}")
    assert texts_to(line) == []


def test_an_agents_text_goes_to_no_number_of_the_corpus_either(line):
    for number, to in enumerate(ALL):
        with line.line.transactions.begin() as tx, pytest.raises(SmsRefused):
            row = conversation(f"SM{number}", to, "+15550001000", None, tx.now)
            text_from_agent(tx, row, to, "Hello.", "Desk one", line.settings)


def test_nobody_of_the_corpus_is_called_back(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    rules = line.line.calls.callbacks.lifecycle._rules
    assert [number for number in ALL if not rules.refusal(number)] == []


def test_a_neighbour_is_called_back_once_it_is_named(rehearse, tmp_path):
    refused = rehearse(calling_back(tmp_path))
    rules = refused.line.calls.callbacks.lifecycle._rules
    assert rules.refusal("+14165550123") == "foreign"
    path = tmp_path / "config.yaml"
    path.write_text(path.read_text() + "neighbours: [CA]\n")
    named = load_settings(path, {})
    assert named.destinations.refusal("+14165550123") == ""


# How many -------------------------------------------------------------------------------------------------


def test_one_number_gets_few_texts_a_day_however_often_it_calls(on):
    line = on(SEND)
    for _ in range(5):
        calls(line, "1")
    assert len(texts_to(line)) == MOST_TEXTS_TO_CALLER
    line.run(86_400)
    calls(line, "1")
    assert len(texts_to(line)) == MOST_TEXTS_TO_CALLER + 3


def test_somebody_who_never_rang_gets_few_whoever_keys_the_number(on):
    line = on(KEYED_TO)
    for number in range(12):
        calls(line, "2125550177#", f"+1415555{2000 + number}")
    assert texts_to(line) == ["+12125550177"] * MOST_TEXTS_TO_OTHER


def test_one_caller_has_few_sent_to_others(on):
    line = on(KEYED_TO)
    for number in range(12):
        calls(line, f"21255501{70 + number}#")
    assert len(texts_to(line)) == MOST_TEXTS_BY_CALLER


def test_all_lines_together_send_no_more_in_an_hour(rehearse, tmp_path):
    line = rehearse(with_budget(tmp_path, SEND, "spending: {texts_per_hour: 7}\n"))
    for number in range(6):
        calls(line, "1", f"+1415555{2000 + number}")
    assert len(texts_to(line)) == 7 and "too many in an hour" in refusals(line)
    line.run(3600)
    calls(line, "1", "+14155552999")
    assert len(texts_to(line)) == 10


# The day --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch) -> list[tuple]:
    """The jobs that are asked for."""
    found, enqueue = [], jobs.enqueue

    def noting(connection, *job):
        found.append(job)
        enqueue(connection, *job)

    monkeypatch.setattr(jobs, "enqueue", noting)
    return found


ALERTED = "reports: {alerts: {webhook: 'https://hooks.example.com/x'}}\n"


def test_a_spent_budget_stops_texts_and_alerts_once_while_callers_reach_people(rehearse, tmp_path, asked):
    more = "spending: {per_day: 0.2, text: 0.05}\n" + ALERTED
    settings = with_budget(tmp_path, SEND, more)
    line = rehearse(settings, environ={"ALERT_WEBHOOK_SECRET": "x" * 32})
    agent = line.add_agent("desk-1", ["support"])
    for number in range(8):
        calls(line, "1", f"+1415555{2000 + number}")
    assert len(texts_to(line)) == 4 and "the budget of the day is used up" in refusals(line)
    (alert,) = [body for kind, _key, _due, body, _now in asked if kind == "alert_webhook"]
    assert alert["event"] == "budget_spent" and "0.2 USD" in alert["text"]
    assert len(journal(line, "budget_spent")) == 1
    caller = line.dial("+14155552999")
    line.run(1)
    caller.press("0")
    picks_up(line, agent)
    assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 10)
    caller.hang_up()
    line.run(86_400)
    calls(line, "1", "+14155552998")
    assert len(texts_to(line)) == 7, "another day, another budget"


def test_a_spent_budget_books_no_callbacks_and_what_was_booked_is_kept(rehearse, tmp_path):
    settings = calling_back(tmp_path)
    settings = settings.model_copy(
        update={"spending": settings.spending.model_copy(update={"per_day": settings.spending.call * 2})}
    )
    line = rehearse(settings)
    heard = [" ".join(books(line, f"+1415555{2000 + number}").heard) for number in range(4)]
    assert ["We will call you" in words or "call you back" in words for words in heard][:2] == [True, True]
    assert [("call you back" in words) for words in heard][2:] == [False, False], heard
    with line.database.read() as connection:
        booked = connection.exec_driver_sql("SELECT count(*) FROM callback").scalar()
        waiting = connection.exec_driver_sql(
            "SELECT count(*) FROM queued_call q JOIN call c ON c.sid = q.call_sid "
            "WHERE q.state = 'waiting' AND c.direction = 'in' AND c.ended_at IS NULL"
        ).scalar()
    assert (booked, waiting) == (2, 2), "who could not book stays in line for a person"


def test_a_spent_budget_stops_typed_numbers_and_not_those_that_are_named(rehearse):
    settings = settings_with(transfers=TransferSettings(numbers="any"))
    settings = settings.model_copy(update={"spending": settings.spending.model_copy(update={"per_day": 0.0})})
    talk = GivingOn(rehearse(settings))
    with pytest.raises(Exception, match="budget"):
        talk.give("number:+14155552671")
    talk.give("number:warehouse")
    assert [state for _, state, _ in talk.transfers()] == ["moving"]


def test_ringing_agents_costs_nothing_of_the_budget(rehearse, tmp_path):
    line = rehearse(with_budget(tmp_path, SEND, "spending: {per_day: 0}\n"))
    agent = line.add_agent("desk-1", ["support"])
    caller = line.dial()
    line.run(1)
    caller.press("0")
    picks_up(line, agent)
    assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 10)
