"""The carrier takes a human for a machine (F-CB-01), and what a customer hears at the end of an attempt: no
promise that is not kept."""

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
from tests.service.driving import ON_SQLITE, picks_up, posts, state_of
from tests.service.test_repeated import failing
from tests.service.witness_checks import check_quiet_floor

pytestmark = ON_SQLITE


@pytest.fixture
def rung(rehearse, tmp_path):
    """A line whose customer's phone rings for the first time, with that phone and the agent."""

    def rings(**callbacks: object):
        line = rehearse(calling_back(tmp_path, **callbacks))
        books(line)
        customer, agent = customer_phone(line), line.add_agent("desk-1", ["support"])
        assert line.account.run_until(lambda: customer.ringing, 20)
        return line, customer, agent

    return rings


def tells(line, what: str, **values: str):
    (row,) = bookings(line)
    return posts(line, f"/voice/callbacks/{row.id}/1/{what}", CallSid=rings_to(line)[0].sid, **values)


@pytest.mark.parametrize("pause", [0.0, 1.0, 6.0])
def test_F_CB_01_a_key_proves_a_human_whatever_the_carrier_says(rung, pause):
    line, customer, agent = rung(attempts=1)
    customer.answer()
    line.run(2)
    tells(line, "machine", AnsweredBy="machine_start")
    if pause:
        line.run(pause)
    customer.press("1")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}
    assert [row.state for row in bookings(line)] == ["connected"]


def test_F_CB_01_a_verdict_after_the_key_comes_too_late(rung):
    line, customer, agent = rung(attempts=1)
    customer.answer()
    line.run(2)
    customer.press("1")
    tells(line, "machine", AnsweredBy="machine_start")
    picks_up(line, agent)
    line.run(3)
    assert customer.talking_to == {agent.address}


@pytest.mark.parametrize(("what", "values"), [
    ("machine", {"AnsweredBy": "machine_start"}),
    ("status", {"CallStatus": "completed"}),
])  # fmt: skip
def test_F_WH_10_a_report_that_fails_is_answered_without_a_document(rung, what, values):
    """The carrier runs no document on such a request; the booking's own watch finds what the report told."""
    line, customer, _ = rung(attempts=1)
    customer.answer()
    line.run(2)
    with failing(line, f"/{what}", error=RuntimeError("a bug of ours")):
        answer = tells(line, what, **values)
    assert (answer.status_code, answer.data) == (204, b"")


@pytest.mark.parametrize("message", [True, False])
def test_F_CB_01_a_machine_is_told_once_and_ends_the_attempt(rung, message):
    line, customer, _ = rung(attempts=1, leave_message=message)
    customer.answer()
    line.run(2)
    tells(line, "machine", AnsweredBy="machine_start")
    line.run(40)
    (row,) = bookings(line)
    assert (row.state, row.end_reason) == ("expired", "machine")
    assert ("Please call us when it suits you" in " ".join(customer.heard)) is message
    assert "We will try again" not in " ".join(customer.heard)
    assert customer.call is None and state_of(line) == "available"
    check_quiet_floor(line)


def test_an_attempt_after_a_machine_is_judged_anew(rung):
    line, customer, _ = rung(attempts=2, retry_minutes=10)
    customer.answer()
    line.run(2)
    tells(line, "machine", AnsweredBy="machine_start")
    line.run(30)
    assert "We will try again" in " ".join(customer.heard)
    assert line.account.run_until(lambda: customer.ringing, 700)
    customer.answer()
    line.run(60)
    (row,) = bookings(line)
    assert (row.state, row.end_reason) == ("expired", "declined")
    assert noted(line).count("callback_not_reached") == 2


@pytest.mark.parametrize(("attempts", "again"), [(1, False), (2, True)])
def test_who_presses_nothing_hears_what_will_happen(rung, attempts, again):
    line, customer, _ = rung(attempts=attempts)
    customer.answer()
    line.run(80)
    assert ("We will try again later" in " ".join(customer.heard)) is again
    assert ("Please call us when it suits you" in " ".join(customer.heard)) is not again
    assert [row.state for row in bookings(line)] == ["booked" if again else "expired"]


def test_who_picks_up_too_late_hears_that_we_call_again(rung):
    line, _, _ = rung()
    line.dial(CUSTOMER)
    line.run(0.2)
    assert [row.state for row in bookings(line)] == ["booked"]
    heard = tells(line, "answered").get_data(as_text=True)
    assert "We will try again later" in heard and "no longer needed" not in heard
