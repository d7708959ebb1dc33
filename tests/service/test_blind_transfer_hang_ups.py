"""F-HU-n during a blind transfer: each side hangs up at every boundary of it; and what happens at once."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from tests.service.driving import ON_SQLITE, all_at_once
from tests.service.giving_on import GivingOn, settings_with
from tests.service.houses import journal, row_of
from tests.service.witness_checks import check_calls, check_quiet_floor

# Seconds after the click: at it, on the way, in the sentence, in line, ringing, whispering, in the talk.
MOMENTS = (0.0, 0.01, 0.5, 4.0, 6.5, 8.6, 10.1, 13.0)
WITHOUT_THE_AGENT = (0.0, 0.01, 0.5, 4.0)
TARGETS = ("queue:billing", "agent:desk-2", "number:warehouse")


@pytest.fixture
def giving(rehearse):
    return lambda **others: GivingOn(rehearse(settings_with()), **others)


def plays(talk: GivingOn, target: str) -> None:
    """The caller is given on; whoever is rung answers, and takes the call."""
    at, outside = talk.line.clock.time(), target.startswith("number")
    talk.line.line.talks.transfer("desk-1", talk.caller.sid, target, "")
    other = talk.outside if outside else talk.others["desk-2"]
    talk.line.account.at(at + (10.0 if outside else 7.0), lambda: other.ringing and other.answer())
    talk.line.account.at(at + 8.5, lambda: other.press("1"))


def nothing_is_left(talk: GivingOn) -> None:
    check_calls(talk.line)
    check_quiet_floor(talk.line)
    assert all(state not in ("asked", "moving") for _, state, _ in talk.transfers())


@ON_SQLITE
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_F_HU_the_caller_hangs_up(giving, target, moment):
    talk = giving()
    plays(talk, target)
    talk.line.account.at(talk.line.clock.time() + moment, talk.caller.hang_up)
    talk.line.run(moment + 3)
    for phone in (talk.agent, *talk.others.values(), talk.outside):
        assert phone.call is None, "no phone rings or talks on for who is gone"
    talk.line.run(90)
    nothing_is_left(talk)
    ((_, state, _),) = talk.transfers()
    assert state in ("cancelled", "completed")


@ON_SQLITE
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("moment", WITHOUT_THE_AGENT)
def test_F_HU_the_agent_who_gives_them_on_hangs_up(giving, target, moment):
    """However their phone ends, the caller is with the other side, and was never dropped."""
    talk = giving()
    plays(talk, target)
    talk.line.account.at(talk.line.clock.time() + moment, talk.agent.hang_up)
    other = talk.outside if target.startswith("number") else talk.others["desk-2"]
    assert talk.line.account.run_until(lambda: talk.caller.talking_to == {other.address}, 30)
    talk.line.run(3)
    assert talk.agent.call is None
    talk.caller.hang_up()
    talk.line.run(120)
    nothing_is_left(talk)


@ON_SQLITE
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("moment", [7.5, 8.6, 10.1, 13.0])
def test_F_HU_the_other_side_hangs_up(giving, target, moment):
    """The caller is in line again, or asked whether they need help; never dropped, never left in silence."""
    talk = giving()
    plays(talk, target)
    other = talk.outside if target.startswith("number") else talk.others["desk-2"]
    talk.line.account.at(talk.line.clock.time() + moment, other.hang_up)
    talk.line.run(moment + 2)
    outside = target.startswith("number")
    assert outside or talk.caller.status == "in-progress"
    talk.caller.hang_up()
    talk.line.run(120)
    nothing_is_left(talk)


def test_two_tabs_give_the_same_caller_to_two_places(giving):
    """I-03: one of them wins, the other hears that it is too late."""
    talk = giving()
    give = talk.line.line.talks.transfer
    done = all_at_once(
        lambda: give("desk-1", talk.caller.sid, "queue:billing", "one"),
        lambda: give("desk-1", talk.caller.sid, "agent:desk-3", "two"),
    )
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "TooLate"], done
    assert len(talk.transfers()) == 1
    talk.line.run(3)
    rung = [name for name, phone in talk.others.items() if phone.ringing]
    assert rung == [{"billing": "desk-2", "desk-3": "desk-3"}[talk.transfers()[0][0]]]
    talk.caller.hang_up()
    talk.line.run(120)
    nothing_is_left(talk)


@pytest.mark.parametrize("times", range(3))
def test_given_on_while_the_caller_or_the_agent_hangs_up(giving, times):
    """Whichever is first, nothing is left open, and a caller who is still there is served."""
    talk = giving()
    talks, agents = talk.line.line.talks, talk.line.line.agents
    done = all_at_once(
        lambda: talks.transfer("desk-1", talk.caller.sid, "queue:billing", ""),
        lambda: agents.hang_up("desk-1", talk.caller.sid),
        lambda: talk.line.line.calls.hung_up(talk.caller.sid, "completed") if times == 2 else None,
    )
    assert all(one is None or isinstance(one, TooLate) for one in done), done
    talk.line.account.settle()
    talk.line.run(2)
    if talk.transfers() and times != 2:
        assert talk.line.account.run_until(lambda: talk.others["desk-2"].ringing, 10)
    talk.caller.hang_up()
    talk.line.run(120)
    check_quiet_floor(talk.line)
    assert all(state != "moving" for _, state, _ in talk.transfers())
    assert len(journal(talk.line, "ended")) == 1 and row_of(talk.line, talk.caller).ended_at
