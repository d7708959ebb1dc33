"""The targets that a caller can be given to: what is offered is possible, and what is refused is said in
words."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from ivr.settings import TransferSettings
from tests.service.driving import ON_SQLITE
from tests.service.giving_on import GivingOn, settings_with
from tests.service.houses import row_of
from tests.service.witness_checks import check_calls, check_quiet_floor


@pytest.fixture
def giving(rehearse):
    return lambda settings=None, **others: GivingOn(rehearse(settings or settings_with()), **others)


def ended_well(talk: GivingOn) -> None:
    talk.caller.hang_up()
    talk.line.run(180)
    check_calls(talk.line)
    check_quiet_floor(talk.line)


@ON_SQLITE
def test_whom_a_caller_can_be_given_to(giving):
    talk = giving(desk_2=["billing"], desk_3=["support"], desk_4=["billing"])
    agents, targets = talk.line.line.agents, talk.line.line.talks.targets
    agents.go_away("desk-4", "lunch")
    talk.line.line.accounts.set_role("desk-4", "supervisor")
    talk.line.line.waits.forget_look()
    found = {one.key: one for one in targets("desk-1", talk.caller.sid)}
    assert list(found) == [
        "agent:desk-2", "agent:desk-3", "agent:desk-4", "queue:billing", "queue:support", "number:warehouse",
    ]  # fmt: skip
    assert [(one.blind, one.warm) for one in found.values()] == [(True, True)] * 2 + [(False, True)] + [
        (True, True)
    ] * 3
    away = found["agent:desk-4"]
    assert (away.kind, away.says) == ("supervisor", "away (lunch)") and "ask them first" in away.why_not
    assert found["queue:billing"].says == "nobody waiting, less than a minute"
    assert found["number:warehouse"].says == "+1 212-555-0177"
    assert [one.key for one in targets("desk-1", talk.caller.sid, "BILL")] == ["queue:billing"]
    for written in ("(212) 555-0188 ext. 4", "212-555-0188 (x4)", "212-555-0188, extn 4", "212 555 0188 #4"):
        (typed,) = targets("desk-1", talk.caller.sid, written)
        assert (typed.key, typed.title) == ("number:+12125550188;ext=4", "+1 212-555-0188 ext. 4")
    assert not (typed.blind or typed.warm) and "Only the numbers named" in typed.why_not
    assert targets("desk-2", talk.caller.sid) == (), "nobody else's call"
    for one in found.values():
        if one.blind and one.key.startswith("number"):
            talk.give(one.key)  # what is offered is possible
    ended_well(talk)


@ON_SQLITE
def test_what_is_possible_with_lines_that_are_shut_or_unserved(giving):
    talk = giving(desk_2=["billing"])
    agents, targets = talk.line.line.agents, talk.line.line.talks.targets
    agents.go_away("desk-2")
    talk.line.line.waits.forget_look()
    found = {one.key: one for one in targets("desk-1", talk.caller.sid)}
    unserved, away = found["queue:billing"], found["agent:desk-2"]
    assert (unserved.blind, unserved.warm, unserved.says) == (False, False, "nobody there")
    assert (away.blind, away.warm) == (False, False)
    ended_well(talk)


def test_what_cannot_be_is_refused_and_the_talk_goes_on(giving):
    talk = giving(desk_2=["billing"])
    talk.line.line.agents.go_away("desk-2", "lunch")
    talk.line.account.settle()
    for target, why in {
        "agent:desk-2": "desk-2 is away .lunch.: ask them first, or choose a queue",
        "agent:desk-1": "nobody and nothing of this name",
        "agent:nobody": "nobody and nothing of this name",
        "queue:billing": "Nobody serves this queue now",
        "queue:none": "nobody and nothing of this name",
        "number:+12125550188": "Only the numbers named",
        "number:the moon": "Only the numbers named",
        "planet:moon": "nobody and nothing of this name",
    }.items():
        with pytest.raises(TooLate, match=why):
            talk.give(target)
    talk.line.run(5)
    assert talk.caller.talking_to == {talk.agent.address} and talk.transfers() == []
    assert "transfer" not in row_of(talk.line, talk.caller).session
    ended_well(talk)


@ON_SQLITE
def test_only_a_talk_of_ones_own_and_only_once(giving):
    talk = giving()
    with pytest.raises(TooLate):
        talk.line.line.talks.transfer("desk-2", talk.caller.sid, "queue:support", "")
    talk.give("queue:billing")
    with pytest.raises(TooLate):
        talk.give("queue:billing")
    assert len(talk.transfers()) == 1
    ended_well(talk)


@ON_SQLITE
@pytest.mark.parametrize(
    ("number", "why"),
    [
        ("+12125550188", ""),
        ("+493012345678", "other countries"),
        ("+19005550100", "may not be dialled"),
        ("911", "no telephone number"),
        ("+15550001000", "ours"),
    ],
)
def test_numbers_without_a_name_where_the_settings_allow_any(giving, number, why):
    """T-27: no premium, foreign or emergency number is dialled on our bill."""
    talk = giving(settings_with(transfers=TransferSettings(numbers="any")))
    talk.line.account.add_phone("+12125550188", "busy")
    if why:
        with pytest.raises(TooLate, match=why):
            talk.give(f"number:{number}")
    else:
        talk.give(f"number:{number}")
        talk.line.run(12)
        assert talk.transfers() == [(number, "returned", "busy")]
    ended_well(talk)
