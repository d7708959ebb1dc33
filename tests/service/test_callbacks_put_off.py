"""Callbacks that may not be dialled now: nobody waits behind them, and nobody is rung while on the phone."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import insert, select, update

from ivr.jobs.dispatch import Dispatcher
from ivr.store import tables
from ivr.store.tables import callback
from tests.service.calling_back import CUSTOMER, bookings, books, calling_back, customer_phone, rings_to
from tests.service.driving import ON_SQLITE, asks_for_person

pytestmark = ON_SQLITE
THEIRS = "+14155550177"
STEPS = """hello: {menu: Welcome. Press 1., keys: {1: help, 2: book}}
book: {callback: support, next: long}
long: {menu: Anything else., tries: 3, keys: {9: bye}}
help: {queue: support, next: bye}
bye: {hang_up: Bye.}"""


def busy_crowd(line, count: int) -> None:
    """As many callbacks again, whose customers are all on the phone with us."""
    with line.database.write() as unit:
        run = unit.connection.execute
        booked = dict(run(select(callback)).first()._mapping)
        ours = tables.call.c.sid == booked["call_sid"]
        call = dict(run(select(tables.call).where(ours)).first()._mapping)
        standing = tables.queued_call.c.call_sid == booked["call_sid"]
        place = dict(run(select(tables.queued_call).where(standing)).first()._mapping)
        for n in range(count):
            number, sid = f"+1415555{4000 + n}", f"cb-x{n}"
            more = {"caller": number, "queued_id": None, "direction": "in"}
            run(insert(tables.call), {**call, "sid": sid, "caller": number, "queued_id": f"q{n}"})
            run(insert(tables.call), {**call, **more, "sid": f"CAin{n}", "status": "in_flow"})
            run(insert(tables.queued_call), {**place, "id": f"q{n}", "call_sid": sid})
            own = {"id": f"x{n}", "call_sid": sid, "number": number, "token": f"token-{n}"}
            run(insert(callback), {**booked, **own})


def test_a_live_caller_behind_callbacks_that_may_not_be_dialled(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    busy_crowd(line, 100)
    again = line.dial(CUSTOMER)  # they too
    asks_for_person(line, "+14155550155")
    agent = line.add_agent("desk-1", ["support"])
    line.run(3)
    assert agent.ringing and again.call.live, "an agent does not idle for those who are put off"


def test_who_stays_on_the_phone_is_looked_at_less_and_less_often(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    books(line)
    busy_crowd(line, 1)
    line.add_agent("desk-1", ["support"])
    looks = []
    for _ in range(50):
        line.run(40)
        (row,) = [row for row in bookings(line) if row.id == "x0"]
        if row.due_at not in looks:
            looks.append(row.due_at)
    pauses = [round(later - earlier) for earlier, later in pairwise(looks)]
    assert pauses[:4] == [120, 240, 480, 600], pauses


def test_who_withholds_their_number_is_not_rung_while_on_the_phone(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path, STEPS))
    line.add_agent("desk-1", ["support"])
    phone = customer_phone(line, "manual", THEIRS)
    caller = line.dial("anonymous")
    for keys, seconds in (("", 2), ("2", 5), ("4155550177#", 8), ("1", 6)):
        if keys:
            caller.press(keys)
        line.run(seconds)
    assert [row.number for row in bookings(line)] == [THEIRS] and caller.call.live
    assert not rings_to(line, THEIRS)
    caller.hang_up()
    assert line.account.run_until(lambda: phone.ringing, 90)


def test_a_crowd_that_stays_on_the_phone_is_kept_from_dispatch_and_served_when_it_hangs_up(
    rehearse, tmp_path, monkeypatch
):
    line = rehearse(calling_back(tmp_path))
    books(line)
    busy_crowd(line, 20)
    asked, carry_out = [], Dispatcher._carry_out
    monkeypatch.setattr(Dispatcher, "_carry_out", lambda *args: asked.append(1) or carry_out(*args))
    line.add_agent("desk-1", ["support"])
    line.run(1500)
    assert len(asked) <= 25, "each once, and then their watches look"
    with line.database.write() as unit:
        over = tables.call.c.sid == "CAin7"
        unit.connection.execute(update(tables.call).where(over).values(ended_at=line.clock.time()))
    line.line.agents.go_available("desk-1")
    phone = customer_phone(line, "manual", "+14155554007")
    assert line.account.run_until(lambda: phone.ringing, 610)
