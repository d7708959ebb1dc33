"""Whole calls in a few words: dial and wait in line, answer and talk."""

from __future__ import annotations

from ivr.cli.rehearsal import Rehearsal
from simulator.phones import AgentPhone, CallerPhone


def asks_for_person(line: Rehearsal, from_: str = "+14155550123") -> CallerPhone:
    """A caller who pressed 0 in the welcome."""
    caller = line.dial(from_)
    line.run(2)
    caller.press("0")
    line.run(0.5)
    return caller


def picks_up(line: Rehearsal, phone: AgentPhone, key: str = "1") -> None:
    """The agent answers, hears who calls, and presses a key."""
    assert line.exchange.run_until(lambda: phone.ringing, 60), f"{phone.address} does not ring"
    phone.answer()
    line.run(0.5)
    phone.press(key)
    line.run(0.5)


def talks(line: Rehearsal, phone: AgentPhone) -> CallerPhone:
    """A caller and an agent in conversation."""
    caller = asks_for_person(line)
    picks_up(line, phone)
    assert line.exchange.run_until(lambda: caller.talking_to == {phone.address}, 10)
    line.run(10)
    return caller


def state_of(line: Rehearsal, agent_id: str = "desk-1") -> str:
    return line.line.agents.status(agent_id).state
