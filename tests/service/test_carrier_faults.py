"""F-TW: the carrier refuses, times out, lies late or is gone; one phone rings once, places are kept."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ivr.carrier.twilio import TwilioCarrier
from ivr.store import tables
from simulator.fault_injection import TIMEOUT
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up, posts, state_of, talks
from tests.service.witness_checks import agents_legs, check_calls, check_quiet_floor, rows

pytestmark = ON_SQLITE
CREATE = r"/Calls\.json$"
ONE_CALL = r"/Calls/CA"


def creates(line) -> list:
    return [e for e in line.account.witness.of("rest") if e.detail["method"] == "POST"
            and e.detail["path"].endswith("/Calls.json")]  # fmt: skip


def finish(line, phone, caller) -> None:
    picks_up(line, phone)
    line.run(3)
    assert caller.talking_to == {phone.address} and len(agents_legs(line)) == 1
    caller.hang_up()
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)


def test_F_TW_01_refused_for_now_is_tried_again_paced(line):
    phone = line.add_agent("desk-1", ["support"])
    line.account.rest_faults.add("POST", CREATE, 429, times=3)
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: phone.ringing, 6)
    times = [entry.t for entry in creates(line)]
    assert len(times) == 4 and min(after - before for before, after in pairwise(times)) >= 1
    finish(line, phone, caller)


@pytest.mark.parametrize("answer", [TIMEOUT, 500, 503])
@pytest.mark.parametrize("reported", [True, False])
def test_F_TW_03_timed_out_but_placed_rings_once(line, answer, reported):
    phone = line.add_agent("desk-1", ["support"])
    if not reported:  # then only a look at the carrier's list can tell
        line.account.disturb(drop=lambda webhook: webhook.kind == "status")
    line.account.rest_faults.add("POST", CREATE, answer, applied=True)
    caller = asks_for_person(line)
    line.run(8)
    assert phone.ringing and len(creates(line)) == 1
    assert rows(line, tables.offer)[0].leg_sid == phone.call.sid
    line.account.calm()
    finish(line, phone, caller)


@pytest.mark.parametrize("answer", [TIMEOUT, 500])
def test_F_TW_04_timed_out_and_not_placed_is_placed_after_a_look(line, answer):
    phone = line.add_agent("desk-1", ["support"])
    line.account.rest_faults.add("POST", CREATE, answer)
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: phone.ringing, 30)
    looks = [e for e in line.account.witness.of("rest") if e.detail["method"] == "GET"]
    assert looks and looks[0].t > creates(line)[0].t and len(creates(line)) == 2
    finish(line, phone, caller)


def test_F_TW_05_the_status_comes_before_the_answer(line, monkeypatch):
    ring, seen = TwilioCarrier.ring, []

    def slow(self, *args, **kwargs):
        sid = ring(self, *args, **kwargs)
        path = kwargs["status_url"].removeprefix("https://line.test")
        seen.append(posts(line, path, CallSid=sid, CallStatus="ringing").status_code)
        return sid

    monkeypatch.setattr(TwilioCarrier, "ring", slow)
    phone = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    assert seen == [204] and rows(line, tables.offer)[0].leg_sid == phone.call.sid
    finish(line, phone, caller)


def test_F_TW_06_redirect_of_a_call_that_has_just_ended_means_the_caller_left(line):
    phone = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    line.account.disturb(drop=lambda webhook: webhook.kind == "status")
    assert line.account.run_until(lambda: phone.ringing, 5)
    phone.answer()
    line.run(0.5)
    phone.press("1")
    caller.hang_up()
    line.run(2)
    assert phone.call is None and state_of(line) == "wrapping_up"
    line.run(60)
    check_calls(line)
    check_quiet_floor(line)


def test_F_TW_07_a_hang_up_that_loses_against_the_answer_ends_the_leg_all_the_same(line):
    phone = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: phone.ringing, 5)
    line.account.rest_faults.add("POST", ONE_CALL, 500, times=2)
    line.account.disturb(delay=lambda webhook: 0.3)
    caller.hang_up()
    phone.answer()
    line.run(4)
    assert phone.call is None
    line.run(60)
    check_quiet_floor(line)


@pytest.mark.parametrize("code", [21211, 21214])
def test_F_TW_08_refused_for_good_sets_the_agent_away_and_keeps_the_place(line, code):
    line.add_agent("desk-1", ["support"])
    fault = line.account.rest_faults.add("POST", CREATE, 400, times=1000, code=code)
    caller = asks_for_person(line)
    line.run(12)
    away = line.line.agents.status("desk-1")
    assert (away.state, away.reason) == ("away", "phone could not be rung")
    [queued] = rows(line, tables.queued_call)
    assert queued.state == "waiting" and len(creates(line)) == 1
    assert any("Nobody is available" in text for text in caller.heard)
    line.account.rest_faults.waiting.remove(fault)
    line.line.agents.go_available("desk-1")
    finish(line, line.account.phones["+15550002001"], caller)


def test_F_TW_09_rings_are_paced_and_nobody_misses_a_call_that_never_rang(line):
    phones = [line.add_agent(f"desk-{n}", ["support"], available=False) for n in range(34)]
    callers = [asks_for_person(line, f"+1415555{n:04}") for n in range(34)]
    for n in range(34):
        line.line.agents.go_available(f"desk-{n}")
    for phone in phones:
        phone.behaviour = "answer"
    line.run(45)
    times = [entry.t for entry in creates(line)]
    gaps = [after - before for before, after in pairwise(times[1:])]  # the first two may come together
    assert len(times) == 34 and min(gaps) >= 0.99
    missed = [n for n in range(34) if line.line.agents.status(f"desk-{n}").reason == "missed a call"]
    rung_at = {entry.detail["params"]["To"]: entry.t for entry in creates(line)}
    now = line.clock.time()  # who was rung, picked up and pressed nothing: never the last ones
    assert all(now - rung_at[phones[n].address] >= 14 for n in missed)
    for caller in callers:
        caller.hang_up()
    line.run(60)
    check_quiet_floor(line)


def test_F_TW_12_rest_is_gone_and_the_next_turn_brings_the_caller(line):
    phone = line.add_agent("desk-1", ["support"])
    caller = asks_for_person(line)
    assert line.account.run_until(lambda: phone.ringing, 5)
    phone.answer()
    line.run(0.5)
    down = [line.account.rest_faults.add(m, ".*", TIMEOUT, times=10_000) for m in ("POST", "GET")]
    phone.press("1")
    assert line.account.run_until(lambda: caller.talking_to == {phone.address}, 40)
    line.run(600)
    assert caller.talking_to == {phone.address}  # ten minutes without REST do not end a talk
    phone.hang_up()
    line.run(2)
    assert caller.status == "in-progress"
    for fault in down:
        line.account.rest_faults.waiting.remove(fault)
    caller.hang_up()
    line.run(90)
    check_calls(line)
    check_quiet_floor(line)


def test_legs_of_an_earlier_offer_are_not_taken_for_ours(line):
    """The carrier's times are in seconds: the leg of an offer just withdrawn looks as new as ours."""
    phone = line.add_agent("desk-1", ["support"])
    first = asks_for_person(line)
    assert line.account.run_until(lambda: phone.ringing, 5)
    line.account.rest_faults.add("POST", CREATE, TIMEOUT)
    first.hang_up()
    second = asks_for_person(line, "+14155550124")
    assert line.account.run_until(lambda: phone.ringing, 30)
    picks_up(line, phone)
    line.run(2)
    assert second.talking_to == {phone.address}


def test_a_caller_alone_in_the_room_is_brought_out(line):
    """The agent's end was reported, the caller's conference never ended: nobody stays in an empty room."""
    phone = line.add_agent("desk-1", ["support"])
    caller = talks(line, phone)
    lost = line.account.disturb(status=lambda w: 500 if w.url.endswith("/talked") else 0)
    phone.hang_up()
    line.run(1)
    line.account.calm(lost)
    line.run(12)
    assert any("0" in text for text in caller.heard[-3:]) and caller.music is None
    caller.hang_up()
    line.run(60)
    check_quiet_floor(line)
