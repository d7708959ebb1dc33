"""What was learnt of waits: a warm start, processes that agree, bounded reading, lines that appear late."""

from __future__ import annotations

import json

import pytest

from ivr.floor.wait_board import FORM, WaitLearning
from ivr.jobs.wait_learning_job import LearntKeeper
from ivr.store import announced_estimates, journal
from ivr.store.journal import JournalRow
from tests.service.driving import another_line, asks_for_person
from tests.service.test_announced_estimates import a_day, write

ON_POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def learnt_by(line, board) -> dict:
    """What a board knows of the queue, as plain values (the rate of arrivals fades with each look; a sum
    that was kept may differ in its last digit)."""
    with line.database.read() as connection:
        while board._learning.catch_up(connection, line.clock.time() + 60):
            pass
    queue = board._learning.state()["estimator"]["queues"]["support"]
    text = json.dumps({name: queue[name] for name in queue if not name.startswith("arrivals")})
    return json.loads(text, parse_float=lambda digits: round(float(digits), 6))


def test_a_restart_is_warm_and_two_processes_agree(line, database_url, monkeypatch):
    a_day(line)
    line.run(15)
    zone = line.line.waits._learning._zone
    assert LearntKeeper(line.line.transactions, zone).keep() is False
    read = []
    real = announced_estimates.lines
    monkeypatch.setattr(announced_estimates, "lines", lambda *a: read.extend(found := real(*a)) or found)
    other = another_line(line, database_url)
    try:
        warm = learnt_by(line, other.waits)
        assert read == []
        assert warm == learnt_by(line, line.line.waits)
        assert warm["talk"]["seen"] == 3
        assert warm["repeat"]["count"] > 0  # what was said to those who were answered, or would have been
        asks_for_person(line, "+14155550177").hang_up()
        line.run(15)
        assert learnt_by(line, other.waits) == learnt_by(line, line.line.waits) != warm
    finally:
        other.database.close()


def test_what_is_kept_never_goes_back_and_another_form_is_replaced(line):
    def keep(form: int, upto: int) -> None:
        with line.database.write() as unit:
            announced_estimates.keep_learnt(unit.connection, form, upto, 0.0, {"upto": upto})

    def kept(form: int):
        with line.database.read() as connection:
            return announced_estimates.learnt(connection, form)

    keep(FORM, 50)
    keep(FORM, 40)
    assert kept(FORM) == (50, {"upto": 50})
    keep(FORM + 1, 10)
    assert kept(FORM) is None and kept(FORM + 1) == (10, {"upto": 10})


@pytest.mark.parametrize(
    "state", [{}, {"estimator": {"queues": 3}, "reader": {}}, {"estimator": [], "reader": 1}]
)
def test_a_memory_that_cannot_be_read_is_learnt_anew(line, state):
    a_day(line)
    line.run(15)
    zone = line.line.waits._learning._zone
    with line.database.write() as unit:
        announced_estimates.keep_learnt(unit.connection, FORM, 3, 0.0, state)
    learning = WaitLearning(zone)
    with line.database.read() as connection:
        learning.catch_up(connection, line.clock.time())
    assert learning.estimator.dump()["queues"]["support"]["talk"]["seen"] == 3
    LearntKeeper(line.line.transactions, zone).keep()
    with line.database.read() as connection:
        upto, kept = announced_estimates.learnt(connection, FORM)
    assert upto > 3 and kept["estimator"]["queues"]["support"]["talk"]["seen"] == 3


def test_a_start_reads_little_and_irrelevant_lines_once(line, monkeypatch):
    now = line.clock.time() - 60
    write(line, *(JournalRow(now, "heard", "CA1", None, None, {}) for _ in range(3000)))
    write(
        line, *(JournalRow(now, "talk_ended", "CA1", "d", "support", {"seconds": 60.0}) for _ in range(1200))
    )
    asked = []
    real = announced_estimates.lines
    monkeypatch.setattr(
        announced_estimates, "lines", lambda c, *a: asked.append((a, found := real(c, *a))) or found
    )
    learning = WaitLearning(line.line.waits._learning._zone)
    with line.database.read() as connection:
        assert learning.catch_up(connection, now + 60)
        assert learning.catch_up(connection, now + 60)
        assert not learning.catch_up(connection, now + 60)
        assert not learning.catch_up(connection, now + 60)
    assert [len(found) for _, found in asked] == [500, 500, 200, 0]
    (after, upto, *_), _ = asked[-1]
    assert after == upto  # nothing is looked at twice


@ON_POSTGRES
def test_a_line_that_becomes_visible_late_is_not_missed(line):
    now = line.clock.time()
    learning = WaitLearning(line.line.waits._learning._zone)
    talk = JournalRow(now, "talk_ended", "CA1", "d", "support", {"seconds": 60.0})
    with line.database.write() as slow:
        journal.write(slow.connection, [talk])
        write(line, talk)  # has the later number, and is committed first
        with line.database.read() as connection:
            learning.catch_up(connection, now)
            learning.catch_up(connection, now + 5)
    with line.database.read() as connection:
        learning.catch_up(connection, now + 11)
    assert learning.estimator.dump()["queues"]["support"]["talk"]["seen"] == 2
