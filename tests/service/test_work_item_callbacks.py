"""One click calls back who left a message: the agent's phone first, and the message ends with that call."""

from __future__ import annotations

import pytest

from ivr.errors import Conflict
from ivr.service.work_item_callbacks import work_service
from ivr.store import work_items
from tests.desk.test_roles import Page
from tests.service.calling_back import CUSTOMER, calling_back, customer_phone
from tests.service.driving import picks_up
from tests.service.houses import journal
from tests.service.test_voicemail import being_recorded

STEPS = "v: {voicemail: support, say: After the tone please.}"


@pytest.fixture
def line(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, STEPS))
    line.phone = line.add_agent("desk-1", ["support"], available=False)
    line.line.agents.go_away("desk-1")
    return line


@pytest.fixture
def works(line):
    return work_service(line.line.transactions, line.line.calls, line.line.registry, line.settings)


def left_message(line, from_: str = CUSTOMER) -> None:
    caller = line.dial(from_=from_)
    assert line.account.run_until(lambda: being_recorded(line), 20)
    caller.say("Please call me back.", seconds=4)
    line.run(4.5)
    caller.hang_up()
    line.run(5)


def taken(works) -> int:
    [one] = works.seen_by("desk-1").items
    works.take(one.work.id, "desk-1")
    return one.work.id


def find(line, number: int):
    with line.database.read() as connection:
        return work_items.find(connection, number)


def test_the_agents_phone_rings_first_and_the_message_ends_with_the_talk(line, works):
    left_message(line)
    number, customer = taken(works), customer_phone(line)
    works.call_back(number, "desk-1")
    assert line.account.run_until(lambda: line.phone.ringing, 10)
    assert not customer.ringing, "the agent is on the phone first"
    picks_up(line, line.phone)
    assert line.account.run_until(lambda: customer.ringing, 20)
    customer.answer()
    line.run(2)
    customer.press("1")
    assert line.account.run_until(lambda: customer.talking_to == {line.phone.address}, 20)
    line.run(10)
    assert find(line, number).state == "taken"
    customer.hang_up()
    line.run(5)
    found = find(line, number)
    assert (found.state, found.result) == ("done", "called back")
    assert [one["result"] for one in journal(line, "work_done")] == ["called back"]
    line.run(4000)
    assert find(line, number).state == "done", "not given back afterwards"


def test_clicked_twice_it_calls_once(line, works):
    left_message(line)
    number = taken(works)
    customer_phone(line)
    works.call_back(number, "desk-1")
    with pytest.raises(Conflict, match="booked already"):
        works.call_back(number, "desk-1")
    assert len(journal(line, "callback_booked")) == 1


@pytest.mark.parametrize(
    ("caller", "words"),
    [
        ("+19005550123", "not called from here"),
        ("+442071838750", "other countries"),
        ("+18005550123", "ordinary"),
    ],
)
def test_numbers_that_no_booking_may_have_are_not_dialled_either(line, works, caller, words):
    left_message(line, caller)
    with pytest.raises(Conflict, match=words):
        works.call_back(taken(works), "desk-1")
    assert journal(line, "callback_booked") == []


def test_only_who_has_the_message_calls(line, works):
    left_message(line)
    line.add_agent("desk-2", ["support"])
    number = taken(works)
    with pytest.raises(Conflict):
        works.call_back(number, "desk-2")


def test_outside_the_hours_nobody_is_called(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, STEPS, hours="03:00-04:00"))
    line.add_agent("desk-1", ["support"], available=False)
    line.line.agents.go_away("desk-1")
    works = work_service(line.line.transactions, line.line.calls, line.line.registry, line.settings)
    left_message(line)
    with pytest.raises(Conflict, match="at this hour"):
        works.call_back(taken(works), "desk-1")


def test_the_button_on_the_desk(line, works):
    line.line.accounts.set_password("desk-1", "correct horse 1")
    page = Page(line.line.app, "desk-1")
    left_message(line)
    number = taken(works)
    shown = page.client.get("/desk/now").json["regions"]["work_item"]
    assert f'data-post="/desk/work/{number}/call"' in shown and "tel:" not in shown
    assert page.ask("/desk/work/99999/call", "POST").status_code == 404
    assert page.ask(f"/desk/work/{number}/call", "POST").status_code == 200
    assert "Your phone rings first" in page.client.get("/desk/now").json["regions"]["work_item"]
    assert page.ask(f"/desk/work/{number}/call", "POST").status_code == 409
