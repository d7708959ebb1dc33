"""What the simulated phone company can do badly over REST: work requests off late, list late; and telephones
that take a second call."""

from __future__ import annotations

import pytest
import requests

from simulator import TIMEOUT
from tests.simulator.line_app import AGENT, BASE, NUMBER


def create(line):
    line.pages.setdefault("/agent", "<Say>Hello.</Say><Pause length='60'/>")
    return line.client.calls.create(to=AGENT, from_=NUMBER, url=f"{BASE}/agent")


def legs(line) -> list:
    return line.client.calls.list(to=AGENT)


def test_a_request_that_is_worked_off_late_takes_effect_then(line):
    agent = line.agent()
    line.account.rest_faults.add("POST", r"/Calls\.json$", TIMEOUT, late=9)
    with pytest.raises(requests.exceptions.ReadTimeout):
        create(line)
    line.run(8.9)
    assert not agent.ringing and legs(line) == []
    line.run(0.2)
    assert agent.ringing and len(legs(line)) == 1
    noted = [entry.detail for entry in line.account.witness.of("rest") if entry.detail["method"] == "POST"]
    assert [(one["applied"], one["late"]) for one in noted] == [(False, 0.0), (True, 9)]


def test_lists_lag_and_a_leg_is_found_by_its_name_all_the_same(line):
    line.agent()
    line.account.switches.list_lag = 2.0
    sid = create(line).sid
    assert legs(line) == [] and line.client.calls(sid).fetch().sid == sid
    line.run(2)
    assert [leg.sid for leg in legs(line)] == [sid]


def test_a_phone_with_call_waiting_rings_while_somebody_talks(line):
    agent = line.agent(call_waiting=True)
    first = create(line).sid
    line.run(1)
    agent.answer()
    second = create(line).sid
    line.run(1)
    assert agent.call.sid == first and agent.second.sid == second and agent.ringing
    agent.answer()
    assert (agent.call.sid, agent.second.sid) == (second, first), "the first is put aside"
    agent.hang_up()
    assert agent.call.sid == first and agent.second is None
    third = create(line).sid
    line.run(1)
    agent.call.end()
    assert agent.call.sid == third and agent.ringing, "what waited rings on as the only one"


def test_without_call_waiting_a_second_call_is_busy(line):
    agent = line.agent()
    create(line)
    line.run(1)
    agent.answer()
    second = create(line)
    line.run(1)
    assert second.fetch().status == "busy"
