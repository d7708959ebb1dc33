"""Agents and their phones: every race of the fault catalogue (F-AG)."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from ivr.store import tables
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, state_of, talks
from tests.service.witness_checks import check_calls, check_quiet_floor, longest_silence, rows

OFFER = tables.offer


def finish(line, caller) -> None:
    """Hang up whatever is left, let everything run out, and check the whole line."""
    caller.hang_up()
    line.run(90)
    check_calls(line)
    check_quiet_floor(line)


def test_F_AG_01_no_answer_keeps_the_place_and_rings_the_next(line):
    first = line.add_agent("desk-1", ["support"])
    second = line.add_agent("desk-2", ["support"], available=False)
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: first.ringing, 2)
    line.line.agents.go_available("desk-2")
    rang = line.clock.time()

    assert line.account.run_until(lambda: second.ringing, 40)
    assert line.clock.time() - rang <= 20 + 5 + 2 and not first.ringing
    away = line.line.agents.status("desk-1")
    assert (away.state, away.reason) == ("away", "missed a call")
    assert len(rows(line, tables.queued_call)) == 1  # the same place all along
    picks_up(line, second)
    line.run(2)
    assert caller.talking_to == {second.address}
    line.line.agents.go_available("desk-1")  # one call back, no permanent log-out
    finish(line, caller)


@ON_SQLITE
def test_F_AG_02_a_voicemail_box_is_never_joined(line):
    line.add_agent("desk-1", ["support"]).behaviour = "machine"
    caller = asks_for_person(line)
    line.run(60)
    assert caller.talking_to == set() and caller.status == "in-progress"
    assert line.account.witness.of("hears") == []
    assert state_of(line) == "away"
    finish(line, caller)


@ON_SQLITE
def test_F_AG_03_the_offer_of_a_page_that_closed_runs_out_and_the_place_is_kept(line):
    line.add_agent("desk-1", ["support"]).behaviour = "no-answer"
    caller = asks_for_person(line)
    line.run(30)
    [queued] = rows(line, tables.queued_call)
    assert queued.state == "waiting" and state_of(line) == "away"
    finish(line, caller)


def test_F_AG_05_agent_leg_drops_while_talking_and_the_caller_is_asked(line):
    agent = line.add_agent("desk-1", ["support"])
    caller = talks(line, agent)
    agent.hang_up()
    line.run(3)
    assert caller.status == "in-progress" and caller.speaking
    caller.press("0")
    line.run(1)
    queued = sorted(rows(line, tables.queued_call), key=lambda row: row.since)[-1]
    first = min(rows(line, tables.queued_call), key=lambda row: row.since)
    assert queued.state == "waiting" and queued.priority == 1 and queued.entered_at == first.entered_at
    assert longest_silence(line, caller.call) <= 3
    finish(line, caller)


@ON_SQLITE
@pytest.mark.parametrize("tenths", range(0, 25, 6))
def test_F_AG_08_answers_then_hangs_up_around_the_accept(rehearse, tenths):
    """Wherever the agent drops out before they could meet, the caller stands in line again, at the place."""
    line = rehearse()
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    line.account.disturb(delay=lambda webhook: 0.4)  # so that there are moments to hang up in
    assert line.account.run_until(lambda: agent.ringing, 5)
    agent.answer()
    line.run(0.9)
    agent.press("1")
    line.run(tenths / 10)
    agent.hang_up()
    line.run(12)
    assert caller.status == "in-progress"
    live = [row for row in rows(line, tables.queued_call) if row.state == "waiting"]
    assert len(live) == 1, [row.state for row in rows(line, tables.queued_call)]
    assert live[0].entered_at == min(row.entered_at for row in rows(line, tables.queued_call))
    line.account.calm()
    second = line.add_agent("desk-2", ["support"], available=False)
    line.line.agents.go_available("desk-2")
    picks_up(line, second)
    line.run(2)
    assert caller.talking_to == {second.address}
    finish(line, caller)


@ON_SQLITE
def test_F_AG_07_accept_around_the_expiry_is_one_or_the_other(line):
    agent = line.add_agent("desk-1", ["support"])
    for step in range(-50, 51, 20):
        caller = asks_for_person(line)
        assert line.account.run_until(lambda: agent.ringing, 5)
        [offer] = [row for row in rows(line, OFFER) if row.state == "pending"]
        line.run(12)
        agent.answer()  # somebody picked up, and thinks until the very end
        line.run(0.2)
        [due] = [row.due for row in rows(line, tables.job, key=f"offer_due:{offer.id}")]
        line.run(due - line.clock.time() + step / 1000)
        try:
            line.line.agents.accept("desk-1", offer.id)
            accepted = True
        except TooLate:
            accepted = False
        line.run(2)
        assert accepted == (step < 0)
        assert (caller.talking_to == {agent.address}) == accepted
        caller.hang_up()
        line.run(40)
        assert state_of(line) == ("available" if accepted else "away")
        line.line.agents.go_available("desk-1")
        line.account.settle()
    check_calls(line)
    check_quiet_floor(line)


@pytest.mark.parametrize("by", ["key", "click"])
def test_F_AG_09_accept_and_caller_hangs_up_in_the_same_instant(line, by):
    agent = line.add_agent("desk-1", ["support"])
    line.account.disturb(delay=lambda webhook: 0.15)
    for step in range(-4, 8, 2):
        caller = asks_for_person(line)
        assert line.account.run_until(lambda: agent.ringing, 5)
        [offer] = [row for row in rows(line, OFFER) if row.state == "pending"]
        agent.answer()
        line.run(0.5)
        line.account.at(line.clock.time() + 1 + step / 10, caller.hang_up)
        line.run(1)
        if by == "key":
            agent.press("1")
        else:
            try:
                line.line.agents.accept("desk-1", offer.id)
            except TooLate:
                assert step <= 0
        line.run(3.5)
        assert agent.call is None, f"the agent sits on a dead line (step {step})"
        assert state_of(line) in ("available", "wrapping_up")
        line.run(40)
        assert state_of(line) == "available"
    check_calls(line)
    check_quiet_floor(line)


def test_F_AG_10_all_agents_leave_and_callers_are_told_within_a_cycle(line):
    line.add_agent("desk-1", ["support"], available=False)
    line.line.agents.go_available("desk-1")
    busy = asks_for_person(line)
    line.run(1)
    caller = asks_for_person(line, "+14155550124")
    line.run(10)
    line.line.agents.decline("desk-1", rows(line, OFFER)[0].id)
    line.line.agents.sign_out("desk-1")
    before = len(caller.heard)
    line.run(35)
    told = " ".join(caller.heard[before:])
    assert "Nobody is available" in told and "message" in told
    busy.hang_up()
    finish(line, caller)


@ON_SQLITE
def test_F_AG_11_signed_in_twice_is_one_agent_with_one_offer(line):
    agent = line.add_agent("desk-1", ["support"])
    line.line.agents.sign_in("desk-1")
    line.line.agents.go_available("desk-1")
    first, second = asks_for_person(line), asks_for_person(line, "+14155550124")
    line.run(3)
    assert len([row for row in rows(line, OFFER) if row.state == "pending"]) == 1
    line.line.agents.sign_in("desk-1")  # a second page, in the middle of an offer
    picks_up(line, agent)
    line.run(2)
    assert len([c for c in (first, second) if c.talking_to]) == 1
    second.hang_up()
    finish(line, first)


@ON_SQLITE
def test_F_AG_12_a_pause_during_an_offer_waits_for_its_end(line):
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    line.run(1)
    line.line.agents.go_away("desk-1", "lunch")
    assert state_of(line) == "offered" and agent.ringing  # the offer stands
    picks_up(line, agent)
    line.run(2)
    assert caller.talking_to == {agent.address}
    caller.hang_up()
    line.run(40)
    assert state_of(line) == "away"  # and the pause comes after it
    again = asks_for_person(line)
    line.run(5)
    assert not agent.ringing  # the pause was there before the offer
    finish(line, again)


def test_F_AG_13_a_stuck_agent_is_swept(line):
    agent = line.add_agent("desk-1", ["support"])
    caller = talks(line, agent)
    line.account.disturb(drop=lambda webhook: True)  # nothing of the end reaches us
    agent.hang_up()
    caller.hang_up()
    line.run(130)
    assert state_of(line) == "available"
    line.account.calm()
    line.run(60)
    check_quiet_floor(line)


@ON_SQLITE
def test_F_AG_14_an_unavailable_last_candidate_stops_nobody(line):
    phones = [line.add_agent(f"desk-{number}", ["support"]) for number in (1, 2, 3)]
    for number, phone in enumerate(phones, 1):
        if number != 2:
            phone.behaviour = "busy"
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: phones[1].ringing, 10)
    picks_up(line, phones[1])
    line.run(2)
    assert caller.talking_to == {phones[1].address}
    finish(line, caller)


def test_an_agent_accepts_while_the_caller_leaves_a_message(line):
    """F-AG-09's sibling: the caller is brought out of the recording, and there is one conversation."""
    agent = line.add_agent("desk-1", ["support"], available=False)
    caller = asks_for_person(line)
    line.run(4)
    caller.press("1")
    line.run(12)
    line.line.agents.go_available("desk-1")
    caller.say("I would like to know where my order is.", seconds=20)
    picks_up(line, agent)
    line.run(2)
    assert caller.talking_to == {agent.address}
    finish(line, caller)
