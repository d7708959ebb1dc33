"""Warm transfers to a number outside: a phone, a key that proves a human, and a talk without any of us."""

from __future__ import annotations

from pathlib import Path

import pytest

from ivr.carrier.twilio import TwilioCarrier
from ivr.floor.end_conversation import watch_talk
from ivr.flowfiles.settings_file import load_settings
from ivr.store import transfers
from simulator.fault_injection import TIMEOUT
from tests.service.driving import ON_SQLITE, picks_up, posts
from tests.service.houses import journal
from tests.service.transferring import WarmTalk

WORKSHOP = "+14155550190"
SLOW = 0.4


@pytest.fixture
def warm(rehearse) -> WarmTalk:
    """A talk, and a workshop outside with a telephone."""
    settings = load_settings(Path(__file__).parents[2] / "config.yaml", {})
    settings = settings.model_copy(update={"targets": {"workshop": WORKSHOP}})
    warm = WarmTalk(rehearse(settings))
    warm.workshop = warm.line.account.add_phone(WORKSHOP)
    return warm


def consults(warm: WarmTalk) -> None:
    warm.consults("number:workshop", warm.workshop)


def room_of(warm: WarmTalk):
    return warm.line.account.rooms.find(warm.transfer().from_offer)


def test_a_caller_is_given_to_somebody_outside_and_goes_on_afterwards(warm):
    """I-34, T-27: the two talk without us, nothing tears them apart, and the caller is asked after it."""
    consults(warm)
    assert "put a call through" in warm.workshop.heard[0]
    warm.hands_over()
    assert warm.customer.talking_to == {WORKSHOP} and not warm.customer.music
    assert warm.one.call is None and warm.state("desk-1") == "wrapping_up" and warm.owner() is None
    warm.line.run(400)
    assert warm.customer.talking_to == {WORKSHOP}, "no watch tears them apart"
    warm.workshop.hang_up()
    warm.line.run(3)
    assert "call with our team has ended" in (warm.customer.speaking or "")
    warm.customer.press("0")
    warm.line.run(1)
    picks_up(warm.line, warm.two)
    warm.line.run(2)
    assert warm.customer.talking_to == {warm.two.address}
    warm.finish()
    assert len(journal(warm.line.line, "outside_over")) == 1


@ON_SQLITE
def test_the_customer_ends_the_talk_outside(warm):
    consults(warm)
    warm.hands_over()
    warm.customer.hang_up()
    warm.line.run(2)
    assert warm.workshop.call is None, "I-10"
    warm.check()


@ON_SQLITE
def test_the_phone_outside_is_hung_up_though_the_room_did_not_end(warm):
    """I-10."""
    consults(warm)
    warm.hands_over()
    room_of(warm).participants[warm.sid].end_on_exit = False
    warm.customer.hang_up()
    warm.line.run(2)
    assert warm.workshop.call is None
    warm.check()


@ON_SQLITE
def test_three_together_with_somebody_outside_and_the_agent_leaves(warm):
    warm.together("number:workshop", warm.workshop)
    assert warm.customer.talking_to == {warm.one.address, WORKSHOP}
    warm.one.hang_up()
    warm.line.run(3)
    assert warm.customer.talking_to == {WORKSHOP} and warm.transfer().state == "completed"
    warm.finish()


@ON_SQLITE
def test_the_agents_phone_is_put_down_while_they_consult(warm):
    consults(warm)
    warm.one.hang_up()
    warm.line.run(4)
    assert warm.customer.talking_to == {WORKSHOP} and not warm.customer.music
    warm.finish()


@ON_SQLITE
@pytest.mark.parametrize(
    ("way", "why"),
    [
        ("busy", "busy"),
        ("no-answer", "no answer"),
        ("machine", "hung up"),
        ("2", "declined"),
        ("", "hung up"),
    ],
)
def test_nobody_takes_it_outside(warm, way, why):
    """F-AG-02: a voicemail box is never given a customer, who holds until the agent is back."""
    if way in ("busy", "no-answer", "machine"):
        warm.workshop.behaviour = way
    warm.asks("number:workshop")
    if way == "2":
        picks_up(warm.line, warm.workshop, "2")
    elif not way:
        warm.workshop.answer()
        warm.line.run(1)
        warm.workshop.hang_up()
    warm.line.run(80)
    assert (warm.transfer().state, warm.transfer().end_reason) == ("failed", why)
    assert warm.workshop.call is None and warm.customer.music
    assert warm.shown().last.reason == why and warm.shown().last.target_title == "workshop"
    warm.talks.retrieve("desk-1", warm.sid)
    warm.line.run(1)
    assert warm.customer.talking_to == {warm.one.address}
    warm.finish()


@ON_SQLITE
@pytest.mark.parametrize("moment", ["asked", "ringing", "answered", "consulting", "together"])
@pytest.mark.parametrize("who", ["customer", "agent", "cancel"])
def test_it_ends_at_every_boundary(warm, moment, who):
    """F-HU: no phone outside rings or stays for a transfer that is over."""
    warm.line.account.disturb(delay=lambda _webhook: SLOW)
    if moment == "asked":
        warm.talks.consult("desk-1", warm.sid, "number:workshop", "")
    elif moment == "together":
        warm.together("number:workshop", warm.workshop)
    elif moment == "consulting":
        consults(warm)
    else:
        warm.asks("number:workshop")
        if moment == "answered":
            warm.workshop.answer()
    given = who == "agent" and moment in ("consulting", "together")
    if who == "cancel":
        warm.talks.cancel("desk-1", warm.sid)
    else:
        (warm.customer if who == "customer" else warm.one).hang_up()
    warm.line.run(6)
    warm.line.account.calm()
    assert (warm.workshop.call is not None) == given
    assert (WORKSHOP in warm.customer.talking_to) == given
    if who == "agent" and not given:
        assert warm.customer.status == "in-progress" and warm.transfer().state == "cancelled"
    warm.finish()
    assert warm.workshop.call is None


