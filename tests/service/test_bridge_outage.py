"""The database goes away in the very instant in which caller and agent are brought together, or is away when
the carrier comes back with what failed for another reason. Callers stay in line, and nobody stands in an
empty room."""

from __future__ import annotations

import pytest

import ivr.store.database
from ivr.store import tables
from tests.once import shipped_settings
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, state_of
from tests.service.houses import journal
from tests.service.test_broken_parts import breaks
from tests.service.witness_checks import check_calls, check_quiet_floor, rows

pytestmark = ON_SQLITE
SORRY, NOBODY = "not working on our side", "Nobody could be reached"
NUMBERS = ["+14155550171", "+14155550172"]


@pytest.fixture
def line(rehearse):
    return rehearse(shipped_settings().model_copy(update={"emergency_numbers": NUMBERS}))


def at_the_webhook(line, part: str, do) -> None:
    """Do something just before the first webhook whose address has this part."""
    told = []

    def look(webhook) -> float:
        if part in webhook.url and not told:
            told.append(webhook.url)
            do()
        return 0.0

    line.account.disturb(late=look)


def heard(caller, words: str) -> bool:
    return any(words in text for text in caller.heard)


@pytest.mark.parametrize("seconds", [0.5, 7, 15, 25])
def test_the_caller_who_is_being_brought_to_an_agent_is_still_brought(locked, line, seconds):
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    at_the_webhook(line, "/join/", lambda: locked(True))
    picks_up(line, agent)
    line.run(seconds)
    locked(False)
    assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 10), caller.heard
    assert heard(caller, "One moment") and not heard(caller, SORRY)
    caller.hang_up()
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)


def test_a_document_that_failed_for_another_reason_is_made_up_for_after_the_outage(locked, line):
    """The fallback leads to the present wait, which is asked for until the database is back."""
    caller = asks_for_person(line)
    line.run(3)
    failed = []

    def status(webhook) -> int:
        if webhook.kind == "voice" and "/calls/" in webhook.url and not failed:
            failed.append(webhook.url)
            return 500
        return 0

    line.account.disturb(status=status)
    locked(True)
    caller.press("9")
    line.run(20)
    locked(False)
    assert still_in_line(line, caller), caller.heard


def test_a_turn_that_failed_by_our_fault_is_made_up_for_after_the_outage(locked, line, monkeypatch):
    """The caller is on the way to a person when the database goes away as well."""
    caller = line.dial()
    line.run(14)
    monkeypatch.setattr(line.line.calls.turns, "_settle", breaks)
    at_the_webhook(line, "/rescue/", lambda: locked(True))
    caller.press("1")
    line.run(2)
    monkeypatch.undo()
    monkeypatch.setattr(ivr.store.database, "BUSY_MS", 20)
    line.run(20)
    locked(False)
    assert still_in_line(line, caller), caller.heard


def still_in_line(line, caller) -> bool:
    """The caller has been told to wait, is there, and is put through to the next agent who is free."""
    line.run(8)
    if not heard(caller, "One moment") or heard(caller, NOBODY) or caller.status != "in-progress":
        return False
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(2)
    return caller.talking_to == {agent.address}


def test_before_each_emergency_number_and_before_the_message_we_look_back(locked, line):
    first, second = (line.account.add_phone(number) for number in NUMBERS)
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    at_the_webhook(line, "/join/", lambda: locked(True))
    picks_up(line, agent)
    assert line.account.run_until(lambda: first.ringing, 90)
    locked(False)
    assert line.account.run_until(lambda: caller.talking_to == {agent.address}, 60), caller.heard
    assert not second.ringing and not heard(caller, NOBODY)


def test_before_the_message_we_look_back(locked, line):
    phones = [line.account.add_phone(number) for number in NUMBERS]
    caller = asks_for_person(line)
    locked(True)
    assert line.account.run_until(lambda: phones[1].ringing, 150)
    locked(False)
    line.run(40)
    assert not heard(caller, NOBODY) and not line.account.recordings
    agent = line.add_agent("desk-1", ["support"])
    picks_up(line, agent)
    line.run(2)
    assert caller.talking_to == {agent.address}
    caller.hang_up()
    line.run(60)
    check_quiet_floor(line)


