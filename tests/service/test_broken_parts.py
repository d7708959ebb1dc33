"""F-WH-10: whatever breaks on our side, the caller hears how it goes on and reaches somebody."""

from __future__ import annotations

from operator import attrgetter

import pytest

from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, state_of
from tests.service.test_repeated import failing
from tests.service.witness_checks import check_calls, check_quiet_floor

BUG = RuntimeError("a bug of ours")


def breaks(*_, **__):
    raise BUG


PARTS = {
    "the flows": ("registry", "flow_set"),
    "the rendering": ("calls.turns", "_render"),
    "the facts": ("calls.turns", "_wait"),
    "the effects": ("calls.turns", "_settle"),
    "the journal": ("calls.turns", "_journal"),
}


@ON_SQLITE
@pytest.mark.parametrize("part", PARTS)
def test_F_WH_10_a_part_breaks_for_one_turn_and_the_caller_reaches_a_person(line, monkeypatch, part):
    agent = line.add_agent("desk-1", ["support"])
    caller = line.dial()
    line.run(14)
    owner, name = PARTS[part]
    monkeypatch.setattr(attrgetter(owner)(line.line), name, breaks)
    caller.press("1")
    line.run(1)
    assert "not working on our side" in str(caller.speaking or caller.heard[-1])
    monkeypatch.undo()
    picks_up(line, agent)
    line.run(2)
    assert caller.talking_to == {agent.address}
    caller.hang_up()
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)


@ON_SQLITE
@pytest.mark.parametrize("part", PARTS)
def test_F_WH_10_a_part_breaks_for_good_and_a_message_is_taken(line, monkeypatch, tmp_path, part):
    owner, name = PARTS[part]
    caller = line.dial()
    line.run(14)
    monkeypatch.setattr(attrgetter(owner)(line.line), name, breaks)
    caller.press("1")
    line.run(40)
    caller.say("This is Ada, please call me back.", seconds=6)
    line.run(20)
    assert any("Nobody could be reached" in text for text in caller.heard)
    assert "Somebody will call you back" in caller.heard[-1]
    check_calls(line)
    line.run(100)
    check_quiet_floor(line)  # even the end of such a call is on record


@ON_SQLITE
@pytest.mark.parametrize("path", ["/whisper", "/key", "/status", "/room", "/left"])
def test_F_WH_10_a_webhook_of_the_agents_leg_fails_once(line, path):
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: agent.ringing, 5)
    with failing(line, path, error=BUG):
        agent.answer()
        line.run(0.4)
        agent.press("1")
        line.run(1)
    line.run(3)
    agent.press("1")
    line.run(2)
    assert caller.talking_to == {agent.address}
    with failing(line, path, error=BUG):
        agent.hang_up()
        line.run(2)
    assert caller.status == "in-progress"
    caller.hang_up()
    line.run(90)
    check_calls(line)
    check_quiet_floor(line)
    assert state_of(line) in ("available", "away")


def test_F_WH_10_a_fault_in_the_flow_does_not_keep_an_ended_call_alive(line, monkeypatch):
    caller = asks_for_person(line)
    monkeypatch.setattr("ivr.service.calls.resume", breaks)
    caller.hang_up()
    line.run(3)
    check_quiet_floor(line)
