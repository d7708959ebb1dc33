"""Why a caller waits, why an agent gets no call: the sentences, and that they are true on any floor."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from ivr.acd.explanations import Colleague, ExplainedPosition, Explainer
from ivr.acd.floor import CALLBACK, DIALLING, TO_DIAL, Floor, WaitingCall
from ivr.acd.matching import match
from tests.acd.test_matching import NOW, in_lines
from tests.acd.test_slow_matcher import AGENTS, CALLS, able


def place(id="CA1", entered_at=700.0, rank=None, **more):
    rank = entered_at if rank is None else rank
    seen = more.pop("priority", 0), more.pop("ringing", None), more.pop("knows", None)
    declined = more.pop("declined_at", {})
    call = WaitingCall(f"q{id}", more.pop("queue", "support"), rank, frozenset(declined), **more)
    return ExplainedPosition(call, id, entered_at, *seen, declined)


def desk(id, state="available", since=100.0, queues=("support",), level=1, **more):
    seen = more.pop("reason", ""), more.pop("busy_with", None)
    return Colleague(id, id, state, since, dict.fromkeys(queues, level), more, *seen)


def explainer(places, agents):
    ordered = sorted(places, key=lambda one: (one.call.rank, one.call.id))
    return Explainer(NOW, ordered, agents, lambda at: f"@{at:g}", 300.0, 60.0)


def why(one, *others, agents=()):
    return explainer([one, *others], agents).call(one)


def why_agent(one, *others, places=()):
    return explainer(places, [one, *others]).agent(one)


def test_nobody_serves_the_queue():
    assert why(place(), agents=[desk("a", queues=("billing",))]) == [
        "The caller has place 1 in support, in line since @700 (5 min 0 s).",
        "It waits because no agent serves support.",
    ]


def test_everybody_is_busy_and_somebody_is_ahead():
    ahead = place("CA0", 650.0)
    agents = [
        desk("a", "on_call", 900.0, busy_with="CA9"),
        desk("b", "away", 800.0),
        desk("c", "signed_out", 1.0),
    ]
    assert why(place(), ahead, agents=agents) == [
        "The caller has place 2 in support, in line since @700 (5 min 0 s).",
        "It waits because everybody who could take it is busy.",
        "Ahead: CA0, in line since @650.",
        "a is on a call (CA9) since @900.",
        "b is away since @800.",
        "c is signed out since @1.",
    ]


def test_who_came_later_and_is_ahead_all_the_same():
    urgent = place("CA9", 800.0, 500.0, priority=1)
    told = why(place(), urgent, agents=[desk("a")])
    assert told[1:] == [
        "It waits because whoever is free goes to somebody ahead.",
        "Ahead: CA9, in line since @800, later, but its priority counts as 5 minutes more of waiting.",
        "a is available since @100, and goes to CA9.",
    ]


def test_nobody_at_work_has_the_skill():
    wants = place(skills=(("german", 2),))
    told = why(wants, agents=[desk("a", german=1), desk("b", "away", german=3)])
    assert told[1:] == [
        "It waits because nobody at work in support has german at level 2.",
        "The agent must have german at level 2.",
        "a is available since @100, and lacks german at level 2.",
        "b is away since @100.",
    ]


def test_the_agent_who_knows_the_customer_is_waited_for():
    wants = place(prefer_agent="b", knows="b", prefer_until=NOW + 30)
    told = why(wants, agents=[desk("a"), desk("b", "on_call")])
    assert told[1] == "It waits for b, who knows this customer, until @1030."
    assert told[2] == "b last talked to this customer; alone may have it until @1030."
    gone = place(knows="b", prefer_until=NOW + 30)
    told = why(gone, agents=[desk("a"), desk("b", "away")])
    assert told[1] == "It is a's turn to be asked: the offer is on its way."
    assert told[2] == "b last talked to this customer; is not at work, so nobody waits for them."


def test_declined_and_not_due():
    told = why(place(declined_at={"a": 990.0}), agents=[desk("a")])
    assert told[1] == "It waits because everybody who is free has just declined it."
    assert told[2] == "a is available since @100, declined it, and is not asked before @1050."
    told = why(place(kind=CALLBACK, not_before=NOW + 60), agents=[desk("a")])
    assert told[0].startswith("A callback keeps place 1")
    assert told[1] == "It waits because it is not to be served before @1060."
    assert "Not to be served before @1060." not in told  # said once


def test_an_agent_who_is_not_available():
    assert why_agent(desk("a", "away", 900.0, reason="lunch")) == [
        "a is away since @900 (lunch).",
        "No call comes: only agents who are available are asked.",
    ]
    assert why_agent(desk("a", queues=()))[1] == "No call comes: they serve no queue."


@pytest.mark.parametrize("state", ["offered", "on_call", "wrapping_up"])
def test_an_agent_with_a_call_is_not_told_that_no_call_comes(state):
    assert not any("No call comes" in line for line in why_agent(desk("a", state)))


def test_an_agent_with_nobody_to_take():
    told = why_agent(desk("a", level=2), desk("b"), desk("c", "on_call"), places=[place(queue="billing")])
    assert told[1:] == [
        "No call comes: nobody waits in support.",
        "In support, 1 would be asked before: lower level or longer idle.",
    ]


def test_each_call_an_agent_does_not_get():
    places = [
        place("CA1", 1.0, skills=(("german", 1),)),
        place("CA2", 2.0, declined_at={"a": 970.0}),
        place("CA3", 3.0, ringing="b"),
        place("CA4", 4.0, prefer_agent="b", prefer_until=NOW + 9),
        place("CA5", 5.0, not_before=NOW + 5),
    ]
    told = why_agent(desk("a"), desk("b", "offered", busy_with="CA3"), places=places)
    assert told[1:] == [
        "CA1 (support): wants german.",
        "CA2 (support): they declined it, and are not asked before @1030.",
        "CA3 (support): b is being rung for it.",
        "CA4 (support): waits for b until @1009.",
        "CA5 (support): not to be served before @1005.",
    ]


def test_who_is_asked_instead_and_why():
    told = why_agent(desk("a", level=2), desk("b", since=500.0), places=[place()])
    assert told[1] == "CA1 (support): goes to b, of level 1 (theirs is 2)."
    told = why_agent(desk("a", since=500.0), desk("b"), places=[place()])
    assert told[1] == "CA1 (support): goes to b, idle since @100."


@settings(max_examples=150, deadline=None)
@given(CALLS, AGENTS)
def test_what_is_said_is_true_on_any_floor(waiting, free):
    """The next call is theirs whom matching gives one, and every other reason holds."""
    agents = [Colleague(a.id, a.id, "available", a.idle_since, a.queues, a.skills) for a in free]
    places = [
        ExplainedPosition(one, one.id, one.rank, declined_at=dict.fromkeys(one.declined_by, 990.0))
        for one in waiting
    ]
    told = explainer(places, agents)
    due = [one for one in waiting if one.kind != DIALLING]
    floor = Floor(NOW, in_lines(due), free, [one for one in waiting if one.kind == DIALLING])
    given_ = {found.agent.id: found.call for found in match(floor)}
    for who, agent in zip(free, agents, strict=True):
        said = told.agent(agent)
        assert any("The next call is theirs" in line for line in said) == (who.id in given_)
        for one in waiting:
            for line in said:
                if line.startswith(f"{one.id} ({one.queue}): "):
                    _reason_holds(line, one, who, given_)
    for one in places:
        said = told.call(one)
        assert ("turn to be asked" in said[1]) == any(one.call is call for call in given_.values())
        assert said[0].startswith("A callback") == (one.call.kind in (CALLBACK, TO_DIAL, DIALLING))


def _reason_holds(line, one, who, given_):
    if "wants" in line:
        assert not able(who, one)
    elif "declined" in line:
        assert who.id in one.declined_by
    elif "not to be served before" in line:
        assert one.not_before > NOW
    elif "goes to" in line:
        assert one in given_.values()
    elif "being dialled" in line:
        assert one.kind == DIALLING
    else:
        assert f"waits for {one.prefer_agent}" in line
        assert one.prefer_until > NOW
