"""What a look costs: a fixed number of statements, however long the history."""

from __future__ import annotations

import time

from sqlalchemy import event

from desk.screen import Screen
from tests.desk.conftest import START

MOST_STATEMENTS = 20
MOST_LOOK_S = 0.05


def statements_of(world, do) -> int:
    seen: list[str] = []

    def count(_connection, _cursor, statement, *_rest) -> None:
        seen.append(statement)

    event.listen(world.db.engine, "before_cursor_execute", count)
    do()
    event.remove(world.db.engine, "before_cursor_execute", count)
    return len(seen)


def test_a_look_costs_the_same_with_a_long_history(world):
    world.agent()
    world.customer()
    world.ring()
    screen = Screen(world.agents, world.cards, world.clock, world.settings)
    short = statements_of(world, lambda: screen.look("desk-1"))
    for number in range(300):
        world.contact(at=START - number * 3600, channel="call", note="n" * 500)
        world.warn(f"warning {number}") if number < 5 else None
    long = statements_of(world, lambda: screen.look("desk-1"))
    assert short == long <= MOST_STATEMENTS

    took = []
    for _ in range(20):
        began = time.perf_counter()
        screen.look("desk-1")
        took.append(time.perf_counter() - began)
    assert sorted(took)[10] < MOST_LOOK_S, took
