"""Callbacks over the whole line: booked, dialled in turn, answered, and what else may happen (F-CB, I-18)."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ivr.store import tables
from ivr.store.tables import work_item
from tests.service.calling_back import (
    CUSTOMER,
    bookings,
    books,
    calling_back,
    customer_phone,
    noted,
    rings_to,
)
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, state_of
from tests.service.witness_checks import check_quiet_floor, outcome, rows

MINUTE = 60.0


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda **callbacks: rehearse(calling_back(tmp_path, **callbacks))


def rings(line, phone, seconds: float = 20) -> bool:
    return line.account.run_until(lambda: phone.ringing, seconds)


def test_booked_at_key_1_dialled_in_turn_and_connected(back):
    line = back()
    caller = books(line)
    assert caller.status == "completed"
    assert "booked" in " ".join(caller.heard)
    (row,) = bookings(line)
    assert (row.state, row.number, row.queue, row.attempts) == ("booked", CUSTOMER, "support", 0)
    assert outcome(line, caller.sid) == "callback_booked"
    customer = customer_phone(line)
    agent = line.add_agent("desk-1", ["support"])
    assert rings(line, customer, 10)
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
    line.run(60)
    assert len(rings_to(line)) == 1
    check_quiet_floor(line)


@ON_SQLITE
def test_the_place_is_that_of_the_first_entry(back):
    line = back()
    first = books(line)
    later = asks_for_person(line, "+14155550124")
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert rings(line, customer) and not agent.ringing, "who came later waits although on the phone"
    entries = {row.call_sid: row.entered_at for row in rows(line, tables.queued_call)}
    (row,) = bookings(line)
    assert entries[row.call_sid] == entries[first.sid] < entries[later.sid]


@ON_SQLITE
def test_F_CB_01_a_machine_hears_a_message_and_no_agent(back):
    line = back(retry_minutes=15)
    books(line)
    machine, agent = customer_phone(line, "machine"), line.add_agent("desk-1", ["support"])
    line.run(60)
    assert not machine.ringing and not agent.call
    assert "could not reach you" in " ".join(machine.heard)
    assert noted(line)[-1] == "callback_not_reached"
    assert state_of(line) == "available", "F-CB-01: no agent is burnt"
    assert agent.heard == []
    line.run(13 * MINUTE)
    assert len(rings_to(line)) == 1, "F-CB-02: not again within the interval"
    line.run(2 * MINUTE)
    assert len(rings_to(line)) == 2


@ON_SQLITE
def test_F_CB_02_nobody_answers_three_times_then_the_end_with_notice(back):
    line = back(retry_minutes=10, attempts=3)
    books(line)
    customer_phone(line, "no-answer")
    line.add_agent("desk-1", ["support"])
    line.run(45 * MINUTE)
    (row,) = bookings(line)
    assert (row.state, row.attempts, row.end_reason) == ("expired", 3, "no-answer")
    legs = rings_to(line)
    assert len(legs) == 3
    assert all(later.created - earlier.created >= 600 for earlier, later in pairwise(legs))
    said = [message["body"] for message in line.account.messages if message["to"] == CUSTOMER]
    assert "/callback/" in said[0] and "could not reach you" in said[-1]
    assert outcome(line, row.call_sid) == "callback_expired"
    assert [one.direction for one in rows(line, tables.contact, call_sid=row.call_sid)] == ["out"]
    assert [(one.kind, one.state) for one in rows(line, work_item)] == [("callback", "open")]
    check_quiet_floor(line)


@ON_SQLITE
def test_who_picks_up_and_presses_nothing_is_tried_again(back):
    line = back()
    books(line)
    customer = customer_phone(line, "answer")
    line.add_agent("desk-1", ["support"])
    line.run(90)
    (row,) = bookings(line)
    assert (row.state, row.attempts) == ("booked", 1)
    assert customer.call is None


@ON_SQLITE
def test_key_2_cancels(back):
    line = back()
    books(line)
    customer = customer_phone(line)
    line.add_agent("desk-1", ["support"])
    assert rings(line, customer)
    customer.answer()
    line.run(2)
    customer.press("2")
    line.run(20)
    (row,) = bookings(line)
    assert row.state == "cancelled"
    assert "cancelled" in " ".join(customer.heard)
    assert state_of(line) == "available"
    check_quiet_floor(line)


@ON_SQLITE
def test_F_CB_04_nobody_is_free_any_more_an_apology_and_the_first_place(back):
    line = back()
    books(line)
    asks_for_person(line, "+14155550124")
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert rings(line, customer)
    line.line.agents.go_away("desk-1")
    customer.answer()
    line.run(1)
    customer.press("1")
    line.run(12)
    assert "everybody has just become busy" in " ".join(customer.heard)
    line.line.agents.go_available("desk-1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}


@ON_SQLITE
def test_the_agent_first_then_the_customer(back):
    line = back(first="agent")
    books(line)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    assert rings(line, customer)
    customer.answer()
    line.run(2)
    customer.press("1")
    line.run(3)
    assert customer.talking_to == {agent.address}
    (row,) = bookings(line)
    assert row.state == "connected"
    agent.hang_up()
    line.run(30)
    customer.hang_up()
    line.run(40)
    check_quiet_floor(line)


@ON_SQLITE
def test_the_agent_first_and_nobody_answers(back):
    line = back(first="agent")
    books(line)
    customer_phone(line, "busy")
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(10)
    (row,) = bookings(line)
    assert (row.state, row.attempts) == ("booked", 1)
    assert state_of(line) == "available" and agent.call is None


@ON_SQLITE
def test_an_anonymous_caller_is_asked_for_a_number(back):
    line = back()
    caller = asks_for_person(line, "anonymous")
    line.run(8)
    caller.press("1")
    line.run(3)
    caller.press("19005550123#")
    line.run(4)
    assert "we cannot call that number" in " ".join(caller.heard), "F-CB-07"
    caller.press("4155550177#")
    line.run(3)
    caller.press("1")
    line.run(15)
    assert [row.number for row in bookings(line)] == ["+14155550177"]


@ON_SQLITE
def test_F_CB_05_status_lost_late_and_reordered(back):
    line = back(retry_minutes=10)
    books(line)
    line.account.disturb(drop=lambda webhook: webhook.url.endswith("/status") and "callbacks" in webhook.url)
    customer = customer_phone(line, "no-answer")
    line.add_agent("desk-1", ["support"])
    line.run(90)
    (row,) = bookings(line)
    assert (row.state, row.attempts) == ("booked", 1), "the watch looks"
    customer.behaviour = "manual"
    assert rings(line, customer, 700)
    (row,) = bookings(line)
    (first, second) = rings_to(line)
    for sid in (first.sid, "CA" + "9" * 32):
        path = f"/voice/callbacks/{row.id}/1/status"
        assert posts(line, path, CallSid=sid, CallStatus="completed").status_code == 204
        assert posts(line, f"/voice/callbacks/{row.id}/1/machine", CallSid=sid, AnsweredBy="machine_end_beep")
    assert [row.state for row in bookings(line)] == ["dialling"], "late news of the first attempt"
    customer.answer()
    line.run(1)
    customer.press("1")
    line.run(1)
    path = f"/voice/callbacks/{row.id}/2/machine"
    assert posts(line, path, CallSid=second.sid, AnsweredBy="machine_end_beep").status_code == 204
    line.run(5)
    assert second.live, "a key proves a human, whatever the carrier hears"
    assert [row.state for row in bookings(line)] == ["connected"]


@ON_SQLITE
def test_the_agent_sees_the_callback_with_everything_from_the_first_call(back):
    from ivr.service.screen_pop.cards import CardService

    line = back()
    first = books(line)
    line.run(120)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert rings(line, customer)
    customer.answer()
    line.run(1)
    customer.press("1")
    assert rings(line, agent)
    (row,) = bookings(line)
    card = CardService(line.database, line.clock.time, line.settings).card(row.call_sid, "desk-1")
    assert card.waited_s > 120 and card.number == CUSTOMER
    assert card.path[0] == "hello"
    assert dict(card.callback)["attempts"] == 1
    assert card.callback["origin"] == first.sid


@ON_SQLITE
def test_T_27_no_more_than_three_a_day(back):
    line = back()
    for _ in range(3):
        books(line)
        again = line.dial(CUSTOMER, StirVerstat="TN-Validation-Passed-A")
        line.run(2)
        again.press("2")
        line.run(2)
        again.hang_up()
        line.run(11 * MINUTE)
    last = books(line)
    line.run(5)
    assert "cannot book a callback" in " ".join(last.heard)
    assert [row.state for row in bookings(line)] == ["cancelled"] * 3
