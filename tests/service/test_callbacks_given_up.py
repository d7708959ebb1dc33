"""No callback is kept for ever, and a backup that is restored rings nobody (F-DB-12, I-09, I-18)."""

from __future__ import annotations

import pytest

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
from tests.service.driving import ON_SQLITE
from tests.service.witness_checks import check_quiet_floor, rows

pytestmark = ON_SQLITE
HOUR, DAY = 3600.0, 86_400.0


def texts(line) -> list[str]:
    return [message["body"] for message in line.account.messages if message["to"] == CUSTOMER]


def later(line, seconds: float) -> None:
    """The process was away for so long, and is there again."""
    line.clock.advance_to(line.clock.time() + seconds)
    line.restart()
    line.run(15)


def given_up(line, why: str) -> None:
    (row,) = bookings(line)
    assert (row.state, row.attempts, row.end_reason) == ("expired", 0, why)
    (work,) = rows(line, work_item)
    assert "nobody called them" in work.result
    assert noted(line)[-1] == "callback_expired"
    check_quiet_floor(line)


def test_nobody_had_time_in_the_hours_for_calls(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, hours="08:00-18:00", give_up_after_hours=10))
    books(line)  # at 10:00; eight hours that day, two on the next
    later(line, 23.9 * HOUR)
    assert [row.state for row in bookings(line)] == ["booked"], "nights do not count"
    later(line, 2.2 * HOUR)
    given_up(line, "nobody had time")
    assert "did not get to call you back" in texts(line)[-1]
    assert "tried" not in texts(line)[-1], "there was no attempt"
    page = line.line.app.test_client().get(f"/callback/{bookings(line)[0].token}").text
    assert "did not get to call you" in page and "could not reach" not in page


def test_its_end_is_told_at_a_decent_hour(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, hours="08:00-18:00", give_up_after_hours=1))
    books(line)
    later(line, 12 * HOUR)
    assert len(texts(line)) == 1 and [row.state for row in bookings(line)] == ["booked"]
    later(line, 10.1 * HOUR)
    given_up(line, "nobody had time")


@pytest.mark.parametrize("agent", [False, True])
def test_F_DB_12_a_restored_backup_rings_nobody_and_sends_no_text(rehearse, tmp_path, agent):
    line = rehearse(calling_back(tmp_path, give_up_after_hours=100))
    books(line)
    customer_phone(line)
    if agent:
        line.add_agent("desk-1", ["support"], available=False)
    before = len(texts(line))
    later(line, 7.5 * DAY)
    if agent:
        line.line.agents.go_available("desk-1")
        line.run(30)
    given_up(line, "too old")
    assert rings_to(line) == [] and len(texts(line)) == before


def test_F_DB_12_a_restored_backup_does_not_go_on_with_an_attempt(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    customer_phone(line)
    worker = line.account._loop._companions[0]
    ring, worker.run_due = worker.run_due, lambda: None
    line.add_agent("desk-1", ["support"])
    dispatch = line.line.worker._handlers["dispatch"]
    dispatch(None)
    assert [row.state for row in bookings(line)] == ["dialling"]
    line.clock.advance_to(line.clock.time() + 20 * DAY)
    worker.run_due = ring
    line.run(0.3 * HOUR)
    assert rings_to(line) == []
    (row,) = bookings(line)
    assert (row.state, row.end_reason) == ("expired", "too old")


def test_a_skill_that_no_agent_has(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, queue="skills: {german: 1}\n"))
    line.add_agent("desk-1", ["support"])
    books(line)
    line.run(0.8 * HOUR)
    assert [row.state for row in bookings(line)] == ["booked"], "it may come back"
    line.run(0.5 * HOUR)
    given_up(line, "nobody is there for it")


def test_a_queue_that_left_the_settings(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    line.settings = line.settings.model_copy(update={"queues": {"sales": line.settings.queue("support")}})
    line.restart()
    line.add_agent("desk-1", ["sales"])
    line.run(1.3 * HOUR)
    assert [row.state for row in bookings(line)] == ["expired"]
    given_up(line, "nobody is there for it")


def test_an_agent_who_comes_back_to_the_queue_in_time_serves_it(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    line.run(0.9 * HOUR)
    line.add_agent("desk-1", ["support"], available=False)
    line.run(0.5 * HOUR)
    line.line.accounts.set_queues("desk-1", ["other"])
    line.run(0.5 * HOUR)
    assert [row.state for row in bookings(line)] == ["booked"], "the hour begins anew"
