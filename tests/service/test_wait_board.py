"""What a look at a long line costs, and whom it holds up."""

from __future__ import annotations

import threading

import pytest

from ivr.floor import floor_snapshot, wait_board
from ivr.store import floor
from tests.service.driving import ON_SQLITE
from tests.service.routed import crowd, house

__all__ = ["house"]  # a fixture
pytestmark = ON_SQLITE


@pytest.fixture
def long_line(house):
    """Two thousand in line, and an agent who talks."""
    line = house("support: {}")
    line.add_agent("desk-1", ["support"])
    with line.database.write() as unit:
        assert floor.move_agent(unit.connection, "desk-1", "available", "on_call", line.clock.time() - 60)
    crowd(line, 2000)
    return line


def asks(line, place: int, at: float):
    with line.database.read() as connection:
        row = floor.line(connection, "support")[place]
        return line.line.waits.facts(connection, row, at)


def test_a_line_is_read_once_a_second_however_many_ask(long_line, monkeypatch):
    read = []
    real = floor.standing
    monkeypatch.setattr(floor, "standing", lambda *asked: read.append(asked) or real(*asked))
    now = long_line.clock.time() + 10
    found = [asks(long_line, place, now + place / 2000) for place in range(0, 1500, 50)]
    assert [context.position for context in found] == list(range(1, 1501, 50))
    assert len(read) == 1
    asks(long_line, 0, now + 1.5)
    assert len(read) == 2


def test_a_look_takes_over_who_still_stands_as_they_stood(long_line):
    places, asked = ["support"], []
    now = long_line.clock.time()

    def local(at: float) -> float:
        asked.append(at)
        return at

    with long_line.database.read() as connection:
        first = floor_snapshot.look_at_floor(connection, places, lambda _: {}, now, local)
        assert len(asked) > 2000
        asked.clear()
        again = floor_snapshot.look_at_floor(connection, places, lambda _: {}, now + 1, local, first)
    assert len(asked) == 1, "only of the agent"
    pairs = zip(first.lines["support"], again.lines["support"], strict=True)
    assert all(one is other for one, other in pairs)
    with long_line.database.write() as unit:
        [row, *_] = floor.line(unit.connection, "support")
        floor.change_queue(unit.connection, wait_board.replace(row, priority=3, rank_at=row.rank_at - 900))
        moved = floor_snapshot.look_at_floor(unit.connection, places, lambda _: {}, now + 2, local, again)
    assert (moved.lines["support"][0].priority, moved.top["support"]) == (3, 3)


def test_nobody_waits_for_the_look_of_another(long_line, monkeypatch):
    now = long_line.clock.time() + 10
    asks(long_line, 0, now)
    begun, may_end = threading.Event(), threading.Event()
    real = wait_board.look_at_floor

    def slow(*asked):
        begun.set()
        assert may_end.wait(20)
        return real(*asked)

    monkeypatch.setattr(wait_board, "look_at_floor", slow)
    looks = threading.Thread(target=asks, args=(long_line, 0, now + 2), daemon=True)
    looks.start()
    assert begun.wait(10)
    others = threading.Thread(target=asks, args=(long_line, 7, now + 2), daemon=True)
    others.start()
    others.join(10)
    held_up = others.is_alive()
    may_end.set()
    looks.join(10)
    assert not held_up and not looks.is_alive()


def test_a_place_that_joined_since_the_look_is_found_by_rank(long_line):
    now = long_line.clock.time() + 10
    asks(long_line, 0, now)
    caller = long_line.dial()
    long_line.run(1)
    assert asks(long_line, 2000, now + 0.1).position == 2001
    crowd(long_line, 1, before=7200.0, prefix="early")
    assert asks(long_line, 0, now + 0.2).position == 1
    assert asks(long_line, 1, now + 0.3).position == 2
    caller.hang_up()
