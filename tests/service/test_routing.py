"""The agent who is rung, over the whole line: skills, levels, the agent a customer knows, who declined."""

from __future__ import annotations

from sqlalchemy import text

from ivr.floor.floor_snapshot import DECLINED_S
from tests.service.driving import ON_SQLITE, picks_up, state_of
from tests.service.routed import house, rung, sentences

__all__ = ["house"]  # a fixture

# Skills and levels ----------------------------------------------------------------------------------------


def test_only_an_agent_with_the_queues_skill_is_rung(house):
    line = house("support: {skills: {german: 2}}")
    first, second = (line.add_agent(name, ["support"]) for name in ("desk-1", "desk-2"))
    line.line.accounts.set_skills("desk-1", {"german": 1, "french": 9})
    line.line.accounts.set_skills("desk-2", {"german": 2})
    caller = line.dial()
    assert rung(line, first, second) == [False, True]
    second.answer()
    line.run(0.5)
    second.press("1")
    line.run(3)
    assert caller.talking_to == {second.address}


@ON_SQLITE
def test_a_caller_nobody_has_the_skill_for_waits_and_it_is_said_why(house):
    line = house("support: {skills: {german: 1}}")
    phone = line.add_agent("desk-1", ["support"])
    caller = line.dial()
    assert rung(line, phone) == [False]
    told = sentences(line, call=caller.sid)
    assert told[1] == "It waits because nobody at work in support has german."
    assert sentences(line, agent="desk-1")[1] == f"{caller.sid} (support): wants german."
    line.line.accounts.set_skills("desk-1", {"german": 1})
    line.line.agents.go_away("desk-1")
    line.line.agents.go_available("desk-1")
    assert rung(line, phone) == [True]


@ON_SQLITE
def test_level_two_is_rung_when_no_level_one_is_free(house):
    line = house("support: {}")
    second = line.add_agent("desk-2", [], available=False)
    line.line.accounts.set_queues("desk-2", {"support": 2})
    line.line.agents.go_available("desk-2")
    line.run(60)
    first = line.add_agent("desk-1", ["support"])
    line.dial("+14155550101")
    assert rung(line, first, second) == [True, False], "level 1, though idle for a shorter time"
    picks_up(line, first)
    line.dial("+14155550102")
    assert rung(line, first, second) == [False, True]


# The agent a customer knows -------------------------------------------------------------------------------

KNOWN = "support: {same_agent_days: 7, same_agent_wait_seconds: 40, wrap_up_seconds: 0}"


def known(house):
    """A line on which the caller has talked to desk-2 before, who has been idle for less long."""
    line = house(KNOWN)
    second = line.add_agent("desk-2", ["support"])
    caller = line.dial()
    picks_up(line, second)
    line.run(20)
    caller.hang_up()
    line.run(5)
    first = line.add_agent("desk-1", ["support"])
    line.line.agents.go_away("desk-2")
    line.run(30)
    line.line.agents.go_available("desk-2")
    return line, first, second


def test_who_talked_to_them_before_is_rung_first(house):
    line, first, second = known(house)
    caller = line.dial()
    assert rung(line, first, second) == [False, True]
    assert "first of 2 who could have taken it: desk-2" in sentences(line, call=caller.sid)[-1]
    line.dial("+14155550999")
    assert rung(line, first) == [True], "strangers go to whoever has been idle for longest"


@ON_SQLITE
def test_who_talked_to_them_before_is_waited_for_a_while_and_no_longer(house):
    line, first, second = known(house)
    line.line.agents.go_away("desk-1")
    line.dial("+14155550999")
    picks_up(line, second)
    line.line.agents.go_available("desk-1")
    caller = line.dial()
    assert rung(line, first, within=30) == [False]
    assert "It waits for desk-2, who knows this customer" in sentences(line, call=caller.sid)[1]
    assert "waits for desk-2 until" in sentences(line, agent="desk-1")[1]
    assert rung(line, first, within=15) == [True], "by time alone: nothing else happened"


@ON_SQLITE
def test_who_is_away_is_not_waited_for(house):
    line, first, _ = known(house)
    line.line.agents.go_away("desk-2")
    line.dial()
    assert rung(line, first) == [True]


@ON_SQLITE
def test_a_number_that_is_withheld_is_nobodys_customer(house):
    line = house(KNOWN)
    second = line.add_agent("desk-2", ["support"])
    caller = line.dial("anonymous")
    picks_up(line, second)
    line.run(20)
    caller.hang_up()
    line.run(60)
    line.add_agent("desk-1", ["support"])
    line.dial("anonymous")
    line.run(2)
    with line.database.read() as connection:
        rows = connection.execute(text("SELECT prefer_agent FROM queued_call")).scalars().all()
    assert rows == [None, None]


# Declined -------------------------------------------------------------------------------------------------


def test_who_declined_is_not_rung_again_for_it_while_others_are(house):
    line = house("support: {}")
    phones = [line.add_agent(name, ["support"]) for name in ("desk-1", "desk-2")]
    caller = line.dial()
    line.run(2)
    decliner = "desk-1" if phones[0].ringing else "desk-2"
    other = phones[1] if phones[0].ringing else phones[0]
    line.line.agents.decline(decliner, line.line.agents.status(decliner).offer.id)
    line.line.agents.go_available(decliner)
    assert rung(line, other) == [True]
    other.decline()
    line.run(5)
    assert state_of(line, decliner) == "available"
    assert f"{decliner} is available" in " ".join(sentences(line, call=caller.sid))
    assert "not asked before" in " ".join(sentences(line, call=caller.sid))


@ON_SQLITE
def test_nobody_starves_because_the_only_agent_declined_once(house):
    line = house("support: {}")
    phone = line.add_agent("desk-1", ["support"])
    line.dial()
    assert rung(line, phone) == [True]
    line.line.agents.decline("desk-1", line.line.agents.status("desk-1").offer.id)
    line.run(2)
    line.line.agents.go_available("desk-1")
    assert rung(line, phone, within=DECLINED_S - 10) == [False]
    assert rung(line, phone, within=20) == [True], "by time alone"


@ON_SQLITE
def test_who_declined_takes_the_next_caller(house):
    line = house("support: {}")
    phone = line.add_agent("desk-1", ["support"])
    line.dial("+14155550101")
    assert rung(line, phone) == [True]
    line.line.agents.decline("desk-1", line.line.agents.status("desk-1").offer.id)
    line.run(2)
    line.line.agents.go_available("desk-1")
    second = line.dial("+14155550102")
    assert rung(line, phone) == [True]
    assert line.line.agents.status("desk-1").offer.call_sid == second.sid


@ON_SQLITE
def test_an_agent_who_rings_from_their_own_phone_is_not_offered_their_own_call(house):
    line = house("support: {}")
    own = line.add_agent("desk-1", ["support"], phone="+14155550140")
    caller = line.dial("+14155550140")
    assert rung(line, own) == [False] and state_of(line) == "available"
    told = sentences(line, call=caller.sid)
    assert told[1] == "It waits because it comes from the phone of whoever is free."
    assert "the call comes from their own phone" in told[-1]
    assert sentences(line, agent="desk-1")[1] == f"{caller.sid} (support): it comes from their own phone."
    other = line.add_agent("desk-2", ["support"])
    assert line.account.run_until(lambda: other.ringing, 10)
