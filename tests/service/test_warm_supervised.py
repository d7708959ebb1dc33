"""Supervisors on a talk that changes hands: they stay on it, heard by whom they mean, or it is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings
from ivr.service.agents import TooLate
from ivr.store import supervisions
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.test_supervision import hears
from tests.service.transferring import WarmTalk

pytestmark = ON_SQLITE
WORKSHOP = "+14155550190"


@pytest.fixture
def warm(rehearse) -> WarmTalk:
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    return WarmTalk(rehearse(settings.model_copy(update={"targets": {"workshop": WORKSHOP}})))


def joins(warm: WarmTalk, mode: str) -> None:
    warm.line.line.supervising.joining.start("boss-1", warm.sid, mode)
    if warm.boss.call is None:
        picks_up(warm.line, warm.boss)
    warm.line.run(2)


def present(warm: WarmTalk):
    with warm.line.database.read() as connection:
        return supervisions.of_supervisor(connection, "boss-1")


def now_heard_by(warm: WarmTalk, phone) -> set[str]:
    return hears(warm.line, phone)


def test_who_listens_hears_the_next_agent_too(warm):
    joins(warm, "listen")
    warm.consults()
    warm.hands_over()
    assert now_heard_by(warm, warm.boss) == {warm.customer.address, warm.two.address}
    row = present(warm)
    assert (row.agent_id, row.offer_id) == ("desk-2", warm.owner().id)
    warm.finish()
    assert present(warm) is None and warm.boss.call is None


def test_a_whisper_is_for_whoever_has_the_call_now(warm):
    joins(warm, "whisper")
    warm.consults()
    warm.hands_over()
    assert warm.boss.address in now_heard_by(warm, warm.two)
    assert warm.boss.address not in now_heard_by(warm, warm.customer)
    warm.finish()


@pytest.mark.parametrize("moment", ["ringing", "consulting", "together"])
def test_a_supervisor_takes_over_while_somebody_is_asked(warm, moment):
    """I-03: the one asked is let go, and the customer who held is with the supervisor."""
    joins(warm, "listen")
    {"ringing": warm.asks, "consulting": warm.consults, "together": warm.together}[moment]()
    warm.line.line.supervising.joining.take_over("boss-1", warm.sid)
    warm.line.run(5)
    assert warm.customer.talking_to == {warm.boss.address}
    assert warm.one.call is None and warm.two.call is None
    assert warm.state("desk-2") == "available" and warm.transfer().state in ("cancelled", "ended")
    warm.boss.hang_up()
    warm.line.run(3)
    assert warm.customer.speaking
    warm.finish()


def test_who_took_over_asks_and_gives_on(warm):
    joins(warm, "barge")
    warm.line.line.supervising.joining.take_over("boss-1", warm.sid)
    warm.line.run(5)
    warm.talks.consult("boss-1", warm.sid, "agent:desk-2", "")
    picks_up(warm.line, warm.two)
    warm.line.run(2)
    assert warm.boss.talking_to == {warm.two.address} and warm.customer.music
    warm.talks.hand_over("boss-1", warm.sid)
    warm.line.run(3)
    assert warm.customer.talking_to == {warm.two.address} and warm.boss.call is None
    assert present(warm) is None
    warm.finish()


def test_a_supervisor_on_the_talk_is_not_rung_for_it(warm):
    joins(warm, "listen")
    with pytest.raises(TooLate, match="on this call already, and can take it over"):
        warm.talks.consult("desk-1", warm.sid, "agent:boss-1", "")
    warm.finish()


def test_who_is_asked_cannot_listen_in_meanwhile(warm):
    warm.consults("agent:boss-1", warm.boss)
    with pytest.raises(TooLate, match="a call of your own"):
        warm.line.line.supervising.joining.start("boss-1", warm.sid, "listen")
    warm.finish()


def test_a_supervision_ends_with_a_talk_that_goes_on_outside(warm):
    """No supervisor of ours listens to two who talk without us."""
    joins(warm, "listen")
    outside = warm.line.account.add_phone(WORKSHOP)
    warm.consults("number:workshop", outside)
    warm.hands_over()
    warm.line.run(12)
    assert present(warm) is None and warm.boss.call is None
    assert warm.customer.talking_to == {WORKSHOP}
    warm.finish()
