"""F-HU-n of warm transfers: a hang-up of each side at every boundary, and at instants around each click."""

from __future__ import annotations

import re

import pytest

from desk.screen import Screen
from ivr.service.agents import TooLate
from ivr.service.screen_pop.cards import CardService
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import journal
from tests.service.transferring import WarmTalk

pytestmark = ON_SQLITE


@pytest.fixture
def warm(rehearse) -> WarmTalk:
    return WarmTalk(rehearse())


def rings(warm: WarmTalk) -> None:
    warm.asks()
    assert warm.two.ringing


def hears_the_question(warm: WarmTalk) -> None:
    rings(warm)
    warm.two.answer()
    warm.line.run(0.5)


def has_pressed(warm: WarmTalk) -> None:
    hears_the_question(warm)
    warm.two.press("1")
    warm.line.run(0.1)


def parts(warm: WarmTalk) -> None:
    warm.together()
    warm.talks.apart("desk-1", warm.sid)


def gives(warm: WarmTalk) -> None:
    warm.consults()
    warm.talks.hand_over("desk-1", warm.sid)


def has_given(warm: WarmTalk) -> None:
    warm.consults()
    warm.hands_over()


def takes_back(warm: WarmTalk) -> None:
    warm.consults()
    warm.talks.cancel("desk-1", warm.sid)


def has_asked(warm: WarmTalk) -> None:
    warm.talks.consult("desk-1", warm.sid, "agent:desk-2", "")


def consults(warm: WarmTalk) -> None:
    warm.consults()


def together(warm: WarmTalk) -> None:
    warm.together()


MOMENTS = (
    has_asked, rings, hears_the_question, has_pressed, consults, together, parts, gives, has_given,
    takes_back,
)  # fmt: skip
FREE = ("available", "wrapping_up")


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_customer_hangs_up(warm, moment):
    """Everything ends: no phone of ours rings or stays."""
    moment(warm)
    warm.customer.hang_up()
    warm.line.run(2)
    assert warm.one.call is None and warm.two.call is None, "I-10"
    assert warm.transfer().state in ("cancelled", "completed", "ended")
    assert warm.state("desk-1") == "wrapping_up" and warm.state("desk-2") in FREE
    warm.finish()


def on_the_desk(warm: WarmTalk, agent_id: str):
    """What this agent's page shows now, without its tags."""
    line = warm.line.line
    cards = CardService(line.database, line.transactions.clock, warm.line.settings)
    screen = Screen(line.agents, cards, line.transactions.clock, warm.line.settings, talks=line.talks)
    shown = screen.look(agent_id)
    words = re.sub(r"<[^>]+>", " ", "".join(shown.regions.values()))
    return shown.mode, " ".join(words.split())


@pytest.mark.parametrize("moment", [rings, hears_the_question, consults, together, parts])
def test_both_agents_read_that_the_caller_hung_up(warm, moment):
    moment(warm)
    warm.customer.hang_up()
    warm.line.run(2)
    mode, words = on_the_desk(warm, "desk-1")
    assert mode == "wrap_up" and words.count("The caller has hung up while desk-2 was asked") == 1
    mode, words = on_the_desk(warm, "desk-2")
    assert mode == "idle" and words.count("The caller has hung up: desk-1 does not ask you any more.") == 1
    warm.line.run(70)
    assert "hung up" not in on_the_desk(warm, "desk-2")[1], "old news is no news"
    warm.check()


def test_one_who_is_asked_no_more_reads_so(warm):
    takes_back(warm)
    warm.line.run(2)
    words = on_the_desk(warm, "desk-2")[1]
    assert "desk-1 does not ask you any more." in words and "hung up" not in words
    assert "does not ask you" not in on_the_desk(warm, "desk-1")[1]
    warm.finish()


def test_a_talk_that_ends_without_a_question_says_nothing_of_one(warm):
    warm.customer.hang_up()
    warm.line.run(2)
    mode, words = on_the_desk(warm, "desk-1")
    assert mode == "wrap_up" and "hung up" not in words


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_agent_who_asked_is_gone(warm, moment):
    """The person who talks with them has the caller; else the caller is back in line, at the old place."""
    moment(warm)
    given = warm.transfer().state in ("consulting", "together", "completed")
    warm.one.hang_up()
    warm.line.run(8)
    assert warm.customer.status == "in-progress" and warm.one.call is None
    if given:
        assert warm.customer.talking_to == {warm.two.address}
        assert warm.owner().agent_id == "desk-2" and warm.state("desk-2") == "on_call"
    else:
        assert warm.transfer().state == "cancelled" and "connection to your agent was lost" in heard(warm)
        picks_up(warm.line, warm.two)
        warm.line.run(2)
        assert warm.customer.talking_to == {warm.two.address}, "and to the next who is free"
    assert warm.state("desk-1") == "wrapping_up"
    warm.finish()


