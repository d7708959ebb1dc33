"""Numbers that we cannot read, placeholders of networks, addresses: what callers hear and agents see."""

from __future__ import annotations

import pytest

from ivr.service.screen_pop.cards import CardService
from ivr.store import calls, customers
from ivr.store.customers import CustomerRow
from tests.service.calling_back import CUSTOMER, calling_back
from tests.service.driving import ON_SQLITE, asks_for_person

STEPS = """hello: {menu: Welcome. Press 1., keys: {1: book}}
book: {callback: support, next: bye}
bye: {hang_up: Bye.}"""


@pytest.fixture
def line(rehearse, tmp_path):
    return rehearse(calling_back(tmp_path, STEPS))


def card_of(line, caller):
    line.add_agent("desk-1", ["support"])
    line.run(3)
    return CardService(line.database, line.clock.time, line.settings).card(caller.sid, "desk-1")


@ON_SQLITE
@pytest.mark.parametrize(
    ("number", "shown", "kind", "trust"),
    [
        ("+22507123456", "+22507123456", "unreadable", "Not readable"),
        ("sip:ann@example.com", "sip:ann@example.com", "unreadable", "Not readable"),
        ("+5215512345678", "+5215512345678", "readable", "Number not verified"),
        ("sip:+14155550123@example.com", "+14155550123", "readable", "Number not verified"),
        ("+15555555555", "", "placeholder", "No number: the network sent +15555555555"),
        ("anonymous", "", "withheld", "Number withheld"),
    ],
)
def test_the_agent_sees_what_the_network_sent(line, number, shown, kind, trust):
    caller = line.dial(number, StirVerstat="TN-Validation-Passed-A" if "sip" in number else "")
    line.run(2)
    caller.press("0")
    card = card_of(line, caller)
    assert (card.number, card.number_kind) == (shown, kind) and card.trust.startswith(trust)


@ON_SQLITE
@pytest.mark.parametrize(
    ("number", "heard"),
    [
        ("+22507123456", "We cannot call back the number you are calling from."),
        ("+15555555555", "We do not see the number you are calling from."),
        ("anonymous", "We do not see the number you are calling from."),
    ],
)
def test_who_wants_a_callback_hears_what_is_true_of_their_number(line, number, heard):
    caller = line.dial(number)
    line.run(2)
    caller.press("1")
    line.run(6)
    assert heard in caller.heard


@ON_SQLITE
@pytest.mark.parametrize("number", ["+15555555555", "+19999999999", "+17378742833"])
def test_two_strangers_behind_a_placeholder_share_no_place(line, number):
    first = asks_for_person(line, number)
    line.run(20)
    first.hang_up()
    line.run(20)
    second = line.dial(number)
    line.run(12)
    assert "has been kept" not in " ".join(second.heard) and "Welcome. Press 1." in second.heard


@ON_SQLITE
def test_the_number_in_an_address_finds_its_customer(line):
    with line.database.write() as unit:
        customers.save(unit.connection, CustomerRow("C1", "Ann", "", "", "", {}, 1.0), [CUSTOMER])
    caller = line.dial(f"sip:{CUSTOMER}@pbx.example.com")
    line.run(2)
    with line.database.read() as connection:
        assert calls.find(connection, caller.sid).customer_id == "C1"
