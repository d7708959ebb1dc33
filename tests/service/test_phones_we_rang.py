"""F-DB-01 on the phones that we rang: a customer called back and an agent hear that it goes on, and keep
what they pressed."""

from __future__ import annotations

import pytest

from ivr.store.database import Database, DatabaseUnavailable
from tests.service.calling_back import bookings, books, calling_back, customer_phone
from tests.service.driving import ON_SQLITE, asks_for_person

pytestmark = ON_SQLITE
MOMENT = "One moment, please."


@pytest.fixture
def line(rehearse, tmp_path):
    return rehearse(calling_back(tmp_path))


@pytest.fixture
def away(monkeypatch):
    """`away()` takes the database away; `away.undo()` brings it back."""

    def gone(self):
        raise DatabaseUnavailable("away")

    def switch():
        monkeypatch.setattr(Database, "write", gone)
        monkeypatch.setattr(Database, "read", gone)

    switch.undo = monkeypatch.undo
    return switch


@pytest.fixture
def customer(line):
    """Their phone rings."""
    books(line)
    phone = customer_phone(line)
    line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: phone.ringing, 20)
    return phone


def test_F_DB_01_who_picks_up_hears_at_once_that_it_goes_on(line, customer, away):
    away()
    customer.answer()
    line.run(3)
    assert MOMENT in customer.heard, "never silence"
    away.undo()
    line.run(6)
    assert any("To speak to a person now, press 1." in text for text in customer.heard)


@pytest.mark.parametrize("before", [True, False])
def test_F_DB_01_the_key_is_kept(line, customer, away, before):
    if not before:
        away()
    customer.answer()
    line.run(2)
    if before:
        away()
    customer.press("1")
    line.run(8)
    assert [text for text in customer.heard if text == MOMENT][:2] == [MOMENT] * 2
    away.undo()
    line.run(5)
    assert [row.state for row in bookings(line)] == ["connected"]
    assert any("I am putting you through to a person." in text for text in customer.heard)


def test_F_DB_01_away_for_too_long_it_ends_in_the_truth_and_the_callback_stays(line, customer, away):
    away()
    customer.answer()
    line.run(90)
    assert "Your callback stays on record." in customer.heard[-1]
    assert customer.call is None
    away.undo()
    line.run(120)
    assert [row.state for row in bookings(line)] == ["booked"]


def test_F_DB_01_an_agent_hears_so_too_and_the_key_is_kept(line, away):
    caller, agent = asks_for_person(line), line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: agent.ringing, 20)
    agent.answer()
    line.run(2)
    away()
    agent.press("1")
    line.run(4)
    assert MOMENT in agent.heard
    away.undo()
    line.run(12)
    assert caller.talking_to == {agent.address}