@pytest.mark.parametrize("moment", MOMENTS)
def test_the_one_who_was_asked_is_gone(warm, moment):
    """The caller is with the agent as before, or on hold; once given on, as after any talk."""
    moment(warm)
    state = warm.transfer().state
    if moment is has_asked:  # nothing rings yet
        warm.line.line.agents.decline("desk-2", warm.status("desk-2").offer.id)
    warm.two.hang_up()
    warm.line.run(4)
    assert warm.customer.status == "in-progress" and warm.two.call is None
    if state == "completed":
        assert warm.one.call is None and warm.owner() is None
        warm.customer.press("0")
        warm.line.run(1)
        warm.line.line.agents.go_available("desk-2")
        picks_up(warm.line, warm.two)
    elif state == "together":
        assert warm.customer.talking_to == {warm.one.address}
        assert warm.transfer().state == "ended"
    else:
        assert warm.transfer().state == ("cancelled" if moment is takes_back else "failed")
        assert warm.customer.music and warm.state("desk-2") == "available"
        warm.talks.retrieve("desk-1", warm.sid)
        warm.line.run(1)
        assert warm.customer.talking_to == {warm.one.address}
    warm.finish()


@pytest.mark.parametrize("moment", [rings, consults, together, parts])
def test_the_agent_clicks_hang_up(warm, moment):
    """The person who talks with them has the caller, who holds no more; else the talk is over for the caller
    too."""
    moment(warm)
    given = warm.transfer().state in ("consulting", "together")
    warm.line.line.agents.hang_up("desk-1", warm.sid)
    warm.line.run(5)
    assert warm.one.call is None and warm.state("desk-1") == "wrapping_up"
    if given:
        assert warm.owner().agent_id == "desk-2" and warm.owner().held_at is None
        assert warm.customer.talking_to == {warm.two.address} and not warm.customer.music
    else:
        assert warm.two.call is None and "call with our team has ended" in heard(warm)
    warm.finish()
    assert len(journal(warm.line.line, "hold_started")) == len(journal(warm.line.line, "hold_ended"))


@pytest.mark.parametrize("click", ["hand_over", "together", "cancel"])
@pytest.mark.parametrize("who", ["customer", "one", "two"])
@pytest.mark.parametrize("tenths", range(-6, 12, 3))
def test_a_hang_up_around_a_click(warm, click, who, tenths):
    """Slow webhooks make moments in which one side knows and the other does not. Nobody is lost in any."""
    warm.consults()
    warm.line.account.disturb(delay=lambda _webhook: 0.4)

    def clicks() -> None:
        try:
            getattr(warm.talks, click)("desk-1", warm.sid)
        except TooLate as late:
            assert str(late)

    first, second = (clicks, getattr(warm, who).hang_up)[:: 1 if tenths >= 0 else -1]
    first()
    warm.line.run(abs(tenths) / 10)
    second()
    warm.line.run(12)
    warm.line.account.calm()
    if who == "customer":
        assert warm.one.call is None and warm.two.call is None
    else:
        assert warm.customer.status == "in-progress"
        assert warm.line.account.run_until(lambda: is_heard(warm), 5), "with somebody, or told by us"
    if who == "one":
        assert warm.one.call is None and warm.state("desk-1") == "wrapping_up"
    warm.finish()
    assert len(journal(warm.line.line, "transferred")) <= 1


@pytest.mark.parametrize("tenths", range(0, 25, 6))
def test_the_one_who_was_asked_picks_up_and_is_gone(warm, tenths):
    """F-AG-08 of somebody who is asked: wherever they drop out, the customer is not lost."""
    warm.line.account.disturb(delay=lambda _webhook: 0.4)
    warm.asks()
    warm.two.answer()
    warm.line.run(0.9)
    warm.two.press("1")
    warm.line.run(tenths / 10)
    warm.two.hang_up()
    warm.line.run(8)
    warm.line.account.calm()
    assert warm.transfer().state == "failed" and warm.customer.music
    assert warm.state("desk-2") == "available"
    warm.talks.retrieve("desk-1", warm.sid)
    warm.line.run(1)
    assert warm.customer.talking_to == {warm.one.address}
    warm.finish()


def is_heard(warm: WarmTalk) -> bool:
    return bool(warm.customer.talking_to or warm.customer.speaking or warm.customer.music)


def heard(warm: WarmTalk) -> str:
    return " ".join(entry.detail["text"] for entry in warm.line.account.witness.of("speech", warm.sid))
