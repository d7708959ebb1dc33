"""Matching against small examples. See also test_slow_matcher.py."""

from collections import Counter

import pytest

from ivr.acd.floor import CALLBACK, DIALLING, TO_DIAL, CallbackDial, Floor, FreeAgent, WaitingCall
from ivr.acd.matching import MOST_CANDIDATES, match

NOW = 1000.0


def call(id, queue="support", rank=0.0, declined_by=(), **more):
    return WaitingCall(id, queue, rank, frozenset(declined_by), **more)


def agent(id, *queues, idle_since=0.0, level=1, **skills):
    return FreeAgent(id, dict.fromkeys(queues or ("support",), level), idle_since, skills)


def in_lines(waiting):
    lines = {}
    for one in sorted(waiting, key=lambda c: (c.rank, c.id)):
        lines.setdefault(one.queue, []).append(one)
    return lines


def matched(waiting, free, now=NOW, dialling=()):
    return match(Floor(now, in_lines(waiting), free, dialling))


def pairs(waiting, free, **more):
    return [(m.call.id, m.agent.id) for m in matched(waiting, free, **more)]


def test_who_waits_longest_meets_who_is_idle_longest():
    waiting = [call("CA2", rank=20), call("CA1", rank=10), call("CA3", rank=30)]
    free = [agent("b", idle_since=2), agent("a", idle_since=5)]
    assert pairs(waiting, free) == [("CA1", "b"), ("CA2", "a")]


def test_equal_ranks_are_settled_by_id():
    waiting = [call("CA2"), call("CA1")]
    assert [id for id, _ in pairs(waiting, [agent("b"), agent("a")])] == ["CA1", "CA2"]


def test_of_many_idle_since_the_same_instant_each_is_sometimes_the_first():
    begins = Counter()
    for instant in range(400):
        free = [agent(f"desk-{i}", idle_since=float(instant)) for i in range(4)]
        begins[pairs([call("CA1")], free)[0][1]] += 1
    assert len(begins) == 4
    assert min(begins.values()) > 60


def test_only_agents_who_serve_the_queue():
    waiting = [call("CA1", "billing", rank=1), call("CA2", "support", rank=2)]
    assert pairs(waiting, [agent("a", "support")]) == [("CA2", "a")]


def test_an_agent_of_several_queues_is_used_once():
    waiting = [call("CA1", "billing", rank=1), call("CA2", "support", rank=2)]
    assert pairs(waiting, [agent("a", "support", "billing")]) == [("CA1", "a")]


def test_who_declined_is_passed_over_for_that_call_only():
    waiting = [call("CA1", rank=1, declined_by=["a"]), call("CA2", rank=2)]
    free = [agent("a", idle_since=1), agent("b", idle_since=9)]
    assert pairs(waiting, free) == [("CA1", "b"), ("CA2", "a")]


def test_a_call_all_have_declined_does_not_stop_the_line():
    waiting = [call("CA1", rank=1, declined_by=["a"]), call("CA2", rank=2)]
    assert pairs(waiting, [agent("a")]) == [("CA2", "a")]


def test_nobody_waits_or_nobody_is_free():
    assert matched([], [agent("a")]) == []
    assert matched([call("CA1")], []) == []


def test_the_same_whatever_the_order_of_agents_and_queues():
    waiting = [call(f"CA{i}", "support" if i % 2 else "billing", rank=i % 3) for i in range(6)]
    free = [agent(f"a{i}", "support", "billing", idle_since=i % 2) for i in range(4)]
    lines = in_lines(waiting)
    turned = dict(reversed(lines.items()))
    assert match(Floor(NOW, lines, free)) == match(Floor(NOW, turned, free[::-1]))


def test_candidates_are_who_could_have_had_it_best_first():
    free = [agent("a", idle_since=3), agent("b", idle_since=1), agent("c", "billing"), agent("d")]
    first, second = matched([call("CA1", rank=1), call("CA2", rank=2, declined_by=["b"])], free)
    assert first.candidates == ("d", "b", "a")
    assert second.candidates == ("a",)


def test_candidates_are_bounded():
    (only,) = matched([call("CA1")], [agent(f"a{i:03}", idle_since=i) for i in range(100)])
    assert only.candidates == tuple(f"a{i:03}" for i in range(MOST_CANDIDATES))


# Levels and skills ----------------------------------------------------------------------------------------


def test_a_lower_level_is_asked_first_however_short_they_have_been_idle():
    free = [agent("second", level=2, idle_since=1), agent("first", level=1, idle_since=900)]
    assert pairs([call("CA1", rank=1), call("CA2", rank=2)], free) == [("CA1", "first"), ("CA2", "second")]


def test_the_level_is_that_in_the_queue_of_the_call():
    both = FreeAgent("a", {"support": 2, "billing": 1}, 0.0)
    other = FreeAgent("b", {"support": 1, "billing": 2}, 0.0)
    assert pairs([call("CA1", "billing", rank=1)], [both, other]) == [("CA1", "a")]
    assert pairs([call("CA1", "support", rank=1)], [both, other]) == [("CA1", "b")]


