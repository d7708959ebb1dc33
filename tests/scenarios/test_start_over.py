"""Between two scenarios everything that remembers is made anew; only what a line finds stays."""

from __future__ import annotations

from dataclasses import fields

from ivr.scenarios.given import Given
from ivr.scenarios.playback import open_stage
from ivr.store import revisions

STAYS = {"settings", "wakeup"}


def test_every_part_of_the_line_is_another_one(house):
    before = open_stage(house, Given()).simulated.line
    after = open_stage(house, Given()).simulated.line

    same = {one.name for one in fields(after) if getattr(before, one.name) is getattr(after, one.name)}
    assert same == STAYS
    assert after.database is before.database
    assert after.app.url_map is before.app.url_map
    assert after.registry.live is before.registry.live


def test_the_second_call_keeps_the_text_of_its_flows_too(house):
    for _ in range(2):
        context = open_stage(house, Given())
        context.run(1)
        with context.look() as connection:
            assert revisions.texts(connection, context.row().revision)


def test_addresses_do_not_grow(house):
    counts = set()
    for _ in range(3):
        line = open_stage(house, Given()).simulated.line
        counts.add(len(list(line.app.url_map.iter_rules())))

    assert len(counts) == 1
