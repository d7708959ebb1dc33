"""What a turn estimates is in the journal once, where it belongs: it is what every process learns from."""

from __future__ import annotations

from collections import Counter

from ivr.store import journal
from tests.service.calling_back import calling_back
from tests.service.driving import ON_SQLITE, asks_for_person, picks_up
from tests.service.routed import house  # noqa: F401


def lines_of(line, sid: str) -> list:
    with line.database.read() as connection:
        return journal.of_call(connection, sid)


def estimated(line, sid: str) -> Counter:
    """How often something was estimated, by moment and queue."""
    return Counter((row.at, row.queue) for row in lines_of(line, sid) if row.kind == "estimated")


@ON_SQLITE
def test_a_turn_that_asks_for_the_terms_of_a_callback_estimates_once(rehearse, tmp_path):
    line = rehearse(calling_back(tmp_path))
    phone = line.add_agent("desk-1", ["support"])
    asks_for_person(line, "+14155550199")
    picks_up(line, phone)
    caller = asks_for_person(line)
    line.run(8)
    caller.press("1")
    line.run(3)
    caller.press("1")
    line.run(15)
    found = estimated(line, caller.sid)
    assert len(found) >= 3 and set(found.values()) == {1}


@ON_SQLITE
def test_the_estimate_for_another_queue_stands_behind_the_move_to_it(house):  # noqa: F811
    """Moving forgets what was said of the line before."""
    line = house("support: {overflow: [{after_minutes: 1, queue: billing}]}, billing: {}")
    phone = line.add_agent("desk-1", ["support", "billing"])
    line.dial("+14155550199")
    picks_up(line, phone)
    caller = line.dial("+14155550101")
    line.run(100)
    kinds = [(row.kind, row.queue) for row in lines_of(line, caller.sid)]
    assert kinds.index(("estimated", "support")) > kinds.index(("queued", "support"))
    assert kinds.index(("estimated", "billing")) > kinds.index(("requeued", "billing"))
    assert set(estimated(line, caller.sid).values()) == {1}
