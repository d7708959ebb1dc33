"""F-HU: the caller hangs up at every instant of a whole call, at every boundary and in between."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from ivr.store import tables
from tests.service.driving import state_of, talks
from tests.service.witness_checks import callers, check_calls, check_quiet_floor, outcome, rows

LENGTHS = {"talk": 26.0, "message": 40.0}
TIMES = {"talk": 22, "message": 16}


def talk(line, phone, caller) -> None:
    """0 in the welcome, music, whisper, accept, talk, and the question whether they still need somebody."""
    at = line.clock.time()
    line.account.at(at + 2, lambda: caller.press("0"))
    line.account.at(at + 6, lambda: line.line.agents.go_available("desk-1"))
    line.account.at(at + 9, lambda: phone.ringing and phone.answer())
    line.account.at(at + 11, lambda: phone.press("1"))
    line.account.at(at + 20, phone.hang_up)


def message(line, phone, caller) -> None:
    """The line is not staffed: a message, in words and seconds."""
    at = line.clock.time()
    line.account.at(at + 2, lambda: caller.press("0"))
    line.account.at(at + 8, lambda: caller.press("2"))
    line.account.at(at + 19, lambda: caller.say("My order has not arrived.", seconds=8))
    line.account.at(at + 31, lambda: caller.press("#"))


CALLS: dict[str, Callable] = {"talk": talk, "message": message}


def moments(kind: str, boundaries: list[float], share: int) -> list[float]:
    """Both sides of boundaries, and random instants of the whole call; one in `share` of all that."""
    chosen = random.Random(kind)
    edges = [at + side for at in boundaries for side in (-0.01, 0.01)]
    both = chosen.sample(edges, min(len(edges), TIMES[kind]))
    return [*both, *(chosen.uniform(0, LENGTHS[kind]) for _ in range(TIMES[kind]))][::share]


def undisturbed(line, kind: str) -> list[float]:
    """Play the call once; when did anything happen on the caller's leg?"""
    phone = line.add_agent("desk-1", ["support"], available=False)
    start = line.clock.time()
    caller = line.dial()
    CALLS[kind](line, phone, caller)
    line.run(60)
    seen = {round(e.t - start, 3) for e in line.account.witness if e.leg == caller.sid and e.kind != "key"}
    return sorted(at for at in seen if at > 0)


def said_seconds(line, caller, end: float) -> float:
    spans = [
        min(stop, end) - start
        for recording in line.account.recordings.values()
        if recording.call_sid == caller.sid
        for _, start, stop in recording.said
    ]
    return max(spans, default=0.0)


@pytest.mark.parametrize("kind", CALLS)
def test_F_HU_hang_up_at_every_instant(rehearse, kind):
    line = rehearse()
    boundaries = undisturbed(line, kind)
    line.run(60)
    for moment in moments(kind, boundaries, 1 if line.database.is_sqlite else 4):
        caller = hang_up_at(line, kind, moment)
        assert caller.status in ("completed", "no-answer")
        if said_seconds(line, caller, caller.call.ended) >= 2:
            assert outcome(line, caller.sid) == "voicemail", f"the message was lost at {moment}"
            assert [r for r in rows(line, tables.recording, call_sid=caller.sid) if r.status == "stored"]
        check_quiet_floor(line)
    check_calls(line)
    assert len({outcome(line, leg.sid) for leg in callers(line)}) > 1  # the sweep met more than one ending


def hang_up_at(line, kind: str, moment: float):
    phone = line.account.phones["+15550002001"]
    line.line.agents.go_away("desk-1")
    line.account.settle()
    caller = line.dial()
    CALLS[kind](line, phone, caller)
    line.account.at(line.clock.time() + moment, caller.hang_up)
    line.run(max(moment, 1) + 2.5)
    assert phone.call is None or not rows(line, tables.offer, call_sid=caller.sid)
    line.run(50)
    assert state_of(line) in ("available", "away")
    return caller


def test_the_page_of_an_agent_who_has_left_the_call_is_told_at_once_that_it_is_over(line):
    """The agent puts the phone down first, and writes notes while the caller is asked if they are done."""
    phone = line.add_agent("desk-1", ["support"])
    caller = talks(line, phone)
    phone.hang_up()
    line.run(3)
    assert caller.status == "in-progress" and state_of(line) == "wrapping_up"
    page = line.line.bus.subscribe("agent:desk-1")
    page.wait(0)
    caller.hang_up()
    line.run(1)
    assert state_of(line) == "wrapping_up"
    assert page.wait(0)
    page.close()
