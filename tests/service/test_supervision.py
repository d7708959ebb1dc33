"""A supervisor's phone on a talk, over the whole line: listen, whisper, barge, take over."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.flowfiles.settings_file import load_settings
from ivr.service.agents import TooLate
from ivr.settings import SupervisionSettings
from ivr.store import floor, supervisions
from tests.service.driving import ON_SQLITE, picks_up, posts, state_of, talks
from tests.service.houses import journal
from tests.service.witness_checks import check_quiet_floor


@pytest.fixture
def on_a_talk(rehearse):
    """A talk of desk-1, and boss-1 with a phone."""

    def begin(settings=None):
        line = rehearse(settings)
        agent = line.add_agent("desk-1", ["support"])
        boss = line.add_agent("boss-1", ["support"], available=False)
        line.line.accounts.set_role("boss-1", "supervisor")
        line.line.agents.sign_in("boss-1")
        return line, talks(line, agent), agent, boss

    return begin


def join(line, caller, mode: str) -> None:
    line.line.supervising.joining.start("boss-1", caller.sid, mode)


def joined(line, caller, boss, mode: str) -> None:
    join(line, caller, mode)
    picks_up(line, boss)
    line.run(2)
    assert present(line).state == "joined"


def present(line):
    with line.line.database.read() as connection:
        return supervisions.of_supervisor(connection, "boss-1")


def hears(line, phone) -> set[str]:
    """Return the phones that this phone hears now, whether or not they hear it."""
    found = line.account.witness.of("hears", leg(line, phone).sid)
    return {line.account.address_of(entry.detail["speaker"]) for entry in found if not entry.detail["end"]}


def legs_to(line, phone) -> list:
    return [call for call in line.account.calls.values() if call.to == phone.address]


def leg(line, phone):
    """The call that this phone has, or had last."""
    return legs_to(line, phone)[-1] if phone.address.startswith("+1555") else phone


def test_who_listens_hears_both_and_is_heard_by_nobody(on_a_talk):
    line, caller, agent, boss = on_a_talk()
    joined(line, caller, boss, "listen")
    assert hears(line, boss) == {caller.address, agent.address}
    assert hears(line, caller) == {agent.address} and hears(line, agent) == {caller.address}
    caller.hang_up()
    line.run(15)
    assert present(line) is None and leg(line, boss).status == "completed", "ended when the talk ended"
    assert state_of(line, "boss-1") == "away" and state_of(line) == "wrapping_up"
    assert len(legs_to(line, boss)) == 1


def test_a_whisper_is_for_the_agent_alone_and_barging_for_both(on_a_talk):
    line, caller, agent, boss = on_a_talk()
    joined(line, caller, boss, "whisper")
    assert boss.address in hears(line, agent) and boss.address not in hears(line, caller)
    join(line, caller, "barge")
    line.run(2)
    assert boss.address in hears(line, agent) & hears(line, caller)
    join(line, caller, "listen")
    line.run(2)
    assert boss.address not in hears(line, agent) | hears(line, caller)
    line.line.supervising.joining.stop("boss-1")
    line.run(3)
    assert leg(line, boss).status == "completed" and caller.talking_to == {agent.address}, "the talk goes on"
    modes = [(body["was"], body["mode"]) for body in journal(line.line, "supervision_mode")]
    assert modes == [("whisper", "barge"), ("barge", "listen")]
    assert [body["by"] for body in journal(line.line, "supervision_joined")] == ["boss-1"]


def test_who_takes_over_stays_with_the_caller(on_a_talk):
    line, caller, agent, boss = on_a_talk()
    joined(line, caller, boss, "listen")
    line.line.supervising.joining.take_over("boss-1", caller.sid)
    line.run(5)
    assert caller.talking_to == {boss.address} and leg(line, agent).status == "completed"
    assert state_of(line) == "wrapping_up" and state_of(line, "boss-1") == "on_call"
    with line.line.database.read() as connection:
        own = floor.live_offer_of_call(connection, caller.sid)
        queued = floor.queued(connection, own.queued_id)
    assert (own.agent_id, own.state, queued.state, queued.offer_id) == (
        "boss-1", "connected", "talking", own.id,
    )  # fmt: skip
    boss.hang_up()
    line.run(10)
    assert state_of(line, "boss-1") == "wrapping_up" and present(line) is None
    assert caller.status == "in-progress", "who was taken over is asked, and not dropped"
    caller.hang_up()
    line.run(120)
    ended = journal(line.line, "talk_ended")
    assert [body["by"] for body in ended] == ["taken_over", "agent"]
    check_quiet_floor(line)


@ON_SQLITE
def test_a_caller_who_hangs_up_on_who_took_over(on_a_talk):
    line, caller, _, boss = on_a_talk()
    joined(line, caller, boss, "barge")
    line.line.supervising.joining.take_over("boss-1", caller.sid)
    line.run(5)
    caller.hang_up()
    line.run(120)
    assert leg(line, boss).status == "completed" and state_of(line, "boss-1") != "on_call"
    check_quiet_floor(line)


@ON_SQLITE
def test_a_voicemail_box_never_listens(on_a_talk):
    line, caller, _, boss = on_a_talk()
    join(line, caller, "listen")
    assert line.account.run_until(lambda: boss.ringing, 10)
    boss.answer()
    line.run(40)
    assert present(line) is None and leg(line, boss).status == "completed"
    assert hears(line, boss) == set() and not journal(line.line, "supervision_joined")


@ON_SQLITE
def test_nobody_picks_up(on_a_talk):
    line, caller, agent, boss = on_a_talk()
    join(line, caller, "listen")
    line.run(90)
    assert present(line) is None and not boss.ringing
    assert caller.talking_to == {agent.address}
    join(line, caller, "listen")
    line.run(3)
    assert boss.ringing, "and may try again"


@ON_SQLITE
def test_the_talk_ends_while_the_phone_rings(on_a_talk):
    line, caller, _, boss = on_a_talk()
    join(line, caller, "listen")
    assert line.account.run_until(lambda: boss.ringing, 10)
    caller.hang_up()
    line.run(15)
    assert not boss.ringing and present(line) is None


@ON_SQLITE
def test_twice_is_once(on_a_talk):
    line, caller, _, boss = on_a_talk()
    joined(line, caller, boss, "listen")
    join(line, caller, "listen")
    row = present(line)
    for what in ("answered", "key", "status", "answered"):
        form = {"CallSid": leg(line, boss).sid, "Digits": "1", "CallStatus": "in-progress"}
        posts(line, f"/voice/supervising/{row.id}/{what}", **form)
    assert len(legs_to(line, boss)) == 1 and present(line).state == "joined"
    assert len(journal(line.line, "supervision_joined")) == 1


@ON_SQLITE
def test_what_cannot_be_is_refused_in_words(on_a_talk):
    line, caller, _, _ = on_a_talk()
    joining = line.line.supervising.joining
    with pytest.raises(TooLate, match="Join the talk first"):
        joining.take_over("boss-1", caller.sid)
    with pytest.raises(TooLate, match="This talk is over"):
        joining.start("boss-1", "CA-nobody", "listen")
    with pytest.raises(TooLate, match="a call of your own"):
        joining.start("desk-1", caller.sid, "listen")
    with pytest.raises(TooLate, match="no such way"):
        joining.start("boss-1", caller.sid, "take_over")


@ON_SQLITE
def test_the_caller_is_told_before_anybody_listens(on_a_talk):
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    settings = settings.model_copy(update={"supervising": SupervisionSettings(tell_caller=True)})
    line, caller, _, boss = on_a_talk(settings)
    joined(line, caller, boss, "listen")
    said = [text for text in caller.heard if "supervisor joins" in text]
    assert len(said) == 1, caller.heard
    spoken = line.account.witness.of("speech", caller.sid)
    heard = next(entry for entry in spoken if "supervisor" in entry.detail["text"])
    listens = line.account.witness.of("hears", leg(line, boss).sid)[0]
    assert heard.detail["end"] <= listens.t, "the whole sentence"


@ON_SQLITE
def test_a_caller_on_hold_is_told_before_anybody_listens(on_a_talk):
    """Announcements do not reach who holds: the supervisor waits for them."""
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    settings = settings.model_copy(update={"supervising": SupervisionSettings(tell_caller=True)})
    line, caller, agent, boss = on_a_talk(settings)
    line.line.talks.hold("desk-1", caller.sid)
    join(line, caller, "listen")
    picks_up(line, boss)
    line.run(10)
    assert present(line).state == "told" and hears(line, boss) == set()
    line.line.talks.retrieve("desk-1", caller.sid)
    line.run(3)
    assert any("supervisor joins" in text for text in caller.heard)
    assert present(line).state == "joined" and hears(line, boss) == {caller.address, agent.address}


@ON_SQLITE
def test_a_talk_that_was_taken_over_can_be_supervised(on_a_talk):
    """The room keeps the name of the offer it began with, whoever has the talk."""
    line, caller, _, boss = on_a_talk()
    chief = line.add_agent("chief-1", ["support"], available=False)
    line.line.accounts.set_role("chief-1", "supervisor")
    line.line.agents.sign_in("chief-1")
    joined(line, caller, boss, "listen")
    line.line.supervising.joining.take_over("boss-1", caller.sid)
    line.run(5)
    line.line.supervising.joining.start("chief-1", caller.sid, "listen")
    picks_up(line, chief)
    line.run(2)
    assert hears(line, chief) == {caller.address, boss.address}
    line.line.supervising.joining.start("chief-1", caller.sid, "whisper")
    line.run(2)
    assert chief.address in hears(line, boss) and chief.address not in hears(line, caller)
    caller.hang_up()
    line.run(120)
    check_quiet_floor(line)
