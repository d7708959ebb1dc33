"""When a trial goes back by itself: the arithmetic, and the whole way from calls to the live pointer."""

from __future__ import annotations

import random

import pytest

from ivr.jobs.canary import CanaryWatch, chance_of_more, judge
from ivr.jobs.flow_health import FlowHealth
from ivr.store import journal, revisions
from ivr.store.flow_health import CanaryTally


@pytest.mark.parametrize(
    ("before", "calls_before", "after", "calls_after", "expected"),
    [
        (
            1,
            9,
            9,
            10,
            0.001093,
        ),  # Fisher's tea table turned round, by hand: (C(10,9)C(9,1)+C(10,10)C(9,0))/C(19,10)
        (0, 10, 10, 10, 5.41e-6),
        (5, 10, 5, 10, 0.672),
        (0, 10, 0, 10, 1.0),
    ],
)
def test_the_chance_is_exact(before, calls_before, after, calls_after, expected):
    assert chance_of_more(before, calls_before, after, calls_after) == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize(
    ("old", "new", "worse"),
    [
        (CanaryTally(90, 0, 5, 9), CanaryTally(10, 0, 1, 1), ""),
        (CanaryTally(90, 0, 5, 9), CanaryTally(10, 10, 0, 0), "errors"),
        (CanaryTally(90, 0, 5, 9), CanaryTally(9, 9, 0, 0), ""),  # too few to say
        (CanaryTally(900, 0, 50, 90), CanaryTally(100, 0, 20, 10), "hung up"),
        (CanaryTally(900, 0, 50, 90), CanaryTally(100, 0, 5, 30), "pressed 0"),
        (CanaryTally(900, 90, 90, 90), CanaryTally(100, 0, 0, 0), ""),  # better is no reason to go back
        (CanaryTally(900, 0, 50, 90), CanaryTally(100, 0, 8, 14), ""),  # a little more happens by chance
    ],
)
def test_when_it_is_worse(old, new, worse):
    assert worse in judge(old, new).worse
    assert bool(worse) == bool(judge(old, new).worse)


def test_a_trial_that_is_no_worse_is_rarely_taken_back():
    """Looked at every 25 calls, as often as a busy line is, over a thousand calls."""
    chance, taken_back = random.Random(7), 0
    for _ in range(60):
        counts = {True: [0, 0, 0, 0], False: [0, 0, 0, 0]}
        for number in range(1000):
            arm = counts[chance.random() < 0.2]
            arm[0] += 1
            for place, rate in enumerate((0.01, 0.08, 0.15), 1):
                arm[place] += chance.random() < rate
            if number % 25 == 24 and judge(CanaryTally(*counts[False]), CanaryTally(*counts[True])).worse:
                taken_back += 1
                break
    assert taken_back <= 2


def calls(line, count: int, keys: str, offset: int) -> None:
    for number in range(count):
        caller = line.dial(f"+1415556{offset + number:04}")
        line.run(3)
        for key in keys:
            if caller.call.live:
                caller.press(key)
                line.run(2)
        caller.hang_up()
    line.run(1)


def test_a_trial_that_makes_callers_fail_goes_back_by_itself(line, project, publishing):
    old = publishing.publish(project.book("alpha"), "e", "")
    new = publishing.publish(project.book("beta", key="9"), "e", "moves the option to 9", share=50)
    line.run(1.1)
    health = FlowHealth(line.line.transactions)
    watch = CanaryWatch(line.line.transactions, health.sum_up)
    assert not watch.look().worse
    calls(line, 30, "111111", 0)  # everybody presses the key they know; three wrong ones count as an error
    line.run(11)
    verdict = watch.look()
    assert "errors" in verdict.worse
    with line.database.read() as connection:
        live = revisions.live(connection)
        last = revisions.history(connection, 1)[0]
        notes = [row.body for row in journal.after(connection, 0, 9000) if row.kind == "flows_withdrawn"]
    assert (live.revision, live.trial) == (old.revision, None)
    assert (last.what, last.revision, last.author) == ("withdrawn", new.revision, "presszero")
    assert "errors" in last.message
    assert len(notes) == 1
    line.run(1.1)
    caller = line.dial()
    line.run(3)
    assert "alpha" in str(caller.heard[-1] if caller.heard else caller.speaking)


def test_a_trial_that_does_as_well_stays(line, project, publishing):
    publishing.publish(project.book("alpha"), "e", "")
    publishing.publish(project.book("beta"), "e", "", share=50)
    line.run(1.1)
    watch = CanaryWatch(line.line.transactions, FlowHealth(line.line.transactions).sum_up)
    calls(line, 24, "11", 500)
    line.run(11)
    assert not watch.look().worse
    with line.database.read() as connection:
        assert revisions.live(connection).trial is not None
