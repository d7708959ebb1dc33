"""Many at the same instant, in threads and as two processes: one effect, and nobody waits for nobody."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from ivr.service.agents import TooLate
from ivr.store import tables
from ivr.store.database import DatabaseUnavailable
from tests.service.driving import all_at_once, another_line, asks_for_person, posts
from tests.service.witness_checks import check_quiet_floor, rows

CALLER, LINE = "+14155550123", "+15550001000"


@pytest.fixture
def both(line, database_url):
    """Two lines on one database (on SQLite there is only one process)."""
    if line.database.is_sqlite:
        yield [line.line, line.line]
        return
    other = another_line(line, database_url)
    yield [line.line, other]
    other.database.close()


def first(line, sid: str):
    return posts(line, "/voice/incoming", CallSid=sid, From=CALLER, To=LINE, CallStatus="ringing")


def count(line, table, *where) -> int:
    with line.database.read() as connection:
        return connection.execute(select(func.count()).select_from(table).where(*where)).scalar()


def test_F_WH_02_the_first_webhook_twelve_times_at_once(line, both):
    for number in range(3):
        sid = f"CA{number:032x}"
        answers = all_at_once(*(lambda app=app, sid=sid: first(app, sid).data for app in both * 6))
        assert len(set(answers)) == 1 and b"Northwind" in answers[0]
        assert count(line, tables.journal, tables.journal.c.call_sid == sid,
                     tables.journal.c.kind == "arrived") == 1  # fmt: skip


def test_F_WH_02_one_turn_twelve_times_at_once(line, both):
    for number in range(3):
        sid = f"CA{number:032x}"
        first(line, sid)
        form = {"CallSid": sid, "From": CALLER, "To": LINE, "Digits": "0"}
        path = f"/voice/calls/{sid}/1/input"
        answers = all_at_once(
            *(lambda app=app, path=path, form=form: posts(app, path, **form).data for app in both * 6)
        )
        assert len(set(answers)) == 1 and b"person" in answers[0]
        assert count(line, tables.queued_call, tables.queued_call.c.call_sid == sid) == 1


def test_F_WH_03_the_end_and_the_first_webhook_at_once(line, both):
    for number in range(6):
        sid = f"CA{number:032x}"
        form = {"CallSid": sid, "From": CALLER, "To": LINE, "CallStatus": "completed"}
        works = [
            lambda app=app, path=path, form=form: posts(app, path, **form).status_code
            for app in both * 2
            for path in ("/voice/status", "/voice/incoming")
        ]
        assert set(all_at_once(*works)) <= {200, 204}
        [call] = rows(line, tables.call, sid=sid)
        assert call.ended_at is not None


def test_F_AG_06_many_accepts_at_once_make_one_conversation(line, both):
    phone = line.add_agent("desk-1", ["support"])
    for _ in range(2):
        caller = asks_for_person(line)
        assert line.account.run_until(lambda: phone.ringing, 5)
        [offer] = [row for row in rows(line, tables.offer) if row.state == "pending"]
        phone.answer()
        line.run(0.5)
        key = {"CallSid": offer.leg_sid, "Digits": "1"}
        path = f"/voice/offers/{offer.id}/key"
        clicks = [lambda app=app, offer=offer: app.agents.accept("desk-1", offer.id) for app in both * 5]
        keys = [lambda app=app, path=path, key=key: posts(app, path, **key).status_code for app in both * 5]
        results = all_at_once(*clicks, *keys)
        assert set(results) <= {None, 200}, results
        accepted = count(line, tables.journal, tables.journal.c.kind == "accepted",
                         tables.journal.c.call_sid == caller.sid)  # fmt: skip
        assert accepted == 1
        phone.press("1")  # the phone's own request: those above were sent past it
        line.run(2)
        assert caller.talking_to == {phone.address}
        caller.hang_up()
        line.run(40)
    check_quiet_floor(line)


def test_F_AG_06_everything_at_once_for_one_offer(line, both):
    """Accept, decline, run-out, phone status, hang-up: whoever wins, all agree, and nothing is stuck."""
    phone = line.add_agent("desk-1", ["support"])
    shuffled = random.Random(6)
    for _ in range(5):
        caller = asks_for_person(line)
        assert line.account.run_until(lambda: phone.ringing, 5)
        [offer] = [row for row in rows(line, tables.offer) if row.state == "pending"]
        phone.answer()
        line.run(0.5)
        works = everything(both, offer, caller.sid)
        shuffled.shuffle(works)
        results = all_at_once(*works)
        wrong = [r for r in results if isinstance(r, Exception) and not isinstance(r, TooLate)]
        assert wrong == [] and {r for r in results if isinstance(r, int)} <= {200, 204}
        caller.hang_up()
        line.run(45)
        check_quiet_floor(line)
        line.line.agents.go_available("desk-1")
        line.account.settle()


def everything(both, offer, sid: str) -> list:
    one, two = both
    at, leg = f"/voice/offers/{offer.id}", offer.leg_sid
    return [
        lambda: one.agents.accept("desk-1", offer.id),
        lambda: two.agents.accept("desk-1", offer.id),
        lambda: two.agents.decline("desk-1", offer.id),
        lambda: one.agents.go_away("desk-1", "lunch"),
        lambda: posts(one, f"{at}/key", CallSid=leg, Digits="1").status_code,
        lambda: posts(two, f"{at}/whisper", CallSid=leg).status_code,
        lambda: posts(two, f"{at}/status", CallSid=leg, CallStatus="completed").status_code,
        lambda: posts(one, f"{at}/left", CallSid=leg).status_code,
        lambda: posts(one, "/voice/status", CallSid=sid, CallStatus="completed").status_code,
        lambda: posts(two, f"/voice/calls/{sid}/2/input", CallSid=sid, Digits="1").status_code,
        lambda: posts(one, f"/voice/calls/{sid}/join/{offer.id}", CallSid=sid).status_code,
    ]


def test_two_dispatchers_give_each_caller_one_agent(line, both):
    callers = [asks_for_person(line, f"+1415555{number:04}") for number in range(6)]
    for number in range(6):
        line.add_agent(f"desk-{number}", ["support"], available=False)
    works = [lambda app=app, n=n: app.agents.go_available(f"desk-{n}") for n, app in enumerate(both * 3)]
    assert set(all_at_once(*works)) == {None}
    results = all_at_once(*(app.worker.run_due for app in both * 2))
    assert not [r for r in results if isinstance(r, Exception) and not isinstance(r, DatabaseUnavailable)]
    line.run(8)  # paced: one ring a second
    live = [row for row in rows(line, tables.offer) if row.state == "pending"]
    assert len(live) == len({row.agent_id for row in live}) == len({row.call_sid for row in live}) == 6
    for caller in callers:
        caller.hang_up()
    line.run(5)
    check_quiet_floor(line)
