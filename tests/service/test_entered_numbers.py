"""T-27: numbers that are keyed and not called from. Anybody may key any number, under any caller's number:
nobody is bombed with our calls and texts, learns of another's callback, or shuts out the others."""

from __future__ import annotations

import pytest

from ivr.store import customers, erasing
from ivr.store.customers import CustomerRow
from ivr.store.tables import keyed_number, work_item
from tests.service.calling_back import (
    CUSTOMER,
    bookings,
    books,
    calling_back,
    customer_phone,
    rings_to,
)
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up
from tests.service.witness_checks import rows

pytestmark = ON_SQLITE
HOUR = 3600.0
REFUSED = "I am sorry, we cannot book a callback right now."
LOOP = """hello: {menu: Welcome. Press 1., keys: {1: help, 2: book}}
book: {callback: support, next: hello, not_possible: bye}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda **callbacks: rehearse(calling_back(tmp_path, **callbacks))


def keys_number(line, caller, number: str = "4155550123") -> None:
    """Asks for a callback in line, to this number, and confirms it."""
    withheld = caller.call.from_ in ("anonymous", "")
    for keys in ("1", f"{number}#", "1") if withheld else ("1", "2", f"{number}#", "1"):
        caller.press(keys)
        line.run(5)
    line.run(10)


def asks(line, from_: str, number: str = "4155550123", wait: float = 9):
    caller = asks_for_person(line, from_)
    line.run(wait)
    keys_number(line, caller, number)
    return caller


def test_who_keys_anothers_number_does_not_learn_of_their_callback(back):
    line = back()
    books(line)
    theirs, free = "4155550123", "4155550160"
    heard = [
        asks(line, f"+1415555018{n}", number).heard[-3:]
        for n, number in enumerate((free, free, theirs, theirs))
    ]
    assert heard[:2] == heard[2:], "neither the first time nor the second"
    assert "Your callback is booked." in str(heard[0]) and REFUSED in heard[1]
    assert [row.number for row in bookings(line)] == [CUSTOMER, f"+1{free}"]


def test_T_27_changing_callers_ring_nobody_more_than_once_a_day(back):
    line = back(retry_minutes=10, attempts=3)
    victim = customer_phone(line, "no-answer")
    line.add_agent("desk-1", ["support"], available=False)
    for caller in range(4):
        line.line.agents.go_away("desk-1")
        asks(line, f"+1415555020{caller}").hang_up()
        line.line.agents.go_available("desk-1")
        line.run(HOUR)
    (row,) = bookings(line)
    assert (row.state, row.attempts, row.end_reason) == ("expired", 1, "no-answer")
    assert len(rings_to(line)) == 1 and not victim.ringing
    assert [message for message in line.account.messages if message["to"] == CUSTOMER] == []
    assert [(one.kind, one.state) for one in rows(line, work_item)] == [("callback", "open")]


def test_T_27_a_call_keys_two_numbers_at_most(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, LOOP))
    caller = line.dial("+14155550188")
    line.run(3)
    for number in ("4155550123", "4155550124", "4155550125"):
        for keys in ("2", "2", f"{number}#", "1"):
            caller.press(keys)
            line.run(9)
    assert REFUSED in caller.heard
    assert [row.number for row in bookings(line)] == ["+14155550123", "+14155550124"]


def test_T_27_a_caller_keys_three_numbers_a_day_at_most(back):
    line = back()
    heard = [REFUSED in asks(line, "+14155550188", f"415555012{n}").heard for n in range(4)]
    assert heard == [False, False, False, True]


def test_T_27_strangers_use_up_their_own_ceiling_and_shut_out_nobody_else(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, keyed_per_hour=2))
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("Z1", "Zed", "", "", "", {}, 1.0), ["+14155550150"])
    tried = {
        "a stranger": asks(line, "anonymous", "4155550140"),
        "another": asks(line, "+14155550189", "4155550141"),
        "one too many": asks(line, "anonymous", "4155550142"),
        "a customer": asks(line, "anonymous", "4155550150"),
        "who waited": asks(line, "anonymous", "4155550143", wait=125),
    }
    refused = [who for who, caller in tried.items() if REFUSED in caller.heard]
    assert refused == ["one too many"]
    line.run(HOUR)
    assert REFUSED not in asks(line, "anonymous", "4155550142").heard


def test_who_pressed_a_key_may_be_called_again_that_day(back):
    line = back()
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"], available=False)
    asks(line, "anonymous")
    line.line.agents.go_available("desk-1")
    assert line.account.run_until(lambda: customer.ringing, 90)
    customer.answer()
    line.run(1)
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    agent.hang_up()
    customer.hang_up()
    line.line.agents.go_away("desk-1")
    line.run(60)
    asks(line, "anonymous")
    assert [row.state for row in bookings(line)] == ["connected", "booked"]


def test_an_erased_number_is_not_kept_because_somebody_keyed_it(back):
    line = back()
    asks(line, "anonymous")
    assert [one.number for one in rows(line, keyed_number)] == [CUSTOMER]
    with line.database.write() as unit:
        erasing.erase(unit.connection, "", [CUSTOMER], [])
    assert rows(line, keyed_number) == []
