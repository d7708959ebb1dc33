"""F-WH: webhooks in any order, late, lost; calls we never saw begin; two calls of one number."""

from __future__ import annotations

from itertools import permutations

import pytest

from ivr.store import tables
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, state_of, talks
from tests.service.witness_checks import check_calls, check_quiet_floor, outcome, rows

ADDRESSES = [
    "sip:" + "a" * 150 + "@example.org",
    "+266696687",
    "7",
    "Anonymous",
    "client:x",
    "+1415555012345678901",
    "ÄÖÜ \U0001f600",
    "'; DROP TABLE call;--",
]
SID, CALLER, LINE = "CA" + "5" * 32, "+14155550123", "+15550001000"
WHO = {"CallSid": SID, "From": CALLER, "To": LINE}
END = ("/voice/status", {"CallStatus": "completed"})
FIRST = ("/voice/incoming", {"CallStatus": "ringing"})


def send(line, message) -> bytes:
    path, form = message
    answer = posts(line, path, **WHO, **form)
    assert answer.status_code in (200, 204), (path, answer.status_code)
    return answer.data


@ON_SQLITE
def test_F_WH_03_every_order_of_a_short_call_ends_it_the_same(rehearse):
    line = rehearse()
    messages = [FIRST, (f"/voice/calls/{SID}/1/input", {"Digits": "0"}), END, END]
    for number, order in enumerate(permutations(messages)):
        sid = f"CA{number:032x}"
        for path, form in order:
            path = path.replace(SID, sid)
            assert posts(line, path, **{**WHO, "CallSid": sid}, **form).status_code in (200, 204)
        [call] = rows(line, tables.call, sid=sid)
        assert call.ended_at is not None and call.status == "ended", order
        late = posts(line, "/voice/incoming", **{**WHO, "CallSid": sid})
        assert late.data.endswith(b"<Response />")
    assert not [row for row in rows(line, tables.queued_call) if row.state == "waiting"]
    assert len(rows(line, tables.contact)) == len(rows(line, tables.call))


def test_F_WH_03_every_order_of_a_message_keeps_it_with_its_queue(rehearse):
    line = rehearse()
    recording = {"RecordingSid": "RE1", "RecordingDuration": "7"}
    for number, order in enumerate(permutations(range(3))):
        sid, told = f"CA{number:032x}", {**recording, "RecordingSid": f"RE{number}"}
        for path, form in ((FIRST[0], {}), (f"/voice/calls/{sid}/1/input", {"Digits": "0"}),
                           (f"/voice/calls/{sid}/2/input", {"Digits": "2"}),
                           (f"/voice/calls/{sid}/3/input", {})):  # fmt: skip
            posts(line, path, **{**WHO, "CallSid": sid}, **form)
        ends = [
            (f"/voice/calls/{sid}/4/recorded", {**told, "Digits": "hangup"}),
            (f"/voice/calls/{sid}/recording/-", {**told, "RecordingStatus": "completed"}),
            END,
        ]
        for index in order:
            path, form = ends[index]
            assert posts(line, path, **{**WHO, "CallSid": sid}, **form).status_code in (200, 204)
        assert outcome(line, sid) == "voicemail", order
        [kept] = rows(line, tables.recording, call_sid=sid)
        assert (kept.status, kept.seconds, kept.queue) == ("stored", 7, "support"), order
    assert not [row for row in rows(line, tables.queued_call) if row.state == "waiting"]


def test_F_WH_03_an_unseen_end_is_never_brought_to_life(line):
    send(line, END)
    assert send(line, FIRST).endswith(b"<Response />")
    assert send(line, (f"/voice/calls/{SID}/1/input", {"Digits": "0"})).endswith(b"<Response />")
    line.run(300)
    [call] = rows(line, tables.call)
    [contact] = rows(line, tables.contact)
    assert call.outcome == "hung_up" and contact.number == CALLER
    assert rows(line, tables.queued_call) == []


@ON_SQLITE
def test_F_WH_05_a_lost_webhook_goes_on_where_the_caller_was(line):
    caller = line.dial()
    line.run(14)
    lost = line.account.disturb(drop=lambda webhook: webhook.url.endswith("/input"))
    pressed = line.clock.time()
    caller.press("1")
    line.account.run_until(lambda: "One moment, please." in caller.heard, 30)
    assert line.clock.time() - pressed <= 10 + 4  # Twilio's own two connection time-outs, and ours
    line.account.calm(lost)
    line.run(5)
    assert "For an order, press 1" in str(caller.heard[-2:])  # the same question, not the welcome
    caller.press("1")
    line.run(3)
    assert "six digit order number" in str(caller.heard[-1])
    caller.hang_up()
    line.run(3)
    check_quiet_floor(line)


def test_F_WH_06_every_status_callback_is_lost(line):
    """The agent is freed by the conference's news within seconds, the caller's place by the watch."""
    line.account.disturb(drop=lambda webhook: webhook.kind == "status")
    agent = line.add_agent("desk-1", ["support"])
    caller = talks(line, agent)
    caller.hang_up()
    line.run(20)
    assert state_of(line) == "wrapping_up"
    line.line.agents.go_away("desk-1")
    waiting = asks_for_person(line)
    waiting.hang_up()
    line.run(130)
    assert not [row for row in rows(line, tables.queued_call) if row.ended_at is None]
    check_quiet_floor(line)


def test_F_WH_14_a_call_that_vanished_from_the_database_is_led_to_a_person(line):
    caller = line.dial()
    line.run(14)
    with line.database.write() as unit:
        for table in (tables.turn, tables.call):
            unit.connection.execute(table.delete())
    agent = line.add_agent("desk-1", ["support"])
    caller.press("1")
    picks_up(line, agent)
    line.run(2)
    assert caller.talking_to == {agent.address}
    caller.hang_up()
    line.run(60)
    check_calls(line)
    assert state_of(line) == "available"


@ON_SQLITE
def test_F_WH_15_two_calls_of_one_number_do_not_meet(line):
    phones = [line.add_agent(f"desk-{n}", ["support"]) for n in (1, 2)]
    one, two = asks_for_person(line, CALLER), asks_for_person(line, CALLER)
    for phone in phones:
        picks_up(line, phone)
    line.run(2)
    assert {*one.talking_to, *two.talking_to} == {phone.address for phone in phones}
    one.hang_up()
    line.run(3)
    assert len(two.talking_to) == 1
    two.hang_up()
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)


@ON_SQLITE
@pytest.mark.parametrize("address", ADDRESSES)
def test_F_IN_03_any_caller_address_is_served(line, address):
    caller = line.dial(address)
    line.run(1)
    caller.press("0")
    line.run(3)
    assert rows(line, tables.queued_call) and line.account.faults == []
    caller.hang_up()
    line.run(2)
    check_quiet_floor(line)
