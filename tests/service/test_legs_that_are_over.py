"""Nothing is asked of the carrier for a leg that is over: each such request is an error in its console. And
the caller does not wait for a voicemail box that picked up at an agent's."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, state_of, talks
from tests.service.transferring import WarmTalk

pytestmark = ON_SQLITE
WORKSHOP = "+14155550190"


@pytest.fixture
def line(rehearse):
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    line = rehearse(settings.model_copy(update={"targets": {"workshop": WORKSHOP}}))
    line.account.switches.webhook_seconds = 0.1
    return line


def refused(line) -> list:
    return [entry.detail for entry in line.account.witness.of("rest") if entry.detail["status"] >= 400]


def the_caller_hangs_up(line) -> None:
    talks(line, line.add_agent("desk-1", ["support"])).hang_up()


def the_agent_hangs_up(line) -> None:
    phone = line.add_agent("desk-1", ["support"])
    talks(line, phone)
    phone.hang_up()


def the_agent_hangs_up_at_the_desk(line) -> None:
    phone = line.add_agent("desk-1", ["support"])
    caller = talks(line, phone)
    line.line.agents.hang_up("desk-1", caller.sid)
    line.run(0.2)
    assert phone.call is None, "at once"


def a_colleague_who_was_asked_hangs_up(line) -> None:
    warm = WarmTalk(line)
    warm.consults()
    warm.two.hang_up()
    line.run(3)
    warm.customer.hang_up()


def the_agent_who_asked_hangs_up(line) -> None:
    warm = WarmTalk(line)
    warm.consults()
    warm.one.hang_up()
    line.run(5)
    warm.customer.hang_up()


def a_caller_is_given_on_blind(line) -> None:
    warm = WarmTalk(line)
    line.line.talks.transfer("desk-1", warm.sid, "agent:desk-2", "")
    picks_up(line, warm.two)
    line.run(5)
    warm.customer.hang_up()


def a_caller_is_given_outside(line) -> None:
    warm = WarmTalk(line)
    phone = line.account.add_phone(WORKSHOP)
    warm.consults("number:workshop", phone)
    warm.hands_over()
    warm.customer.hang_up()


def a_supervised_talk_ends(line) -> None:
    agent = line.add_agent("desk-1", ["support"])
    boss = line.add_agent("boss-1", ["support"], available=False)
    line.line.accounts.set_role("boss-1", "supervisor")
    line.line.agents.sign_in("boss-1")
    caller = talks(line, agent)
    line.line.supervising.joining.start("boss-1", caller.sid, "listen")
    picks_up(line, boss)
    line.run(5)
    caller.hang_up()


ENDS = (
    the_caller_hangs_up,
    the_agent_hangs_up,
    the_agent_hangs_up_at_the_desk,
    a_colleague_who_was_asked_hangs_up,
    the_agent_who_asked_hangs_up,
    a_caller_is_given_on_blind,
    a_caller_is_given_outside,
    a_supervised_talk_ends,
)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_no_request_for_a_leg_that_is_over(line, end):
    end(line)
    line.run(40)
    assert refused(line) == []


def test_a_room_that_does_not_end_its_legs_is_followed_by_a_hang_up(line):
    """The agent's leg stays: its document was fetched, and the reports of its end never come."""
    phone = line.add_agent("desk-1", ["support"])
    caller = talks(line, phone)
    line.account.disturb(drop=lambda hook: hook.kind == "status" and "/offers/" in hook.url)
    caller.hang_up()
    line.run(5)
    assert phone.call is None
    ends = [e for e in line.account.witness.of("rest") if e.detail["params"].get("Status") == "completed"]
    assert len(ends) == 1, "nobody said that it was over, so it is made sure of"


@pytest.mark.parametrize("after", [1.0, 15.0])
def test_an_unanswered_whisper_moves_on_after_twelve_seconds(line, after):
    """A voicemail box took it: the caller does not wait until the ring would have ended."""
    first, second = line.add_agent("desk-1", ["support"]), line.add_agent("desk-2", ["support"])
    asks_for_person(line)
    assert line.account.run_until(lambda: first.ringing or second.ringing, 5)
    box, other = (first, second) if first.ringing else (second, first)
    line.run(after)
    box.answer()
    picked_up = line.clock.time()
    assert line.account.run_until(lambda: other.ringing, 30)
    assert 11.5 <= line.clock.time() - picked_up <= 13.0
    line.run(2)
    assert box.call is None and state_of(line, "desk-1" if box is first else "desk-2") == "away"