@ON_SQLITE
def test_what_is_said_twice_or_late_changes_nothing(warm):
    consults(warm)
    row = warm.transfer()
    for what in ("answered", "key", "status", "answered"):
        form = {"CallSid": row.leg_sid, "Digits": "1", "CallStatus": "in-progress"}
        assert posts(warm.line, f"/voice/transfers/{row.id}/{what}", **form).status_code < 300
    posts(warm.line, f"/voice/transfers/{row.id}/status", CallSid="CAanother", CallStatus="completed")
    assert warm.transfer().state == "consulting" and len(journal(warm.line.line, "transfer_consulting")) == 1
    warm.hands_over()
    for _ in range(2):
        posts(warm.line, f"/voice/transfers/{row.id}/status", CallSid=row.leg_sid, CallStatus="completed")
    warm.line.run(1)
    assert len(journal(warm.line.line, "outside_over")) == 1
    gone = posts(warm.line, f"/voice/transfers/{row.id}/answered", CallSid=row.leg_sid).text
    assert "no longer available" in gone
    assert posts(warm.line, "/voice/transfers/nothing/answered", CallSid="CA1").status_code == 200
    warm.customer.hang_up()
    warm.line.run(120)


@ON_SQLITE
@pytest.mark.parametrize("lost", ["status", "left", "both"])
def test_lost_news_of_the_phone_outside(warm, lost):
    """F-WH: whatever never came, the caller is freed."""
    consults(warm)
    warm.hands_over()
    warm.line.run(15)
    names = {"status": ("/status",), "left": ("/left",), "both": ("/status", "/left")}[lost]
    warm.line.account.disturb(drop=lambda hook: hook.url.endswith(names) and "transfers" in hook.url)
    warm.workshop.hang_up()
    warm.line.run(20)
    with warm.line.database.read() as connection:
        assert transfers.outside_of_call(connection, warm.sid) is None
    warm.line.account.calm()
    warm.customer.hang_up()
    warm.line.run(120)


@ON_SQLITE
def test_the_number_cannot_be_rung(warm):
    """F-TW: a carrier that refuses ends the asking, and nobody is rung twice."""
    warm.line.account.rest_faults.add("POST", r"/Calls\.json$", 400)
    warm.asks("number:workshop")
    warm.line.run(2)
    assert warm.transfer().state == "failed" and warm.transfer().end_reason == "could not be reached"
    warm.finish()


@ON_SQLITE
@pytest.mark.parametrize("answer", [TIMEOUT, 500, 429])
@pytest.mark.parametrize("applied", [True, False])
def test_one_request_lost_is_one_ring(warm, answer, applied):
    """F-TW-03 and 04: whether it was placed is looked for before it is placed again."""
    warm.line.account.rest_faults.add("POST", r"/Calls\.json$", answer, applied=applied and answer != 429)
    warm.asks("number:workshop")
    picks_up(warm.line, warm.workshop)
    warm.line.run(2)
    assert warm.one.talking_to == {WORKSHOP}
    assert len([call for call in warm.line.account.calls.values() if call.to == WORKSHOP]) == 1
    warm.finish()


@ON_SQLITE
def test_keys_of_an_extension_are_pressed_once_it_answers(warm, monkeypatch):
    ring, keys = TwilioCarrier.ring, []

    def listened(self, *args, **kwargs):
        keys.append(kwargs.get("keys"))
        return ring(self, *args, **kwargs)

    monkeypatch.setattr(TwilioCarrier, "ring", listened)
    warm.talks.consult("desk-1", warm.sid, "number:workshop;ext=12", "")
    warm.line.run(1)
    assert warm.transfer().target == f"{WORKSHOP};ext=12" and keys == ["wwww12"]
    picks_up(warm.line, warm.workshop)
    warm.line.run(1)
    warm.hands_over()
    assert warm.customer.talking_to == {WORKSHOP}
    warm.finish()


@ON_SQLITE
def test_a_late_watch_does_not_tear_two_apart_who_talk_without_us(warm):
    """The watch of the agent's talk may have been on its way when the agent left."""
    consults(warm)
    warm.hands_over()
    with warm.line.line.transactions.begin() as tx:
        watch_talk(tx, warm.transfer().from_offer, 0.0)
    warm.line.run(5)
    assert warm.customer.talking_to == {WORKSHOP}
    warm.finish()


@ON_SQLITE
def test_the_caller_is_freed_from_a_room_that_did_not_end(warm):
    """I-34: the phone company refused to end the room with whoever has the caller."""
    consults(warm)
    warm.line.account.rest_faults.add("POST", r"/Participants/CA", 400, times=1)
    warm.hands_over()
    assert warm.customer.talking_to == {WORKSHOP}
    warm.workshop.hang_up()
    warm.line.run(2)
    assert "call with our team has ended" in (warm.customer.speaking or "")
    warm.finish()
