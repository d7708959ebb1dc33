"""Holding while somebody is asked: the customer never hears what two agents say to each other."""

from __future__ import annotations

import pytest

from ivr.service.agents import TooLate
from ivr.service.conversations.hold import NOT_HELD
from ivr.store import transfers
from tests.service.driving import ON_SQLITE, picks_up, state_of, talks
from tests.service.houses import journal
from tests.service.witness_checks import check_quiet_floor

pytestmark = ON_SQLITE
PARTICIPANTS = r"/Participants/CA"


@pytest.fixture
def asking(rehearse):
    """desk-1 talks with a customer and asks desk-2, whose phone rings."""

    def begin(before=lambda line: None):
        line = rehearse()
        agent = line.add_agent("desk-1", ["support"])
        other = line.add_agent("desk-2", ["support"], available=False)
        line.line.agents.sign_in("desk-2")
        caller = talks(line, agent)
        line.line.agents.go_available("desk-2")
        before(line)
        line.line.talks.consult("desk-1", caller.sid, "agent:desk-2", "About a bill.")
        line.account.run_until(lambda: other.ringing, 5)
        return line, caller, agent, other

    return begin


def state(line, caller) -> str:
    with line.line.database.read() as connection:
        return transfers.of_call(connection, caller.sid)[-1].state


def shown(line, caller):
    return line.line.talks.shown("desk-1", caller.sid)


def test_back_to_the_customer_stops_the_ringing(asking):
    """I-03: two agents and a customer hear each other only when an agent says so."""
    line, caller, agent, other = asking()
    assert caller.talking_to == set() and other.ringing
    line.line.talks.retrieve("desk-1", caller.sid)
    line.run(2)
    assert caller.talking_to == {agent.address} and not other.ringing
    assert state(line, caller) == "cancelled" and state_of(line, "desk-2") == "available"
    assert shown(line, caller).last is None, "they clicked themselves"


def test_back_to_the_customer_means_letting_go_of_who_is_on_the_phone(asking):
    line, caller, agent, other = asking()
    picks_up(line, other)
    line.run(2)
    assert state(line, caller) == "consulting" and agent.talking_to == {other.address}
    with pytest.raises(TooLate, match="let them go, or bring everybody together"):
        line.line.talks.retrieve("desk-1", caller.sid)
    line.line.talks.hold("desk-1", caller.sid)  # they hold already
    line.line.talks.together("desk-1", caller.sid)
    line.run(2)
    with pytest.raises(TooLate, match="part from the customer first"):
        line.line.talks.hold("desk-1", caller.sid)
    assert len(journal(line.line, "hold_started")) == len(journal(line.line, "hold_ended")) == 1


def test_nobody_is_asked_in_the_hearing_of_a_customer_who_cannot_be_held(asking):
    """I-34: the carrier refuses to hold; whoever is asked about the customer is not."""
    refuse = lambda line: line.account.rest_faults.add("POST", PARTICIPANTS, 400, times=1)  # noqa: E731
    line, caller, agent, other = asking(refuse)
    line.run(3)
    assert caller.talking_to == {agent.address} and not other.ringing
    last = shown(line, caller).last
    assert last is not None and last.reason == NOT_HELD
    caller.hang_up()
    line.run(120)
    check_quiet_floor(line)


def test_the_story_is_told_to_who_receives_the_call(asking):
    line, caller, _, other = asking()
    told = line.line.talks.shown("desk-2", caller.sid)
    assert told.asked_by and told.story == () and told.transfer.note == "About a bill."
    picks_up(line, other)
    line.run(2)
    line.line.talks.hand_over("desk-1", caller.sid)
    line.run(5)
    (story,) = line.line.talks.shown("desk-2", caller.sid).story
    assert (story.note, story.kind) == ("About a bill.", "warm") and story.from_name
    own = line.line.talks.shown("desk-1", caller.sid)
    assert own.story == () and own.transfer is None and own.held_at is None
    assert len(journal(line.line, "hold_ended")) == len(journal(line.line, "hold_started"))
