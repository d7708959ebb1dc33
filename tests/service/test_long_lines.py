"""Very long lines, and agents who will not stand still."""

from __future__ import annotations

import sys

from sqlalchemy import text

from ivr.store.jobs import Job
from tests.service.driving import ON_SQLITE, picks_up
from tests.service.houses import journal
from tests.service.routed import crowd, house, rung, sentences

__all__ = ["house"]  # a fixture


@ON_SQLITE
def test_behind_six_hundred_nobody_free_can_take_the_next_one_is_served(house):
    line = house("support: {}")
    crowd(line, 600, skills={"german": 1})
    caller = line.dial()
    line.run(1)
    phone = line.add_agent("desk-1", ["support"])
    assert rung(line, phone) == [True]
    assert line.line.agents.status("desk-1").offer.call_sid == caller.sid


def work_of_dispatch(line) -> int:
    """Return how many functions are called until it is done: unlike time, the same on every machine."""
    called = 0

    def count(_frame, event: str, _argument) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    usual = sys.getprofile()
    sys.setprofile(count)
    try:
        line.worker._handlers["dispatch"](Job(0, "dispatch", "dispatch", 1, 1, {}, 0.0))
    finally:
        sys.setprofile(usual)
    return called


@ON_SQLITE
def test_ten_thousand_callers_at_once(house):
    """The first is offered, with work that does not depend on how many stand behind."""
    line = house("support: {}")
    crowd(line, 20, prefix="first", before=7200.0)
    line.add_agent("desk-0", ["support"], available=False)
    line.line.agents.go_available("desk-0")
    few = work_of_dispatch(line)
    crowd(line, 10_000)
    line.add_agent("desk-1", ["support"], available=False)
    line.line.agents.go_available("desk-1")
    many = work_of_dispatch(line)
    assert line.line.agents.status("desk-0").offer.call_sid == "CAfirst00000"
    assert line.line.agents.status("desk-1").offer.call_sid == "CAfirst00001"
    assert many < 2 * few, "five hundred times as long a line"
    caller = line.dial()
    line.run(2)
    assert "has place 10021 in support" in sentences(line, call=caller.sid)[0]


@ON_SQLITE
def test_what_dispatch_reads_does_not_grow_with_history(house):
    line = house("support: {}")
    with line.database.read() as connection:
        plans = {
            name: " ".join(
                row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").fetchall()
            )
            for name, query in {
                "line": "SELECT id FROM queued_call WHERE queue = 'support' AND state = 'waiting' "
                "AND rank_at >= 0 ORDER BY rank_at, id LIMIT 50",
                "declined": "SELECT queued_id FROM offer WHERE agent_id IN ('a', 'b') AND created_at > 0 "
                "AND state = 'declined'",
                "busy": "SELECT agent_id FROM offer WHERE state IN ('pending', 'accepted', 'connected')",
            }.items()
        }
    assert "ix_queued_call_line (queue=? AND state=? AND rank_at>?)" in plans["line"]
    assert "ix_offer_agent_created (agent_id=? AND created_at>?)" in plans["declined"]
    assert "uq_offer_live" in plans["busy"]


# Agents who flap ------------------------------------------------------------------------------------------


@ON_SQLITE
def test_agents_who_flap_between_available_and_away_every_second(house):
    """The caller keeps the place, is offered to one agent at a time, and is answered in the end."""
    line = house("support: {}")
    phones = [line.add_agent(name, ["support"], available=False) for name in ("desk-1", "desk-2")]
    caller = line.dial()
    line.run(1)
    for second in range(40):
        for number, name in enumerate(("desk-1", "desk-2")):
            if (second + number) % 2:
                line.line.agents.go_available(name)
            else:
                line.line.agents.go_away(name)
        line.run(1)
        assert sum(phone.ringing for phone in phones) <= 1, "one offer for one call"
    offers = journal(line, "offered")
    assert 1 <= len(offers) <= 8, "a click on Away is kept until the offer is over"
    for name in ("desk-1", "desk-2"):
        line.line.agents.go_available(name)
    line.account.run_until(lambda: any(phone.ringing for phone in phones), 60)
    picks_up(line, next(phone for phone in phones if phone.ringing))
    assert line.account.run_until(lambda: bool(caller.talking_to), 10)
    with line.database.read() as connection:
        (jobs,) = connection.execute(text("SELECT count(*) FROM job WHERE kind = 'dispatch'")).one()
    assert jobs <= 1
