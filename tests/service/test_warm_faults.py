"""Warm transfers while requests and reports are lost, late or refused: nobody is lost with them."""

from __future__ import annotations

import pytest

from simulator.fault_injection import TIMEOUT
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import journal
from tests.service.transferring import WarmTalk

pytestmark = ON_SQLITE
PARTICIPANTS, ONE_CALL = r"/Participants/CA", r"/Calls/CA"


@pytest.fixture
def warm(rehearse) -> WarmTalk:
    return WarmTalk(rehearse())


@pytest.mark.parametrize("answer", [TIMEOUT, 500, 429])
@pytest.mark.parametrize("applied", [True, False])
def test_F_TW_the_room_is_changed_in_the_end(warm, answer, applied):
    warm.consults()
    faults = warm.line.account.rest_faults
    faults.add("POST", PARTICIPANTS, answer, times=3, applied=applied and answer != 429)
    faults.add("POST", ONE_CALL, answer, times=1)
    warm.hands_over()
    warm.line.run(6)
    assert warm.customer.talking_to == {warm.two.address} and not warm.customer.music
    assert warm.one.call is None
    warm.finish()


def test_F_TW_the_room_could_not_be_kept_open_and_the_agent_is_gone(warm):
    """The room ended for all: whoever was asked is free, and the customer is asked or in line again."""
    faults = warm.line.account.rest_faults
    warm.asks()
    faults.add("POST", PARTICIPANTS, 500, times=50)
    picks_up(warm.line, warm.two)
    warm.line.run(2)
    warm.one.hang_up()
    warm.line.run(6)
    assert warm.customer.status == "in-progress" and (warm.customer.speaking or warm.customer.music)
    assert warm.one.call is None
    faults.clear()
    warm.finish()


def test_F_TW_the_room_is_kept_open_at_the_latest_when_the_call_is_given_on(warm):
    warm.asks()
    warm.line.account.rest_faults.add("POST", PARTICIPANTS, 400, times=1)
    picks_up(warm.line, warm.two)
    warm.line.run(2)
    warm.hands_over()
    assert warm.customer.talking_to == {warm.two.address} and warm.one.call is None
    warm.finish()


def test_the_room_ends_for_all_while_they_consult(warm):
    """The customer is out of it, so nobody has got them: in line again, as from any agent who was lost."""
    warm.consults()
    warm.line.account.disturb(late=lambda hook: 0.0 if hook.url.endswith("/talked") else 1.0)
    warm.line.account.rooms.find(warm.owner().id).end("conference-ended-via-api")
    warm.line.run(0.5)
    assert (warm.owner().state, warm.transfer().state) == ("pending", "cancelled"), "offered to the next"
    warm.line.run(4)
    warm.line.account.calm()
    assert not journal(warm.line.line, "transferred") and warm.one.call is None
    picks_up(warm.line, warm.two)
    warm.line.run(2)
    assert warm.customer.talking_to == {warm.two.address}
    warm.finish()


def test_given_on_before_the_phone_is_in_the_room(warm):
    """Between the key and the room lies a moment; the customer hears music until the other is there."""
    warm.asks()
    warm.two.answer()
    warm.line.run(0.5)
    warm.line.account.disturb(delay=lambda hook: 1.5 if hook.url.endswith("/key") else 0.0)
    warm.two.press("1")
    assert warm.line.account.run_until(lambda: warm.transfer().state == "consulting", 5)
    warm.talks.hand_over("desk-1", warm.sid)
    warm.line.run(5)
    assert warm.customer.talking_to == {warm.two.address} and warm.one.call is None
    warm.finish()


def test_given_on_to_somebody_who_never_reaches_the_room(warm):
    """F-AG-05: the agent has left, and who was to come is gone: back in line, at the old place."""
    warm.consults()
    faults = warm.line.account.rest_faults
    faults.add("POST", PARTICIPANTS, 500, times=30)
    warm.talks.hand_over("desk-1", warm.sid)
    warm.two.hang_up()
    warm.line.run(5)
    faults.clear()
    warm.line.run(20)
    assert warm.one.call is None and warm.customer.status == "in-progress"
    assert warm.line.account.run_until(lambda: warm.customer.music or warm.customer.speaking, 5)
    assert "connection to your agent was lost" in " ".join(warm.customer.heard)
    warm.finish()


@pytest.mark.parametrize("who", ["one", "two"])
def test_a_hang_up_that_nobody_reported(warm, who):
    """F-WH: the watch finds the dead phone within a minute; the customer holds or is heard meanwhile."""
    warm.consults()
    warm.line.account.disturb(drop=lambda hook: "/voice/offers/" in hook.url)
    getattr(warm, who).hang_up()
    warm.line.run(95)
    warm.line.account.calm()
    if who == "two":
        assert warm.transfer().state == "failed" and warm.state("desk-2") == "available"
        warm.talks.retrieve("desk-1", warm.sid)
        warm.line.run(1)
        assert warm.customer.talking_to == {warm.one.address}
    else:
        assert warm.customer.talking_to == {warm.two.address} and warm.owner().agent_id == "desk-2"
    warm.customer.hang_up()
    warm.line.run(120)


def test_everything_reported_twice_and_late(warm):
    """I-14: the same end, once."""
    warm.line.account.disturb(duplicate=lambda _hook: True, late=lambda _hook: 0.3)
    warm.consults()
    warm.hands_over()
    warm.line.run(2)
    assert warm.customer.talking_to == {warm.two.address}
    warm.two.hang_up()
    warm.line.run(4)
    warm.line.account.calm()
    assert [len(journal(warm.line.line, kind)) for kind in ("transfer_consulting", "transferred")] == [1, 1]
    warm.finish()


def test_the_process_dies_between_the_click_and_what_follows(warm):
    """I-08: the click was acknowledged, so it is done by whoever comes next."""
    warm.consults()
    warm.talks.hand_over("desk-1", warm.sid)
    warm.line.restart()
    warm.line.run(5)
    assert warm.customer.talking_to == {warm.two.address}
    warm.customer.hang_up()
    warm.line.run(120)
    warm.check()


def test_whoever_was_given_the_caller_asks_on_before_the_room_is_changed(warm):
    """I-03: the customer holds on, and hears nothing of what the two say to each other."""
    three = warm.line.add_agent("desk-3", ["billing"])
    warm.consults()
    warm.line.account.rest_faults.add("POST", PARTICIPANTS, 500, times=6)
    warm.talks.hand_over("desk-1", warm.sid)
    warm.line.run(0.2)
    warm.talks.consult("desk-2", warm.sid, "agent:desk-3", "")
    picks_up(warm.line, three)
    warm.line.run(15)
    assert warm.transfer().state == "consulting" and warm.one.call is None
    assert three.talking_to == {warm.two.address}
    assert warm.customer.talking_to == set() and (warm.customer.music or warm.customer.speaking)
    warm.talks.cancel("desk-2", warm.sid)
    warm.talks.retrieve("desk-2", warm.sid)
    warm.line.run(2)
    assert warm.customer.talking_to == {warm.two.address}
    warm.finish()


def test_the_agent_leaves_though_the_room_can_not_be_changed(warm):
    """I-10: whoever has given the call on is not on it for longer than the phone company is out of order."""
    warm.consults()
    warm.line.account.rest_faults.add("POST", PARTICIPANTS, 500, times=1000)
    warm.hands_over()
    assert warm.one.call is not None and warm.customer.music
    warm.line.run(10)
    assert warm.one.call is None and warm.customer.music
    warm.line.account.rest_faults.clear()
    warm.line.run(5)
    assert warm.customer.talking_to == {warm.two.address}
    warm.finish()
