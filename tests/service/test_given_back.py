"""A call from the customer's number stops our ring, whoever it is (T-22): that attempt does not count, and
still nobody can make us ring for ever."""

from __future__ import annotations

import pytest

from ivr.store.tables import work_item
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back, customer_phone, rings_to
from tests.service.driving import ON_SQLITE
from tests.service.witness_checks import check_quiet_floor, rows

pytestmark = ON_SQLITE
HOUR = 3600.0


@pytest.fixture
def ringing(rehearse, tmp_path):
    """A line that rings a customer twice at most, and the customer's phone, now ringing."""
    line = rehearse(calling_back(tmp_path, attempts=2, retry_minutes=10))
    books(line)
    phone = customer_phone(line)
    line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: phone.ringing, 20)
    return line, phone


def test_T_22_a_ring_that_a_false_call_stopped_does_not_count(ringing):
    line, phone = ringing
    stranger = line.dial(CUSTOMER)
    line.run(3)
    assert not phone.ringing
    stranger.hang_up()
    phone.behaviour = "no-answer"
    line.run(8 * 60)
    (row,) = bookings(line)
    assert (row.state, row.attempts, row.given_back) == ("booked", 2, 1)
    line.run(HOUR)
    (row,) = bookings(line)
    assert (row.state, row.attempts) == ("expired", 3)


@pytest.mark.parametrize("stays_s", [4, 25], ids=["hangs up at once", "hangs up in line"])
def test_T_22_false_calls_do_not_make_us_ring_for_ever(ringing, stays_s):
    line, phone = ringing
    for _ in range(12):
        if line.account.run_until(lambda: phone.ringing, 2000):
            stranger = line.dial(CUSTOMER)
            line.run(stays_s)
            stranger.hang_up()
            line.run(1)
    assert len(rings_to(line)) <= 4, "as often as it is tried, and the two that were given back"
    last = bookings(line)[-1]
    assert not [row for row in bookings(line) if row.ended_at is None], last
    assert [one.kind for one in rows(line, work_item)] == ["callback"], "somebody is to look after it"
    texts = [message["body"] for message in line.account.messages if message["to"] == CUSTOMER]
    assert "could not reach you" in texts[-1]
    check_quiet_floor(line)


def test_who_rings_back_a_third_time_stops_the_ring_by_standing_in_line(ringing):
    line, phone = ringing
    for _ in range(2):
        assert line.account.run_until(lambda: phone.ringing, 2000)
        again = line.dial(CUSTOMER)
        line.run(4)
        again.hang_up()
    assert line.account.run_until(lambda: phone.ringing, 2000)
    again = line.dial(CUSTOMER)
    line.run(2)
    assert phone.ringing
    again.press("1")
    line.run(5)
    assert "you keep your place" in " ".join(again.heard) and not phone.ringing and again.call.live
    assert [row.state for row in bookings(line)] == ["merged"]
