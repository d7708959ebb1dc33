"""What counts from the call back, and not from the booking hours before: overflow, and the contact."""

from __future__ import annotations

import pytest

from ivr.store import tables
from tests.service.calling_back import bookings, books, calling_back, customer_phone, noted
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.witness_checks import rows

OVERFLOW = """
    overflow:
      - {after_minutes: 30, transfer: warehouse}
"""
HOURS = 3 * 3600.0


@pytest.fixture
def back(rehearse, tmp_path):
    targets = 'targets: {warehouse: "+14155550100"}\n'
    line = rehearse(calling_back(tmp_path, calendars=targets, queue=OVERFLOW))
    books(line)
    line.customer = customer_phone(line)
    line.agent = line.add_agent("desk-1", ["support"], available=False)
    line.run(HOURS)
    return line


@ON_SQLITE
def test_who_is_called_back_is_not_led_elsewhere_for_the_hours_before(back):
    back.line.agents.go_available("desk-1")
    assert back.account.run_until(lambda: back.customer.ringing, 20)
    back.customer.answer()
    back.run(2)
    back.line.agents.go_away("desk-1")
    back.customer.press("1")
    back.run(40)
    assert noted(back, "overflowed") == []
    back.line.agents.go_available("desk-1")
    picks_up(back, back.agent)
    back.run(3)
    assert back.customer.talking_to == {back.agent.address}


@ON_SQLITE
def test_the_contact_is_the_call_and_not_the_hours_since_it_was_booked(back):
    back.line.agents.go_available("desk-1")
    assert back.account.run_until(lambda: back.customer.ringing, 20)
    back.customer.answer()
    back.run(2)
    back.customer.press("1")
    picks_up(back, back.agent)
    back.run(30)
    back.customer.hang_up()
    back.run(5)
    (row,) = bookings(back)
    (contact,) = rows(back, tables.contact, call_sid=row.call_sid)
    assert contact.at - row.booked_at >= HOURS
    assert 25 <= contact.seconds <= 45