def test_who_talked_on_an_emergency_number_is_promised_no_call(locked, line):
    first = line.account.add_phone(NUMBERS[0])
    caller = asks_for_person(line)
    locked(True)
    assert line.account.run_until(lambda: first.ringing, 300)  # the present piece of music first
    first.answer()
    line.run(20)
    first.hang_up()
    line.run(10)
    locked(False)
    said = " ".join(caller.heard[-2:])
    assert "Thank you. Goodbye." in said and "call you back" not in said
    assert caller.status == "completed" and not line.account.recordings


def test_who_talks_on_an_emergency_number_goes_on_and_no_agent_waits_alone(locked, line):
    first = line.account.add_phone(NUMBERS[0])
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    at_the_webhook(line, "/join/", lambda: locked(True))
    picks_up(line, agent)
    assert line.account.run_until(lambda: first.ringing, 90)
    first.answer()
    line.run(2)
    locked(False)
    found = line.account.run_until(lambda: bool(journal(line, "offer_failed")), 60)
    assert found and journal(line, "offer_failed")[0]["reason"] == "the caller did not come"
    line.run(1)
    assert state_of(line) != "away", "the agent did nothing wrong"
    assert caller.talking_to == {first.address}
    first.hang_up()
    line.run(10)
    assert heard(caller, "Goodbye.") and not heard(caller, "call you back")
    line.run(60)
    check_quiet_floor(line)


def test_a_document_that_cannot_be_used_does_not_bring_the_caller_round_and_round(line):
    """What the carrier read and refused would be refused again: then on to the numbers and the message."""
    caller = asks_for_person(line)
    form = {"CallSid": caller.sid, "From": "+14155550123", "To": "+15550001000"}
    for failed in ("/voice/rescue/x", "/voice/emergency/x/dial-0", "/voice/again/2/x/0/rescue/-"):
        refused = posts(line, "/voice/fallback", **form, ErrorCode="12100", ErrorUrl=failed).text
        assert "/voice/emergency/dial-0" in refused
        unread = posts(line, "/voice/fallback", **form, ErrorCode="11200", ErrorUrl=failed).text
        assert f"/voice/emergency/{caller.sid}/dial-0" in unread
    assert "<Dial" in posts(line, "/voice/emergency/dial-0", **form).text
    assert "<Gather" in posts(line, f"/voice/emergency/{caller.sid}/dial-0", **form).text


def test_a_call_that_is_not_this_one_is_not_looked_at(line):
    caller, other = asks_for_person(line), asks_for_person(line, "+14155550124")
    form = {"CallSid": other.sid, "From": "+14155550124", "To": "+15550001000"}
    assert "<Dial" in posts(line, f"/voice/emergency/{caller.sid}/dial-0", **form).text


# Reports that came while the database was away ------------------------------------------------------------


def test_an_agent_who_hung_up_meanwhile_does_not_leave_the_caller_alone(locked, line):
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    at_the_webhook(line, "/join/", lambda: locked(True))
    picks_up(line, agent)
    line.run(5)
    agent.hang_up()
    line.run(2)
    locked(False)
    line.run(12)
    [offer] = rows(line, tables.offer)
    assert offer.state == "failed" and offer.leg_state == "over", "the caller would be sent to an empty room"
    assert caller.status == "in-progress" and rows(line, tables.queued_call)[0].state == "waiting"


def test_a_caller_who_hung_up_meanwhile_makes_no_phone_ring(locked, line):
    caller = asks_for_person(line)
    locked(True)
    line.run(1)
    caller.hang_up()
    line.run(3)
    agent = line.account.add_phone("+15550002001")
    locked(False)
    line.run(2)
    assert rows(line, tables.call)[0].ended_at is not None
    line.add_agent("desk-1", ["support"], "+15550002001")
    line.run(20)
    assert not agent.ringing
    check_quiet_floor(line)


def test_a_talk_that_ended_meanwhile_is_over_for_the_agent(locked, line):
    agent = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    picks_up(line, agent)
    line.run(5)
    locked(True)
    caller.hang_up()
    line.run(5)
    locked(False)
    line.run(2)
    assert state_of(line) == "wrapping_up"
