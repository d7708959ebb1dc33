"""Matching against small examples, and against a slow matcher that is right by inspection."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.acd.matching import MOST_CANDIDATES, match
from ivr.acd.records import FreeAgent, WaitingCall


def call(sid, queue="support", rank=0.0, declined_by=()):
    return WaitingCall(sid, queue, rank, frozenset(declined_by))


def agent(id, *queues, idle_since=0.0):
    return FreeAgent(id, queues or ("support",), idle_since)


def pairs(matches):
    return [(m.call.call_sid, m.agent.id) for m in matches]


def test_who_waits_longest_meets_who_is_idle_longest():
    waiting = [call("CA2", rank=20), call("CA1", rank=10), call("CA3", rank=30)]
    free = [agent("b", idle_since=2), agent("a", idle_since=5)]
    assert pairs(match(waiting, free)) == [("CA1", "b"), ("CA2", "a")]


def test_equal_ranks_are_settled_by_id():
    waiting = [call("CA2"), call("CA1")]
    assert pairs(match(waiting, [agent("b"), agent("a")])) == [("CA1", "a"), ("CA2", "b")]


def test_only_agents_who_serve_the_queue():
    waiting = [call("CA1", "billing", rank=1), call("CA2", "support", rank=2)]
    assert pairs(match(waiting, [agent("a", "support")])) == [("CA2", "a")]


def test_an_agent_of_several_queues_is_used_once():
    waiting = [call("CA1", "billing", rank=1), call("CA2", "support", rank=2)]
    assert pairs(match(waiting, [agent("a", "support", "billing")])) == [("CA1", "a")]


def test_who_declined_is_passed_over_for_that_call_only():
    waiting = [call("CA1", rank=1, declined_by=["a"]), call("CA2", rank=2)]
    free = [agent("a", idle_since=1), agent("b", idle_since=9)]
    assert pairs(match(waiting, free)) == [("CA1", "b"), ("CA2", "a")]


def test_a_call_all_have_declined_does_not_stop_the_line():
    waiting = [call("CA1", rank=1, declined_by=["a"]), call("CA2", rank=2)]
    assert pairs(match(waiting, [agent("a")])) == [("CA2", "a")]


def test_nobody_waits_or_nobody_is_free():
    assert match([], [agent("a")]) == []
    assert match([call("CA1")], []) == []


def test_the_same_whatever_the_order_given():
    waiting = [call(f"CA{i}", rank=i % 3) for i in range(6)]
    free = [agent(f"a{i}", idle_since=i % 2) for i in range(4)]
    assert match(waiting, free) == match(waiting[::-1], free[::-1])


def test_candidates_are_who_could_have_had_it_best_first():
    free = [agent("a", idle_since=3), agent("b", idle_since=1), agent("c", "billing"), agent("d")]
    first, second = match([call("CA1", rank=1), call("CA2", rank=2, declined_by=["b"])], free)
    assert first.candidates == ("d", "b", "a")
    assert second.candidates == ("a",)


def test_candidates_are_bounded():
    (only,) = match([call("CA1")], [agent(f"a{i:03}") for i in range(100)])
    assert only.candidates == tuple(f"a{i:03}" for i in range(MOST_CANDIDATES))


QUEUES = ("billing", "sales", "support")
SOME_QUEUES = st.lists(st.sampled_from(QUEUES), min_size=1, max_size=3, unique=True).map(tuple)
AGENTS = st.lists(
    st.builds(FreeAgent, st.sampled_from("abcdefgh"), SOME_QUEUES, st.integers(0, 3)),
    max_size=8,
    unique_by=lambda a: a.id,
)
CALLS = st.lists(
    st.builds(
        WaitingCall,
        st.sampled_from([f"CA{i}" for i in range(9)]),
        st.sampled_from(QUEUES),
        st.integers(0, 4),
        st.frozensets(st.sampled_from("abc"), max_size=3),
    ),
    max_size=9,
    unique_by=lambda c: c.call_sid,
)


def slow_match(waiting, free):
    """The rule of the docstring, read aloud."""
    left, found = list(free), []
    for one in sorted(waiting, key=lambda c: (c.rank, c.call_sid)):
        could = [a for a in left if one.queue in a.queues and a.id not in one.declined_by]
        could.sort(key=lambda a: (a.idle_since, a.id))
        if could:
            left.remove(could[0])
            found.append((one.call_sid, could[0].id, tuple(a.id for a in could[:MOST_CANDIDATES])))
    return found


@settings(max_examples=300, deadline=None)
@given(CALLS, AGENTS)
def test_equal_to_the_slow_matcher(waiting, free):
    fast = [(m.call.call_sid, m.agent.id, m.candidates) for m in match(waiting, free)]
    assert fast == slow_match(waiting, free)


@settings(max_examples=200, deadline=None)
@given(CALLS, AGENTS)
def test_each_is_used_once_and_none_is_left_beside_work(waiting, free):
    matches = match(waiting, free)
    called, used = {m.call.call_sid for m in matches}, {m.agent.id for m in matches}
    assert len(called) == len(used) == len(matches)
    for one in waiting:
        for who in free:
            if one.call_sid not in called and who.id not in used:
                assert one.queue not in who.queues or who.id in one.declined_by
