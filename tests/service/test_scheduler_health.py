"""No caller is told a number while timers and effects stand still, nor for twenty seconds after."""

from __future__ import annotations

import pytest

from ivr.jobs.announced_estimates import ask_for_wait_jobs
from ivr.store import floor, journal
from tests.service.driving import asks_for_person, picks_up


@pytest.fixture
def waiting(line):
    """Somebody in line, and an agent who talks; the worker of this line does what is due."""
    phone = line.add_agent("desk-1", ["support"])
    asks_for_person(line, "+14155550199")
    picks_up(line, phone)
    caller = asks_for_person(line)
    ask_for_wait_jobs(line.line.transactions)
    line.run(12)
    return caller


def tells(line) -> tuple[bool, bool]:
    """(a number for who stands in line, a number for who would join)"""
    now, board = line.clock.time(), line.line.waits
    with line.database.read() as connection:
        [row] = [row for row in floor.line(connection, "support") if row.state == "waiting"]
        lines: list = []
        found, joins = board.facts(connection, row, now, lines), board.line(connection, "support", now)
    assert bool(lines) == (found.low is not None), "what is not known is not noted either"
    assert found.position == 1
    return found.low is not None, joins.low is not None


def kinds(line) -> list[str]:
    with line.database.read() as connection:
        found = [row.kind for row in journal.after(connection, 0, 10_000)]
    return [kind for kind in found if kind.startswith("waits_")]


def test_silent_while_nothing_is_done_and_twenty_seconds_more(line, waiting, monkeypatch):
    assert tells(line) == (True, True)
    with monkeypatch.context() as away:
        away.setattr(line.worker, "run_due", lambda: line.clock.time() + 1.0)
        line.run(12)
        assert tells(line) == (True, True), "a busy moment is no outage"
        line.run(20)
        assert tells(line) == (False, False)
    line.run(8)
    assert kinds(line) == ["waits_silent_after_outage"] and tells(line) == (False, False)
    line.run(20)
    assert kinds(line) == ["waits_silent_after_outage", "waits_told_again"]
    assert tells(line) == (True, True)
    line.run(40)
    assert len(kinds(line)) == 2 and "minute" in " ".join(waiting.heard)


def test_who_starts_after_all_were_down_says_so_before_the_job_is_asked_for_again(line, waiting, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(line.worker, "run_due", lambda: line.clock.time() + 1.0)
        line.run(60)
        ask_for_wait_jobs(line.line.transactions)
        assert kinds(line) == ["waits_silent_after_outage"] and tells(line) == (False, False)


def test_one_more_process_that_starts_is_no_outage(line, waiting):
    ask_for_wait_jobs(line.line.transactions)
    line.run(3)
    assert kinds(line) == [] and tells(line) == (True, True)
