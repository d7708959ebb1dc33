"""`ivr explain call` of who was led to another line, or lost the agent: what has happened on the way."""

from __future__ import annotations

import re

from tests.service.driving import ON_SQLITE, picks_up
from tests.service.routed import house, sentences  # noqa: F401

pytestmark = ON_SQLITE
OVERFLOW = "support: {overflow: [{after_minutes: 1, queue: billing}]}, billing: {}"


def told(line, caller) -> list[str]:
    """The sentences, with each time of day as T."""
    return [re.sub(r"\d\d:\d\d:\d\d", "T", one) for one in sentences(line, call=caller.sid)]


def led_to_billing(line):
    """Somebody who waits in billing now, since support took too long; one agent talks to another caller."""
    agent = line.add_agent("desk-1", ["support", "billing"])
    talking = line.dial("+14155550199")
    picks_up(line, agent)
    caller = line.dial("+14155550101")
    line.run(100)
    return agent, talking, caller


def test_who_was_led_to_another_line_stood_in_the_first_one(house):  # noqa: F811
    line = house(OVERFLOW)
    agent, talking, caller = led_to_billing(line)
    moved = "At T they went from support to billing (waited 83 s over 60); the time of entry is kept."
    assert told(line, caller)[0] == "The caller has place 1 in billing, in line since T (1 min 40 s)."
    assert told(line, caller)[-1] == moved
    talking.hang_up()
    picks_up(line, agent)
    line.run(5)
    first, *way = told(line, caller)
    assert "in line since T, at last for billing, they were answered after" in first
    assert way == [moved, "Offered at T: desk-1 talks to them."]


def test_who_lost_the_agent_is_in_line_again_and_talked_before(house):  # noqa: F811
    line = house("support: {}")
    agent = line.add_agent("desk-1", ["support"])
    caller = line.dial("+14155550101")
    picks_up(line, agent)
    line.run(1)
    agent.hang_up()
    line.run(3)
    again = "At T they stood in line for support again after 2 s with desk-1; the time of entry is kept."
    assert told(line, caller)[-2:] == ["Offered at T: desk-1 talked to them.", again]
    assert told(line, caller)[1] == "It waits because everybody who could take it is busy."
    caller.hang_up()
    line.run(2)
    first, *way = told(line, caller)
    assert "in line since T, at last for support, they hung up after" in first and again in way
