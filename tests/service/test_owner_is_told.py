"""A callback is taken up or cancelled: the owner of the number is told by text, whichever way it happened.
Where the talk turns out to be another's, it is booked again, whichever way it was taken up."""

from __future__ import annotations

import pytest

from ivr.service.caller_identification import CallerIdentification
from ivr.store import customers
from ivr.store.customers import CustomerRow
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back, customer_phone
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.test_callback_page import page
from tests.service.test_callers_return import ATTESTED, takes_up
from tests.service.texting import comes_in

TAKEN, CANCELLED, NO_CALL = "has taken the place", "was cancelled by a call", "We will not call."
pytestmark = ON_SQLITE


@pytest.fixture
def line(rehearse, tmp_path):
    settings = calling_back(tmp_path, text=True, booked_again_after=["wrong person"],
                            dispositions=["solved", "wrong person"])  # fmt: skip
    return rehearse(settings)


def owned_by(line, *who: str) -> None:
    with line.database.write() as unit:
        for one in who:
            customers.save(unit.connection, CustomerRow(one, one, "", "", "", {}, 1.0), [CUSTOMER])


def newest(line):
    return max(bookings(line), key=lambda row: (row.since, row.state == "booked"))


def last_text(line) -> str:
    line.run(5)
    return line.account.texts.received_by(CUSTOMER)[-1]


# Ways of taking it up -------------------------------------------------------------------------------------


def by_key(line):
    books(line)
    return takes_up(line)


def by_silence(line):
    owned_by(line, "HALE")
    books(line)
    again = line.dial(CUSTOMER, **ATTESTED)
    line.run(30)
    return again


def in_the_call_itself(line):
    """Books, stays on the phone, and asks for a person after all."""
    caller = line.dial(CUSTOMER)
    line.run(2)
    caller.press("1")
    line.run(8)
    caller.press("1")
    line.run(3)
    caller.press("1")
    line.run(3)
    caller.press("0")
    line.run(10)
    return caller


def by_the_agent(line):
    """The agent says no, so that it is booked again, and then yes after all."""
    again = by_key(line)
    picks_up(line, line.add_agent("desk-1", ["support"]))
    line.run(40)
    again.hang_up()
    line.run(5)
    real = line.line
    says = CallerIdentification(
        real.transactions, real.agents._completion, real.settings, real.calls.callbacks.taken_up.said
    )
    says.booked_callback("desk-1", again.sid, False)
    assert newest(line).state == "booked"
    line.count = len(line.account.texts.received_by(CUSTOMER))
    says.booked_callback("desk-1", again.sid, True)
    return again


@pytest.mark.parametrize("way", [by_key, by_silence, in_the_call_itself, by_the_agent])
def test_the_owner_is_told_that_it_was_taken_up(line, way):
    way(line)
    assert newest(line).state == "merged" and TAKEN in last_text(line)
    told = [text for text in line.account.texts.received_by(CUSTOMER) if TAKEN in text]
    assert len(told) == (2 if way is by_the_agent else 1)


@pytest.mark.parametrize("way", [by_key, by_silence])
@pytest.mark.parametrize("disposition", ["wrong person", "solved"])
def test_what_was_taken_up_goes_back_when_the_talk_is_anothers(line, way, disposition):
    again = way(line)
    picks_up(line, line.add_agent("desk-1", ["support"]))
    line.run(60)
    again.hang_up()
    line.run(5)
    line.line.agents.set_disposition("desk-1", again.sid, disposition)
    assert newest(line).state == ("booked" if disposition == "wrong person" else "merged")


# Ways of cancelling it ------------------------------------------------------------------------------------


def test_the_owner_is_told_that_a_call_cancelled_it(line):
    books(line)
    again = line.dial(CUSTOMER, **ATTESTED)
    line.run(2)
    again.press("2")
    line.run(5)
    assert newest(line).state == "cancelled" and CANCELLED in last_text(line)


def test_the_owner_is_told_that_the_page_cancelled_it_and_told_once(line):
    books(line)
    for _ in range(2):
        page(line, "post")
    assert newest(line).state == "cancelled" and NO_CALL in last_text(line)
    assert len([text for text in line.account.texts.received_by(CUSTOMER) if NO_CALL in text]) == 1


def test_the_owner_is_told_that_a_text_cancelled_it(line):
    books(line)
    comes_in(line, "CANCEL")
    assert newest(line).state == "cancelled" and NO_CALL in last_text(line)


def test_the_owner_is_told_that_whoever_picked_up_cancelled_it(line):
    books(line)
    phone = customer_phone(line)
    line.add_agent("desk-1", ["support"])
    assert line.account.run_until(lambda: phone.ringing, 60)
    phone.answer()
    line.run(3)
    phone.press("2")
    line.run(5)
    assert newest(line).state == "cancelled" and NO_CALL in last_text(line)
