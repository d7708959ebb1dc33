"""Who rings us again while a place is kept (F-CB-03, promise 4)."""

from __future__ import annotations

import time

import pytest

from ivr.store import callbacks, tables
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back, customer_phone, rings_to
from tests.service.driving import (
    ON_SQLITE,
    all_at_once,
    another_line,
    asks_for_person,
    picks_up,
    posts,
)
from tests.service.witness_checks import rows

MINUTE = 60.0
ON_POSTGRES = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda **callbacks: rehearse(calling_back(tmp_path, **callbacks))


@ON_SQLITE
def test_F_CB_03_who_rings_back_while_booked_gets_the_place(back):
    line = back()
    books(line)
    line.run(5 * MINUTE)
    asks_for_person(line, "+14155550124")
    again = line.dial(CUSTOMER)
    line.run(20)
    assert "Welcome back" in " ".join(again.heard)
    (row,) = bookings(line)
    assert row.state == "merged"
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(3)
    assert again.talking_to == {agent.address}, "before the one who came later"
    assert rings_to(line) == [], "never both"


@ON_SQLITE
def test_F_CB_03_who_rings_back_while_being_dialled(back):
    line = back()
    books(line)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.exchange.run_until(lambda: customer.ringing, 20)
    again = line.dial(CUSTOMER)
    line.run(3)
    assert not customer.ringing, "our leg ends"
    picks_up(line, agent)
    line.run(3)
    assert again.talking_to == {agent.address}
    (row,) = bookings(line)
    assert row.state == "merged"
    assert len(rings_to(line)) == 1


@ON_SQLITE
def test_who_rings_back_may_keep_or_cancel_the_callback(back):
    line = back()
    books(line)
    again = line.dial(CUSTOMER)
    line.run(2)
    again.press("1")
    line.run(3)
    assert "Welcome. Press 1." in again.heard
    again.hang_up()
    assert [row.state for row in bookings(line)] == ["booked"]
    again = line.dial(CUSTOMER)
    line.run(2)
    again.press("2")
    line.run(3)
    assert [row.state for row in bookings(line)] == ["cancelled"]


@ON_SQLITE
def test_the_line_drops_and_the_caller_comes_back_to_the_same_place(back):
    line = back()
    first = asks_for_person(line)
    line.run(60)
    later = asks_for_person(line, "+14155550124")
    first.hang_up()
    line.run(120)
    again = line.dial(CUSTOMER)
    line.run(25)
    assert "Your place in line has been kept." in " ".join(again.heard)
    entered = {row.call_sid: row.entered_at for row in rows(line, tables.queued_call)}
    assert entered[again.sid] == entered[first.sid] < entered[later.sid]
    another = line.dial(CUSTOMER)
    line.run(2)
    assert "Welcome back" not in " ".join(another.heard), "one place for one caller"


@ON_SQLITE
def test_too_late_or_without_a_number_nothing_is_kept(back):
    line = back()
    for number, wait in ((CUSTOMER, 11 * MINUTE), ("anonymous", 60)):
        first = asks_for_person(line, number)
        line.run(30)
        first.hang_up()
        line.run(wait)
        again = line.dial(number)
        line.run(3)
        assert "Welcome back" not in " ".join(again.heard)
        again.hang_up()


@ON_SQLITE
def test_who_has_picked_up_is_not_cut_off_by_another_call_with_their_number(back):
    line = back()
    books(line)
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.exchange.run_until(lambda: customer.ringing, 20)
    customer.answer()
    line.run(2)
    other = asks_for_person(line, CUSTOMER)
    line.run(3)
    assert other.call.live
    assert [row.state for row in bookings(line)] == ["answered"]
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}


@ON_POSTGRES
def test_cancelling_and_news_of_the_leg_at_the_same_moment(back, database_url, monkeypatch):
    """The call is taken before its booking, or the two would wait for each other."""
    line = back()
    books(line)
    customer = customer_phone(line)
    line.add_agent("desk-1", ["support"])
    assert line.exchange.run_until(lambda: customer.ringing, 20)
    (row,), leg, two = bookings(line), rings_to(line)[0], another_line(line, database_url)
    sid, end, ended = "CA" + "9" * 32, callbacks.end, []
    caller = {"CallSid": sid, "From": CUSTOMER, "To": "+15550001000"}
    assert "Welcome back" in posts(line, "/voice/incoming", **caller).text

    def slowly(*args, **named):
        ended.append(end(*args, **named))
        time.sleep(0.5)
        return ended[-1]

    monkeypatch.setattr(callbacks, "end", slowly)
    path = f"/voice/callbacks/{row.id}/1/answered"
    answers = all_at_once(
        lambda: posts(line, f"/voice/calls/{sid}/1/input", **caller, Digits="2"),
        lambda: (time.sleep(0.2), posts(two, path, CallSid=leg.sid))[1],
    )
    two.database.close()
    assert ended == [True] and "Your callback is cancelled." in answers[0].text
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "This callback is no longer needed." in answers[1].text, "nobody was told of a deadlock"


@ON_SQLITE
@pytest.mark.parametrize("way", ["stays on the line", "the main menu, then the line"])
def test_who_came_back_and_hangs_up_in_line_is_still_called_back(back, way):
    line = back(text=True)
    books(line)
    (first,) = bookings(line)
    line.run(5 * MINUTE)
    again = line.dial(CUSTOMER)
    line.run(2)
    if way != "stays on the line":
        again.press("1")
        line.run(3)
        again.press("1")
    line.run(20)
    assert [row.state for row in bookings(line)] == ["merged"]
    again.hang_up()
    line.run(2)
    was, now = sorted(bookings(line), key=lambda row: row.state == "booked")
    assert (was.state, now.state) == ("merged", "booked")
    assert now.token == first.token, "the address they were sent is that of the booking there is"
    entered = {row.call_sid: row.entered_at for row in rows(line, tables.queued_call)}
    assert entered[now.call_sid] == entered[first.call_sid]
    customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
    assert line.exchange.run_until(lambda: customer.ringing, 120)
    customer.answer()
    line.run(1)
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}
    assert sorted(row.state for row in bookings(line)) == ["connected", "merged"]


@ON_SQLITE
def test_who_came_back_and_talked_is_not_called_again(back):
    line = back()
    books(line)
    again, agent = line.dial(CUSTOMER), line.add_agent("desk-1", ["support"], available=False)
    line.run(20)
    line.line.agents.go_available("desk-1")
    picks_up(line, agent)
    line.run(10)
    again.hang_up()
    line.run(5)
    assert [row.state for row in bookings(line)] == ["merged"]
