"""What a look costs: a fixed number of statements, however long the history."""

from __future__ import annotations

from sqlalchemy import event

from desk.screen import Screen
from tests.desk.conftest import START

MOST_STATEMENTS = 22


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
    world.contact(channel="call")
    screen = Screen(world.agents, world.cards, world.clock, world.settings)
    short = statements_of(world, lambda: screen.look("desk-1"))
    for number in range(300):
        world.contact(at=START - number * 3600, channel="call", note="n" * 500)
        world.warn(f"warning {number}") if number < 5 else None
    long = statements_of(world, lambda: screen.look("desk-1"))
    assert short == long <= MOST_STATEMENTS
