"""Histories that cannot be, clocks that jump, days of another length, queues nobody serves."""

from __future__ import annotations

import math
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, text

from ivr.acd.floor import Floor, FreeAgent, WaitingCall
from ivr.acd.matching import match
from ivr.floor.wait_board import WaitLearning
from ivr.store import journal
from ivr.store.journal import JournalRow
from ivr.store.tables import offer
from tests.service.driving import ON_SQLITE
from tests.service.routed import house, rung, sentences

__all__ = ["house"]  # a fixture

NEW_YORK = ZoneInfo("America/New_York")
ABSURD = (-5.0, 0.0, 3 * 86_400.0, 1e300, "long", None, True)


@ON_SQLITE
def test_a_queue_with_no_agents_ever(house):
    """The caller is told the truth, hears no number, and is offered a message."""
    line = house("support: {}, billing: {}")
    line.add_agent("desk-1", ["billing"])
    caller = line.dial()
    line.run(40)
    heard = " ".join(caller.heard)
    assert "minute" not in heard
    assert "available" in heard
    assert sentences(line, call=caller.sid)[1] == "It waits because no agent serves support."
    assert caller.status == "in-progress"


@ON_SQLITE
def test_a_history_that_is_empty_or_absurd(house):
    """Durations of days, negative and no numbers at all: estimates stay sensible, or there is none."""
    line = house("support: {}")
    zone = line.line.waits._learning._zone
    with line.database.read() as connection:
        empty = WaitLearning(zone)
        assert not empty.catch_up(connection, line.clock.time())
    now = line.clock.time() - 60.0
    lines = []
    for i, value in enumerate(ABSURD * 20):
        call, body = f"CA{i}", {"waited_s": value, "seconds": value, "lasted_s": value, "was": "wrapping_up"}
        for kind in ("queued", "offered", "connected", "talk_ended", "agent_available", "abandoned"):
            body |= {"entered_at": value, "rank_at": value}
            lines.append(JournalRow(now, kind, call, "desk-9", "support", body))
    with line.database.write() as unit:
        journal.write(unit.connection, lines)
    phone = line.add_agent("desk-1", ["support"])
    first = line.dial("+14155550101")
    assert rung(line, phone) == [True]
    caller = line.dial("+14155550102")
    line.run(30)
    with line.database.read() as connection:
        rows = connection.execute(text("SELECT body FROM journal WHERE kind = 'estimated'")).scalars().all()
    assert all("Infinity" not in row and "NaN" not in row for row in map(str, rows))
    said = line.line.waits.line
    with line.database.read() as connection:
        found = said(connection, "support", line.clock.time())
    assert found.low is None or (0 <= found.low <= found.high < 86_400 and math.isfinite(found.high))
    assert first.status == caller.status == "in-progress"


@ON_SQLITE
def test_a_clock_that_jumps_back_holds_nobody_up(house):
    """Entries, offers and refusals of a time still to come: callers are served as if it had passed."""
    line = house("support: {}")
    phone = line.add_agent("desk-1", ["support"], available=False)
    caller = line.dial()
    line.run(2)
    hour_ahead = line.clock.time() + 3600.0
    with line.database.write() as unit:
        tx = "UPDATE queued_call SET entered_at = entered_at + 3600, rank_at = rank_at + 3600"
        unit.connection.exec_driver_sql(tx)
        place = unit.connection.execute(text("SELECT id FROM queued_call")).scalar()
        refused = {
            "id": "o-1", "queued_id": place, "call_sid": caller.sid, "queue": "support", "agent_id": "desk-1",
            "state": "declined", "created_at": hour_ahead, "due_at": hour_ahead, "ended_at": hour_ahead,
        }  # fmt: skip
        unit.connection.execute(insert(offer), [refused])
    line.line.agents.go_available("desk-1")
    assert rung(line, phone) == [True]


def test_a_clock_that_jumps_ahead_changes_no_order():
    line = [WaitingCall(f"CA{i}", "support", 100.0 + i) for i in range(5)]
    free = [FreeAgent("a", {"support": 1}, 0.0), FreeAgent("b", {"support": 1}, 1e12)]
    for now in (0.0, 200.0, 1e12):
        assert [found.call.id for found in match(Floor(now, {"support": line}, free))] == ["CA0", "CA1"]


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 8), 23), ((2026, 11, 1), 25), ((2026, 6, 1), 24)])
def test_days_of_23_and_25_hours(day, hours):
    """The estimator's time of day is the wall's, and never jumps by more than the hour."""
    learning = WaitLearning(NEW_YORK)
    midnight = datetime(*day, tzinfo=NEW_YORK).timestamp()
    following = midnight + hours * 3600.0
    assert datetime.fromtimestamp(following, NEW_YORK).hour == 0
    for instant in (midnight, midnight + 6 * 3600.0, following - 1.0, following):
        wall = datetime.fromtimestamp(instant, NEW_YORK)
        assert learning.local(instant) % 86_400 == wall.hour * 3600 + wall.minute * 60 + wall.second
    steps = [learning.local(midnight + 60.0 * i) for i in range(hours * 60 + 1)]
    leaps = [b - a for a, b in pairwise(steps) if b - a != 60.0]
    assert leaps == ([] if hours == 24 else [60.0 + (24 - hours) * 3600.0])