def test_every_skill_at_its_level_is_needed():
    wants = (("billing", 2), ("german", 3))
    for skills, may in [
        ({"german": 3, "billing": 2}, True),
        ({"german": 9, "billing": 9, "french": 1}, True),
        ({"german": 2, "billing": 2}, False),
        ({"german": 3}, False),
        ({}, False),
    ]:
        found = pairs([call("CA1", skills=wants)], [agent("a", **skills)])
        assert bool(found) is may, skills


def test_who_wants_no_skill_is_not_held_up_by_one_who_wants_a_rare_one():
    waiting = [call("CA1", rank=1, skills=(("german", 1),)), call("CA2", rank=2)]
    assert pairs(waiting, [agent("a")]) == [("CA2", "a")]


# The preferred agent --------------------------------------------------------------------------------------


def test_the_preferred_agent_is_asked_first():
    free = [agent("a", idle_since=1), agent("b", idle_since=9, level=2)]
    assert pairs([call("CA1", prefer_agent="b", prefer_until=NOW + 60)], free) == [("CA1", "b")]
    (found,) = matched([call("CA1", prefer_agent="b", prefer_until=NOW - 1)], free)
    assert found.candidates == ("b", "a")


def test_nobody_else_takes_the_call_while_the_preferred_agent_is_at_work():
    wants = call("CA1", rank=1, prefer_agent="busy", prefer_until=NOW + 60)
    assert pairs([wants, call("CA2", rank=2)], [agent("a"), agent("b", idle_since=1)]) == [("CA2", "a")]


def test_the_preference_ends_with_its_time():
    wants = call("CA1", prefer_agent="busy", prefer_until=NOW)
    assert pairs([wants], [agent("a")]) == [("CA1", "a")]


@pytest.mark.parametrize(
    "preferred", [agent("b", "billing"), agent("b", french=9)], ids=["other queue", "lacks the skill"]
)
def test_a_preferred_agent_who_may_not_take_the_call_is_not_waited_for(preferred):
    wants = call("CA1", skills=(("german", 1),), prefer_agent="b", prefer_until=NOW + 60)
    assert pairs([wants], [preferred, agent("a", german=1)]) == [("CA1", "a")]


def test_a_preferred_agent_who_declined_is_not_waited_for():
    wants = call("CA1", declined_by=["b"], prefer_agent="b", prefer_until=NOW + 60)
    assert pairs([wants], [agent("a"), agent("b", idle_since=-9)]) == [("CA1", "a")]
    assert pairs([wants], [agent("a")]) == [("CA1", "a")]


# Callbacks ------------------------------------------------------------------------------------------------


def test_a_place_that_is_not_due_does_not_hold_up_the_line():
    waiting = [call("CA1", rank=1, kind=CALLBACK, not_before=NOW + 1), call("CA2", rank=2)]
    assert pairs(waiting, [agent("a"), agent("b")]) in ([("CA2", "a")], [("CA2", "b")])
    assert [id for id, _ in pairs(waiting, [agent("a")], now=NOW + 1)] == ["CA1"]


def test_a_callback_in_which_the_customer_comes_first_takes_an_agent_and_is_dialled():
    waiting = [call("cb-1", rank=1, kind=TO_DIAL), call("CA2", rank=2)]
    dial, offer = matched(waiting, [agent("a", idle_since=1), agent("b", idle_since=2)])
    assert isinstance(dial, CallbackDial)
    assert (dial.call.id, dial.agent.id, dial.candidates) == ("cb-1", "a", ("a", "b"))
    assert not isinstance(offer, CallbackDial)
    assert (offer.call.id, offer.agent.id) == ("CA2", "b")


def test_an_agent_is_kept_free_for_a_customer_who_is_being_dialled():
    dialling = [call("cb-1", rank=50, kind=DIALLING)]
    assert pairs([call("CA1", rank=1)], [agent("a")], dialling=dialling) == []
    free = [agent("a", idle_since=1), agent("b", idle_since=2), agent("c", "billing")]
    assert pairs([call("CA1", rank=1)], free, dialling=dialling) == [("CA1", "b")]


def test_of_a_long_line_no_more_is_read_than_there_are_agents_for():
    read = []

    def line(queue):
        for i in range(10_000):
            read.append(queue)
            yield call(f"{queue}-{i:05}", queue, rank=float(i))

    lines = {"support": line("support"), "billing": line("billing")}
    free = [agent("a", "support"), agent("b", "support", idle_since=1)]
    assert len(match(Floor(NOW, lines, free))) == 2
    assert len(read) <= 3
    assert set(read) == {"support"}


def test_callers_nobody_free_may_take_hold_up_nobody_behind_them():
    """Six hundred who want German, and one behind them who does not."""
    line = [call(f"CA{i:04}", rank=i, skills=(("german", 1),)) for i in range(600)]
    assert pairs([*line, call("CB", rank=600)], [agent("a")]) == [("CB", "a")]
