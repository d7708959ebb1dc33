"""Matching against a slow matcher that is right by inspection, on random floors."""

from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.acd.floor import CALLBACK, DIALLING, TO_DIAL, CallbackDial, FreeAgent, WaitingCall
from ivr.acd.matching import MOST_CANDIDATES, asked_order
from tests.acd.test_matching import NOW, matched

QUEUES = ("billing", "sales", "support")
SKILLS = st.dictionaries(st.sampled_from(["french", "german"]), st.integers(1, 3), max_size=2)
AGENTS = st.lists(
    st.builds(
        FreeAgent,
        st.sampled_from("abcdefgh"),
        st.dictionaries(st.sampled_from(QUEUES), st.integers(1, 2), min_size=1),
        st.integers(0, 3).map(float),
        SKILLS,
    ),
    max_size=8,
    unique_by=lambda a: a.id,
)
AROUND_NOW = st.sampled_from([0.0, NOW - 1, NOW, NOW + 1])
CALLS = st.lists(
    st.builds(
        WaitingCall,
        st.sampled_from([f"CA{i}" for i in range(12)]),
        st.sampled_from(QUEUES),
        st.integers(0, 4).map(float),
        st.frozensets(st.sampled_from("abc"), max_size=3),
        st.sampled_from(["live", CALLBACK, TO_DIAL, DIALLING]),
        st.one_of(st.just(()), SKILLS.map(lambda wanted: tuple(sorted(wanted.items())))),
        st.one_of(st.none(), st.sampled_from("abcdefghxy")),
        AROUND_NOW,
        AROUND_NOW,
    ),
    max_size=12,
    unique_by=lambda c: c.id,
)


def able(who, one):
    return one.queue in who.queues and all(who.skills.get(name, 0) >= least for name, least in one.skills)


def may_take(left, one, waits_for_preferred):
    """The rule of the docstring, read aloud: who may take this call, whoever is asked first at the head."""
    could = [a for a in left if able(a, one) and a.id not in one.declined_by]
    could.sort(key=lambda a: (a.id != one.prefer_agent, a.queues[one.queue], asked_order(a)))
    preferred_is_there = any(a.id == one.prefer_agent for a in left)
    if waits_for_preferred and not preferred_is_there and one.prefer_agent not in one.declined_by:
        return []
    return could[:MOST_CANDIDATES]


def slow_match(waiting, free):
    left, found = list(free), []
    for one in sorted((c for c in waiting if c.kind == DIALLING), key=lambda c: (c.rank, c.id)):
        could = may_take(left, one, False)
        if could:
            left.remove(could[0])
    for one in sorted(waiting, key=lambda c: (c.rank, c.id)):
        if one.kind == DIALLING or one.not_before > NOW:
            continue
        could = may_take(left, one, one.prefer_agent is not None and one.prefer_until > NOW)
        if could:
            left.remove(could[0])
            found.append((one.id, one.kind == TO_DIAL, could[0].id, tuple(a.id for a in could)))
    return found


@settings(max_examples=500, deadline=None)
@given(CALLS, AGENTS)
def test_equal_to_the_slow_matcher(waiting, free):
    dialling = [one for one in waiting if one.kind == DIALLING]
    others = [one for one in waiting if one.kind != DIALLING]
    fast = [
        (m.call.id, isinstance(m, CallbackDial), m.agent.id, m.candidates)
        for m in matched(others, free, dialling=dialling)
    ]
    assert fast == slow_match(waiting, free)


@settings(max_examples=200, deadline=None)
@given(CALLS, AGENTS)
def test_each_is_used_once_and_none_is_left_beside_work(waiting, free):
    waiting = [one for one in waiting if one.kind != DIALLING and one.not_before <= NOW]
    matches = matched(waiting, free)
    called, used = {m.call.id for m in matches}, {m.agent.id for m in matches}
    assert len(called) == len(used) == len(matches)
    for one in waiting:
        held = one.prefer_agent is not None and one.prefer_until > NOW
        for who in free:
            if one.id not in called and who.id not in used and not held:
                assert not able(who, one) or who.id in one.declined_by, "I-08"
