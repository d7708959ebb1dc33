"""What an attack on the whole line found once, and must not find again."""

from __future__ import annotations

import pytest

from ivr.jobs.outbound_dialer import RateLimiter
from ivr.store import calls
from tests.service.driving import ON_SQLITE


def test_a_clock_set_back_makes_nobody_wait_for_an_hour_gone_by():
    pacer = RateLimiter(1.0)
    assert pacer.pause(10_000.0) == 0.0
    assert pacer.pause(6_400.0) == 0.0
    assert 0.0 < pacer.pause(6_400.1) <= 1.0


@ON_SQLITE
def test_a_queue_that_left_the_settings_still_serves_who_waits_in_it(rehearse, line):
    """One caller of a removed queue must not stop the distribution of all others."""
    agent = line.add_agent("desk-1", ["support"], available=False)
    first = line.dial("+14155550101")
    line.run(1)
    second = line.dial("+14155550102")
    line.run(1)
    first.press("0")
    line.run(1)
    second.press("0")
    line.run(8)
    with line.database.write() as unit:
        row = calls.find(unit.connection, first.sid)
        unit.connection.exec_driver_sql(
            "UPDATE queued_call SET queue = 'gone' WHERE id = ?", (row.queued_id,)
        )
        unit.connection.exec_driver_sql("INSERT INTO agent_queue (agent_id, queue) VALUES ('desk-1', 'gone')")
    line.line.agents.go_available("desk-1")
    line.account.settle()
    line.run(1)
    assert agent.ringing
    agent.answer()
    line.run(1)
    agent.press("1")
    line.run(3)
    assert first.talking_to == {agent.address}, "the longest waiting, though the queue is gone"
    first.hang_up()
    line.run(40)
    assert line.line.agents.status("desk-1").state in ("offered", "available")


@ON_SQLITE
def test_a_lost_revision_keeps_the_place(line):
    """A restored backup may lack the text of the flows a caller began with."""
    caller = line.dial()
    line.run(2)
    caller.press("0")
    line.run(8)
    line.line.registry._books.clear()
    with line.database.write() as unit:
        unit.connection.exec_driver_sql("DELETE FROM flow_revision")
    line.run(60)
    assert caller.status == "in-progress" and caller.music
    agent = line.add_agent("desk-1", ["support"])
    line.run(2)
    assert agent.ringing


@pytest.mark.parametrize("path", ["/voice/resume/a%01b", "/voice/resume/CAother", "/voice/rescue/CAother"])
@ON_SQLITE
def test_a_path_of_another_call_is_not_there(line, path):
    from urllib.parse import urlencode

    from twilio.request_validator import RequestValidator

    from ivr.scenarios.simulated_line import AUTH_TOKEN, PUBLIC_URL

    form = {"CallSid": "CAmine", "From": "+14155550123", "To": "+15550001000"}
    signed = RequestValidator(AUTH_TOKEN).compute_signature(PUBLIC_URL + path, form)
    answer = line.line.app.test_client().post(
        path,
        data=urlencode(form),
        headers={"X-Twilio-Signature": signed},
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 404
