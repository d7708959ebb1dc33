"""Callbacks over the whole line: booked, dialled in turn, answered, and what else may happen (F-CB, I-18)."""

from __future__ import annotations

import pytest

from tests.service.calling_back import (
    CUSTOMER,
    bookings,
    books,
    calling_back,
    customer_phone,
    noted,
    rings_to,
)
from tests.service.driving import picks_up, state_of


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda **callbacks: rehearse(calling_back(tmp_path, **callbacks))


def test_booked_at_key_1_dialled_in_turn_and_connected(back):
    line = back()
    caller = books(line)
    assert caller.status == "completed"
    assert "booked" in " ".join(caller.heard)
    (row,) = bookings(line)
    assert (row.state, row.number, row.queue, row.attempts) == ("booked", CUSTOMER, "support", 0)
    customer = customer_phone(line)
    agent = line.add_agent("desk-1", ["support"])
    assert line.exchange.run_until(lambda: customer.ringing, 10)
    assert not agent.ringing, "the customer is on the phone first"
    customer.answer()
    line.run(2)
    assert "Northwind" in customer.heard[0], "F-CB-04: a voice within two seconds"
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}
    (row,) = bookings(line)
    assert (row.state, row.attempts) == ("connected", 1)
    assert noted(line) == ["callback_booked", "callback_dialled", "callback_connected"]
    customer.hang_up()
    line.run(2)
    assert state_of(line) == "wrapping_up"
    assert len(rings_to(line)) == 1
