"""A call has taken the place of a booked callback: its agent says who called, and about which matter."""

from __future__ import annotations

import pytest

from ivr.service.caller_identification import CallerIdentification, NoSuchChoice
from ivr.store import callbacks, calls, customers, journal
from ivr.store.customers import CustomerRow
from tests.service.calling_back import CUSTOMER, STEPS, bookings, books, calling_back
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.test_callers_return import takes_up

pytestmark = ON_SQLITE


@pytest.fixture
def back(rehearse, tmp_path):
    return lambda steps=STEPS, **callbacks: rehearse(calling_back(tmp_path, steps, **callbacks))


def says(line) -> CallerIdentification:
    real = line.line
    return CallerIdentification(
        real.transactions, real.agents._completion, real.settings, real.calls.callbacks.taken_up.said
    )


def talked(line, seconds: float = 60):
    """A booked callback, and a call of the number that takes its place and is talking."""
    books(line)
    again = takes_up(line)
    picks_up(line, line.add_agent("desk-1", ["support"]))
    line.run(seconds)
    return again


def ends(line, again) -> None:
    again.hang_up()
    line.run(5)


def newest(line) -> str:
    return max(bookings(line), key=lambda row: (row.since, row.state == "booked")).state


@pytest.mark.parametrize(("is_it", "state"), [(True, "merged"), (False, "booked")])
def test_what_the_agent_says_while_talking_counts_at_the_end(back, is_it, state):
    line = back()
    again = talked(line)
    says(line).booked_callback("desk-1", again.sid, is_it)
    assert newest(line) == "merged", "the talk goes on"
    ends(line, again)
    assert newest(line) == state
    with line.database.read() as connection:
        kinds = [(one.kind, one.agent_id) for one in journal.of_call(connection, again.sid)]
    assert ("callback_asked", "desk-1") in kinds


def test_in_wrap_up_the_agent_may_change_their_mind_and_there_is_one_callback(back):
    line = back()
    again = talked(line)
    ends(line, again)
    for is_it, state in ((False, "booked"), (False, "booked"), (True, "merged"), (False, "booked")):
        says(line).booked_callback("desk-1", again.sid, is_it)
        with line.database.read() as connection:
            live = callbacks.live_of_number(connection, CUSTOMER)
        assert [row.state for row in live] == (["booked"] if state == "booked" else []), is_it
    line.run(60 * 60)


def test_a_call_that_took_up_nothing_is_not_asked_about(back):
    line = back()
    other = line.dial("+14155550124")
    line.run(2)
    picks_up(line, line.add_agent("desk-1", ["support"]))
    line.run(5)
    with pytest.raises(NoSuchChoice):
        says(line).booked_callback("desk-1", other.sid, True)


@pytest.mark.parametrize(
    ("booked_by", "caller", "state"),
    [("HALE", "MOSS", "booked"), ("HALE", "HALE", "merged"), ("HALE", "", "booked")],
)
def test_the_customer_that_the_agent_chose_decides_whose_callback_it_was(back, booked_by, caller, state):
    line = back()
    with line.database.write() as unit:
        for who in ("HALE", "MOSS"):
            row = CustomerRow(who, who.title(), "", "", "", {}, 0.0)
            customers.save(unit.connection, row, [CUSTOMER])
    again = talked(line)
    with line.database.write() as unit:
        (row,) = bookings(line)
        unit.connection.exec_driver_sql(
            "update callback set customer_id = ? where id = ?", (booked_by, row.id)
        )
    says(line).choose("desk-1", again.sid, caller)
    ends(line, again)
    assert newest(line) == state
    with line.database.read() as connection:
        assert calls.find(connection, again.sid).customer_id == (caller or None)
