"""Look-ups in whole calls: no transaction open, repeats, a crash, a hang-up, the rescue."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from ivr.engine.events import LookedUp
from ivr.store import calls
from tests.service.driving import ON_SQLITE, posts
from tests.service.houses import Died, Sources, form_of, journal, row_of

ORDER = """
hi: {say: Welcome. Press 0 for a person., next: ask}
ask: {ask: Your number., digits: 4, save: number, next: find}
find: {lookup: orders, with: {number: "{{ number }}"}, save: order, found: tell, missing: ask}
tell: {say: "It is {{ order.state }}.", next: ask}
"""


def asked_for_order(on):
    line = on(ORDER)
    sources = line.line.calls._enquiries = Sources()
    caller = line.dial()
    line.run(6)
    return line, sources, caller


def test_what_is_found_is_told_and_kept_for_the_agent(on):
    line, sources, caller = asked_for_order(on)
    caller.press("1204")
    line.run(1)
    assert caller.speaking == "It is sent."
    assert [dict(one.parameters) for one in sources.asked] == [{"number": "1204"}]
    row = row_of(line, caller)
    assert row.session["session"]["variables"]["order"] == {"state": "sent"}
    assert journal(line, "looked_up") == [{"source": "orders", "status": "found"}]
    assert line.account.faults == []


def test_no_transaction_is_open_meanwhile(on):
    """SQLite has one writer: were a transaction open, this would wait for itself."""
    line, sources, caller = asked_for_order(on)

    def write() -> None:
        with line.line.transactions.begin() as tx:
            tx.note("stray_leg")

    sources.before = write
    caller.press("1204")
    line.run(1)
    assert caller.speaking == "It is sent." and len(journal(line, "stray_leg")) == 1


def test_a_source_that_fails_leads_to_a_person(on):
    line, sources, caller = asked_for_order(on)
    sources.says = LookedUp("failed")
    caller.press("1204")
    line.run(1)
    assert row_of(line, caller).status == "waiting"


def path_of(line, caller) -> str:
    row = row_of(line, caller)
    return f"/voice/calls/{caller.sid}/{row.turn + 1}/input"


def test_the_same_webhook_meanwhile_asks_nothing_and_gets_the_same_document(on):
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")
    begun, go_on = threading.Event(), threading.Event()
    sources.before = lambda: (begun.set(), go_on.wait(10))
    answers: list[bytes] = []

    def post() -> None:
        answers.append(posts(line, path, **form).data)

    first = threading.Thread(target=post)
    first.start()
    assert begun.wait(10)
    second = threading.Thread(target=post)
    second.start()
    second.join(0.3)
    assert second.is_alive(), "it has to wait for the first"
    go_on.set()
    first.join(10)
    second.join(10)
    assert len(sources.asked) == 1
    assert answers[0] == answers[1] and b"It is sent." in answers[0]
    assert posts(line, path, **form).data == answers[0]


def test_a_process_that_dies_meanwhile_costs_a_look_up_not_the_call(on):
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")

    def die() -> None:
        raise Died

    sources.before = die
    with pytest.raises(Died):
        posts(line, path, **form)
    row = row_of(line, caller)
    assert row.session["asked"]
    late = {**row.session, "asked": {**row.session["asked"], "until": 0.0}}
    with line.database.write() as unit:
        calls.save(unit.connection, replace(row, session=late), was_turn=row.turn)
    answer = posts(line, path, **form).data
    assert b"putting you through" in answer
    assert "asked" not in row_of(line, caller).session
    assert len(sources.asked) == 1


def test_a_caller_who_hangs_up_meanwhile(on):
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")
    sources.before = lambda: line.line.calls.hung_up(caller.sid, "completed")
    assert posts(line, path, **form).data.endswith(b"<Response />")
    row = row_of(line, caller)
    assert row.ended_at is not None and row.outcome == "hung_up"


def test_0_may_overtake_a_look_up(on):
    """The rescue of a document that failed does not wait for what the first request asks."""
    line, sources, caller = asked_for_order(on)
    path, form = path_of(line, caller), form_of(caller, Digits="1204")
    rescued: list[bytes] = []
    sources.before = lambda: rescued.append(
        posts(line, f"/voice/rescue/{caller.sid}", **form_of(caller)).data
    )
    answer = posts(line, path, **form).data
    assert b"putting you through" in rescued[0]
    assert answer == rescued[0], "what was asked comes too late: the present wait"
    assert len(sources.asked) == 1


FIRST = """
find: {lookup: orders, with: {number: "{{ caller.number }}"}, found: hi, missing: hi}
hi: {say: Welcome. Press 0 for a person., next: bye}
bye: {hang_up: Goodbye.}
"""


@pytest.mark.parametrize("status", ["found", "missing"])
def test_the_first_thing_of_a_call_may_be_a_look_up(on, status):
    line = on(FIRST)
    sources = line.line.calls._enquiries = Sources()
    sources.says = LookedUp(status, {"a": 1})
    form = {"CallSid": "CA77", "From": "+14155550123", "To": "+15550001000"}
    first = posts(line, "/voice/incoming", **form).data
    assert b"Welcome." in first and posts(line, "/voice/incoming", **form).data == first
    assert len(sources.asked) == 1


@ON_SQLITE
def test_look_ups_without_end_lead_to_a_person(on):
    line, sources, caller = asked_for_order(on)
    session = row_of(line, caller)
    assert session is not None
    sources.says = LookedUp("found", {})
    flow = line.line.registry.live.flows["main"]
    object.__setattr__(flow.steps["find"], "found", "find")
    caller.press("1204")
    line.run(1)
    assert row_of(line, caller).status == "waiting" and len(sources.asked) == 4
