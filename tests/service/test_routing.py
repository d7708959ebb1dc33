"""Who is rung, over the whole line: skills, levels, the agent a customer knows, who declined, long lines."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from ivr.service.dispatch import DECLINED_S
from ivr.service.explaining import Explaining
from ivr.settings import load_settings
from ivr.store.jobs import Job
from ivr.store.tables import queued_call
from tests.service.driving import ON_SQLITE, picks_up, state_of
from tests.service.houses import HEAD, ROOT, journal

FLOW = HEAD.format(start="support") + "  support: {queue: support}\n"


def a_house(folder: Path, queues: str, flow: str = FLOW):
    shutil.copytree(ROOT / "flows" / "audio", folder / "flows" / "audio", dirs_exist_ok=True)
    (folder / "flows" / "main.yaml").write_text(flow)
    config = f'company: N\nnumbers: {{"+15550001000": main}}\nqueues: {{{queues}}}\n'
    (folder / "config.yaml").write_text(config)
    return load_settings(folder / "config.yaml", {})


@pytest.fixture
def house(rehearse, tmp_path):
    """Makes a line with these queues whose callers go straight to support."""
    return lambda queues, **more: rehearse(a_house(tmp_path, queues, **more))


def rung(line, *phones, within=3.0):
    line.exchange.run_until(lambda: any(phone.ringing for phone in phones), within)
    return [phone.ringing for phone in phones]


def sentences(line, *, call="", agent=""):
    explaining = Explaining(line.database, line.clock.time, line.settings)
    return (explaining.call(call) if call else explaining.agent(agent))["sentences"]


def crowd(line, number, *, skills=None, queue="support", before=3600.0, prefix="crowd"):
    """So many callers in line, from an hour ago on, without telephones."""
    now = line.clock.time()
    rows = [
        {
            "id": f"{prefix}-{i:05}",
            "call_sid": f"CA{prefix}{i:05}",
            "queue": queue,
            "priority": 0,
            "entered_at": now - before + i / number,
            "rank_at": now - before + i / number,
            "state": "waiting",
            "since": now - before,
            "kind": "live",
            "skills": skills,
        }
        for i in range(number)
    ]
    with line.database.write() as unit:
        unit.connection.execute(insert(queued_call), rows)


# Skills and levels ----------------------------------------------------------------------------------------


def test_only_an_agent_with_the_queues_skill_is_rung(house):
    line = house("support: {skills: {german: 2}}")
    first, second = (line.add_agent(name, ["support"]) for name in ("desk-1", "desk-2"))
    line.line.accounts.set_skills("desk-1", {"german": 1, "french": 9})
    line.line.accounts.set_skills("desk-2", {"german": 2})
    caller = line.dial()
    assert rung(line, first, second) == [False, True]
    second.answer()
    line.run(0.5)
    second.press("1")
    line.run(3)
    assert caller.talking_to == {second.address}


@ON_SQLITE
def test_a_caller_nobody_has_the_skill_for_waits_and_it_is_said_why(house):
    line = house("support: {skills: {german: 1}}")
    phone = line.add_agent("desk-1", ["support"])
    caller = line.dial()
    assert rung(line, phone) == [False]
    told = sentences(line, call=caller.sid)
    assert told[1] == "It waits because nobody at work in support has german."
    assert sentences(line, agent="desk-1")[1] == f"{caller.sid} (support): wants german."
    line.line.accounts.set_skills("desk-1", {"german": 1})
    line.line.agents.go_away("desk-1")
    line.line.agents.go_available("desk-1")
    assert rung(line, phone) == [True]


@ON_SQLITE
def test_level_two_is_rung_when_no_level_one_is_free(house):
    line = house("support: {}")
    second = line.add_agent("desk-2", [], available=False)
    line.line.accounts.set_queues("desk-2", {"support": 2})
    line.line.agents.go_available("desk-2")
    line.run(60)
    first = line.add_agent("desk-1", ["support"])
    line.dial("+14155550101")
    assert rung(line, first, second) == [True, False], "level 1, though idle for a shorter time"
    picks_up(line, first)
    line.dial("+14155550102")
    assert rung(line, first, second) == [False, True]


# The agent a customer knows -------------------------------------------------------------------------------

KNOWN = "support: {same_agent_days: 7, same_agent_wait_seconds: 40, wrap_up_seconds: 0}"


def known(house):
    """A line on which the caller has talked to desk-2 before, who has been idle for less long."""
    line = house(KNOWN)
    second = line.add_agent("desk-2", ["support"])
    caller = line.dial()
    picks_up(line, second)
    line.run(20)
    caller.hang_up()
    line.run(5)
    first = line.add_agent("desk-1", ["support"])
    line.line.agents.go_away("desk-2")
    line.run(30)
    line.line.agents.go_available("desk-2")
    return line, first, second


def test_who_talked_to_them_before_is_rung_first(house):
    line, first, second = known(house)
    caller = line.dial()
    assert rung(line, first, second) == [False, True]
    assert "first of 2 who could have taken it: desk-2" in sentences(line, call=caller.sid)[-1]
    line.dial("+14155550999")
    assert rung(line, first) == [True], "strangers go to whoever has been idle for longest"


@ON_SQLITE
def test_who_talked_to_them_before_is_waited_for_a_while_and_no_longer(house):
    line, first, second = known(house)
    line.line.agents.go_away("desk-1")
    line.dial("+14155550999")
    picks_up(line, second)
    line.line.agents.go_available("desk-1")
    caller = line.dial()
    assert rung(line, first, within=30) == [False]
    assert "It waits for desk-2, who knows this customer" in sentences(line, call=caller.sid)[1]
    assert "waits for desk-2 until" in sentences(line, agent="desk-1")[1]
    assert rung(line, first, within=15) == [True], "by time alone: nothing else happened"


@ON_SQLITE
def test_who_is_away_is_not_waited_for(house):
    line, first, _ = known(house)
    line.line.agents.go_away("desk-2")
    line.dial()
    assert rung(line, first) == [True]


@ON_SQLITE
def test_a_number_that_is_withheld_is_nobodys_customer(house):
    line = house(KNOWN)
    second = line.add_agent("desk-2", ["support"])
    caller = line.dial("anonymous")
    picks_up(line, second)
    line.run(20)
    caller.hang_up()
    line.run(60)
    line.add_agent("desk-1", ["support"])
    line.dial("anonymous")
    line.run(2)
    with line.database.read() as connection:
        rows = connection.execute(text("SELECT prefer_agent FROM queued_call")).scalars().all()
    assert rows == [None, None]


# Declined -------------------------------------------------------------------------------------------------


def test_who_declined_is_not_rung_again_for_it_while_others_are(house):
    line = house("support: {}")
    phones = [line.add_agent(name, ["support"]) for name in ("desk-1", "desk-2")]
    caller = line.dial()
    line.run(2)
    decliner = "desk-1" if phones[0].ringing else "desk-2"
    other = phones[1] if phones[0].ringing else phones[0]
    line.line.agents.decline(decliner, line.line.agents.status(decliner).offer.id)
    line.line.agents.go_available(decliner)
    assert rung(line, other) == [True]
    other.decline()
    line.run(5)
    assert state_of(line, decliner) == "available"
    assert f"{decliner} is available" in " ".join(sentences(line, call=caller.sid))
    assert "not asked before" in " ".join(sentences(line, call=caller.sid))


@ON_SQLITE
def test_nobody_starves_because_the_only_agent_declined_once(house):
    line = house("support: {}")
    phone = line.add_agent("desk-1", ["support"])
    line.dial()
    assert rung(line, phone) == [True]
    line.line.agents.decline("desk-1", line.line.agents.status("desk-1").offer.id)
    line.run(2)
    line.line.agents.go_available("desk-1")
    assert rung(line, phone, within=DECLINED_S - 10) == [False]
    assert rung(line, phone, within=20) == [True], "by time alone"


@ON_SQLITE
def test_who_declined_takes_the_next_caller(house):
    line = house("support: {}")
    phone = line.add_agent("desk-1", ["support"])
    line.dial("+14155550101")
    assert rung(line, phone) == [True]
    line.line.agents.decline("desk-1", line.line.agents.status("desk-1").offer.id)
    line.run(2)
    line.line.agents.go_available("desk-1")
    second = line.dial("+14155550102")
    assert rung(line, phone) == [True]
    assert line.line.agents.status("desk-1").offer.call_sid == second.sid


# Long lines -----------------------------------------------------------------------------------------------


@ON_SQLITE
def test_behind_six_hundred_nobody_free_can_take_the_next_one_is_served(house):
    line = house("support: {}")
    crowd(line, 600, skills={"german": 1})
    caller = line.dial()
    line.run(1)
    phone = line.add_agent("desk-1", ["support"])
    assert rung(line, phone) == [True]
    assert line.line.agents.status("desk-1").offer.call_sid == caller.sid


@ON_SQLITE
def test_ten_thousand_callers_at_once(house):
    """The first is offered, in a time that does not depend on how many stand behind."""
    line = house("support: {}")
    crowd(line, 10_000)
    line.add_agent("desk-1", ["support"], available=False)
    line.line.agents.go_available("desk-1")
    dispatch = line.worker._handlers["dispatch"]
    begun = time.perf_counter()
    dispatch(Job(0, "dispatch", "dispatch", 1, 1, {}, 0.0))
    took = time.perf_counter() - begun
    assert line.line.agents.status("desk-1").offer.call_sid == "CAcrowd00000"
    assert took < 0.25, "ten times what it takes on a slow machine"
    caller = line.dial()
    line.run(2)
    assert "has place 10001 in support" in sentences(line, call=caller.sid)[0]


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
    line.exchange.run_until(lambda: any(phone.ringing for phone in phones), 60)
    picks_up(line, next(phone for phone in phones if phone.ringing))
    assert line.exchange.run_until(lambda: bool(caller.talking_to), 10)
    with line.database.read() as connection:
        (jobs,) = connection.execute(text("SELECT count(*) FROM job WHERE kind = 'dispatch'")).one()
    assert jobs <= 1
