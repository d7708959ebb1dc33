"""Whole days of callers, agents and callbacks, decided by the product's matching: what holds on all of them.

Order by entry within priority, nothing overtaken beyond ageing, callbacks exactly once, one live request for
each number, ghosts as the line was, positions that never rise, every ending counted once.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.day import ATTEMPTS, Day
from benchmarks.traffic import POINT_S, Traffic
from ivr.acd.floor import DIALLING, CallbackDial
from ivr.acd.waits import JournalReader
from tests.acd.test_slow_matcher import able

HOURS = 3600.0
BUSY = Traffic(agents=9, every=18.0, patience=500.0)
CALM = Traffic(agents=12, every=40.0, books=0.6)
CROWDED = Traffic(agents=5, every=12.0, patience=300.0, urgent=0.3, books=0.5, repeats=0.5)
SHAKY = Traffic(agents=8, every=20.0, missed=0.5)
EVEN = Traffic(agents=8, every=15.0, urgent=0.0, german=0.0, books=0.5)


class Watched(Day):
    """Checks at every decision and every few events."""

    def __post_init__(self):
        super().__post_init__()
        self.reader, self.read, self.events = JournalReader(), 0, 0
        self.best: dict[str, int] = {}

    def decided(self, floor, decisions):
        """I-06: whoever is served goes before everybody else whom the same agent might have taken."""
        taken = {found.call.id for found in decisions}
        assert len(taken) == len({found.agent.id for found in decisions}) == len(decisions)
        for found in decisions:
            mine = self.places[found.call.id]
            for queue in found.agent.queues:
                for other in self._line(queue):
                    could = able(found.agent, other) and found.agent.id not in other.declined_by
                    if other.id in taken or not could or other.not_before > self.now:
                        continue
                    passed = self.places[other.id]
                    ahead_by = passed.entered_at - mine.entered_at
                    assert ahead_by >= (passed.priority - mine.priority) * POINT_S, "overtaken beyond ageing"
                    if passed.priority == mine.priority:
                        assert ahead_by >= 0, "not in the order of entry"
            if isinstance(found, CallbackDial):
                assert mine.attempts < ATTEMPTS
                assert not self._talks(mine.number, found.call.queue), "dialled although it was reached"

    def _talks(self, number, queue):
        return any(
            place.number == number and place.call.queue == queue and place.call.kind == DIALLING
            for place in self._standing()
        )

    def after_event(self):
        self.events += 1
        if self.events % 7 == 0:
            self.one_live_request_for_each_number()
            self.positions_never_rise()
        if self.events % 50 == 0:
            self.ghosts_are_as_the_line_was()

    def one_live_request_for_each_number(self):
        live = [self.places[name] for name in self.callbacks.values()]
        assert all(not place.ended for place in live)
        assert len({(place.number, place.call.queue) for place in live}) == len(live)
        standing = [name for line in self.lines.values() for _, name in line if name.startswith("cb-")]
        assert sorted(standing) == sorted(self.callbacks.values())

    def positions_never_rise(self):
        """Counted among those of the same priority, of whom nobody who comes later goes first."""
        for line in self.lines.values():
            seen = Counter()
            for _, name in line:
                place = self.places[name]
                seen[place.priority] += 1
                position = seen[place.priority]
                assert position <= self.best.get(name, position), f"{name} was moved back"
                self.best[name] = position

    def ghosts_are_as_the_line_was(self):
        for line in self.journal[self.read :]:
            self.reader.events(line)
        self.read = len(self.journal)
        ghosts = self.reader._ghosts
        in_line = {name for line in self.lines.values() for _, name in line}
        standing = set(ghosts.standing)
        dialled = {name for name in in_line if self.places[name].attempts}
        assert standing - dialled == in_line - dialled, "the journal tells another line"
        assert not standing & set(ghosts.gone)
        for name in ghosts.gone:
            assert self.places[name].ended == "abandoned", "only who hung up is a ghost"


DAYS = {"busy": BUSY, "calm": CALM, "crowded": CROWDED, "shaky": SHAKY, "even": EVEN}


@pytest.mark.parametrize("traffic", DAYS.values(), ids=DAYS)
@pytest.mark.parametrize("seed", [1, 2])
def test_what_holds_on_every_day(seed, traffic):
    day = Watched(seed, traffic).run(4 * HOURS)
    assert day.calls > 250
    endings_are_counted_once(day)
    callbacks_happen_exactly_once(day)


def endings_are_counted_once(day):
    ends = Counter(line.call_sid for line in day.journal if line.kind in ("abandoned", "left", "talk_ended"))
    starts = Counter(line.call_sid for line in day.journal if line.kind == "queued")
    assert set(starts.values()) == set(ends.values()) == {1}
    assert set(starts) == set(ends) == set(day.places), "somebody was forgotten in line"
    assert all(place.ended for place in day.places.values())
    by_caller = [place for name, place in day.places.items() if not name.startswith("cb-")]
    assert len(by_caller) == day.calls


def callbacks_happen_exactly_once(day):
    booked = [line.body["call_sid"] for line in day.journal if line.kind == "callback_booked"]
    assert len(booked) == len(set(booked)) > 0
    dialled = Counter(line.call_sid for line in day.journal if line.kind == "callback_dialled")
    missed = Counter(line.call_sid for line in day.journal if line.kind == "callback_not_reached")
    for name in booked:
        place = day.places[name]
        assert place.ended in ("answered", "merged", "expired")
        assert dialled[name] == place.attempts <= ATTEMPTS
        assert dialled[name] - missed[name] == (place.ended == "answered" and place.attempts > 0)
        assert (place.ended == "expired") == (missed[name] == ATTEMPTS)


def test_who_books_keeps_the_place():
    """The turn of a callback comes in the order of entry, among those who stayed on the line."""
    day = Day(3, replace(EVEN, missed=0.0, repeats=0.0)).run(6 * HOURS)
    for queue in day.lines:
        turns = []
        for line in day.journal:
            first = line.kind == "callback_dialled" and line.body["attempt"] == 1
            answered = line.kind == "offered" and not day.places[line.call_sid].attempts
            if line.queue == queue and (first or answered):
                turns.append((line.call_sid.startswith("cb-"), day.places[line.call_sid].entered_at))
        assert sum(back for back, _ in turns) > 50
        assert [entered for _, entered in turns] == sorted(entered for _, entered in turns)


def test_the_same_seed_is_the_same_day():
    one, other = (Day(4, CALM).run(HOURS) for _ in range(2))
    assert one.journal == other.journal
