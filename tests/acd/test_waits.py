"""The wait estimator: what holds for every floor, and that it learns what the floor teaches."""

import json
import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ivr.acd.waits import ALL_KINDS, AgentView, Event, Snapshot, WaitEstimator, WaitingCaller

NOON = 43_200.0


def snapshot(pos=0, agents=3, t=NOON, waited=0.0, state="talk", queue="support", skills=None, kind="live"):
    """A line of `pos` callers and then one more, and agents in the middle of their calls."""
    line = [WaitingCaller(i, queue, 0, t - 5.0 * (pos - i) - waited, kind, i) for i in range(pos)]
    line.append(WaitingCaller(-1, queue, 0, t - waited, "live", pos))
    skills = skills or (queue,)
    views = [AgentView(i, skills, state, t - 30.0 * i, queue) for i in range(agents)]
    return Snapshot(t, line[pos], waited, pos, line, {queue: line}, views)


def taught(talk=240.0, wait=60.0, calls=200, hang_ups=0, missed=0.0):
    """An estimator that has watched a steady day: one call each 30 seconds, each as long as the last."""
    estimator = WaitEstimator()
    for i in range(calls):
        t = 30_000.0 + 30.0 * i
        estimator.observe(Event(t, "enqueue", "support", i, -1, 0.0))
        estimator.observe(Event(t, "offer", "support", i, 1, wait))
        if missed and i % round(1 / missed) == 0:
            estimator.observe(Event(t + 20.0, "noanswer", "support", i, 1, 20.0))
        estimator.observe(Event(t + 4.0, "connect", "support", i, 1, wait))
        estimator.observe(Event(t + 20.0, "talk_end", "support", i, 1, talk * (0.7 + 0.6 * (i % 10) / 9)))
        estimator.observe(Event(t + 25.0, "ready", "support", i, 1, 10.0))
        for j in range(hang_ups):
            estimator.observe(Event(t + 26.0, "abandon", "support", 10_000 + i * 9 + j, -1, 40.0))
    return estimator


def test_nobody_serves_the_queue():
    assert WaitEstimator().estimate(snapshot(agents=0)) is None
    assert WaitEstimator().estimate(snapshot(skills=("billing",))) is None


def test_a_brand_new_site_answers_from_the_prior():
    said = WaitEstimator().estimate(snapshot(pos=0, agents=1))
    assert 60 < said.point < 500
    assert said.low < said.point < said.high


def test_agents_usually_there_at_this_hour_are_expected():
    estimator = WaitEstimator()
    for day in range(5):
        opens = 86_400.0 * day + 9 * 3600
        for agent in range(6):
            estimator.observe(Event(opens, "login", None, -1, agent, 0.0))
        estimator.estimate(snapshot(agents=6, t=opens + 60))
        for minute in range(0, 480, 5):
            estimator.observe(Event(opens + 60.0 * minute, "enqueue", "support", minute, -1, 0.0))
        for agent in range(6):
            estimator.observe(Event(opens + 28_800.0 + 900.0 * agent, "logout", None, -1, agent, 0.0))
    early = 86_400.0 * 5 + 9 * 3600 - 1200
    estimator.observe(Event(early - 400, "enqueue", "support", 1, -1, 0.0))
    said = estimator.estimate(snapshot(agents=0, t=early))
    assert 600 < said.point < 2400
    assert estimator.estimate(snapshot(agents=0, t=early + 50_000)) is None


def test_longer_talks_mean_longer_waits():
    short, long = (taught(talk=t).estimate(snapshot(pos=3)).point for t in (120.0, 480.0))
    assert long > 2.5 * short


def test_more_agents_mean_shorter_waits():
    points = [taught().estimate(snapshot(pos=5, agents=n)).point for n in (1, 2, 4, 8, 16)]
    assert all(a > b for a, b in pairwise(points))


@pytest.mark.parametrize("calls", [0, 30, 200])
@pytest.mark.parametrize("hang_ups", [0, 2])
def test_further_back_is_not_sooner(calls, hang_ups):
    estimator = taught(calls=calls, hang_ups=hang_ups)
    said = [estimator.estimate(snapshot(pos=pos)) for pos in range(40)]
    for near, far in pairwise(said):
        assert far.point >= near.point
        assert far.high >= near.high


def test_impatient_callers_ahead_thin_the_line():
    patient, impatient = (taught(hang_ups=n).estimate(snapshot(pos=20)).point for n in (0, 3))
    assert impatient < 0.8 * patient


def test_a_callback_ahead_keeps_its_place():
    estimator = taught(hang_ups=3)
    live, virtual = (estimator.estimate(snapshot(pos=20, kind=k)).point for k in ("live", "callback"))
    assert virtual > 1.2 * live


def test_callers_of_higher_priority_still_to_come_are_counted():
    vip = taught()
    for i in range(60):
        vip.observe(Event(NOON - 600 + 10.0 * i, "enqueue", "support", 5000 + i, -1, 9.0))
    assert vip.estimate(snapshot(pos=3)).point > 1.3 * taught().estimate(snapshot(pos=3)).point


def test_agents_shared_with_a_long_line_elsewhere_come_later():
    alone = snapshot(pos=2, skills=("support", "billing"))
    shared = snapshot(pos=2, skills=("support", "billing"))
    others = [WaitingCaller(100 + i, "billing", 0, NOON - 300, "live", -50 + i) for i in range(10)]
    shared.lines = {"support": shared.line, "billing": others}
    estimator = WaitEstimator()
    assert estimator.estimate(shared).point > 2 * estimator.estimate(alone).point


def test_an_agent_deep_in_wrap_up_is_nearer_than_one_in_a_break():
    wrap, pause = (taught().estimate(snapshot(agents=1, state=s)).point for s in ("wrap", "pause"))
    assert wrap < 0.5 * pause


@pytest.mark.parametrize("kind", ["connect", "virtual"])
def test_waits_always_longer_than_said_move_range_and_point_up(kind):
    estimator = taught()
    before = estimator.estimate(snapshot(pos=4))
    for i in range(400):
        snap = snapshot(pos=4)
        snap.me.id = call = 20_000 + i
        said = estimator.estimate(snap)
        estimator.observe(Event(NOON, kind, "support", call, 1, 1.5 * before.point + (i % 20)))
    assert said.point > 1.2 * before.point
    assert said.high > 1.1 * before.high
    assert said.low > before.low


def test_what_was_learnt_survives_json():
    estimator = taught(hang_ups=1, missed=0.1)
    for i in range(50):
        snap = snapshot(pos=2)
        snap.me.id = 20_000 + i
        estimator.estimate(snap)
        estimator.observe(Event(NOON, "connect", "support", 20_000 + i, 1, 90.0))
    again = WaitEstimator()
    again.load(json.loads(json.dumps(estimator.dump())))
    for pos in (0, 3, 30):
        kept, was = again.estimate(snapshot(pos=pos)), estimator.estimate(snapshot(pos=pos))
        assert kept == pytest.approx(was, rel=0.02)
    assert again.dump().keys() == estimator.dump().keys()


ABSURD = st.sampled_from([-1.0, 0.0, 1.0, 300.0, 1e5, 1e9, -1e9, math.nan, math.inf, -math.inf])
EVENTS = st.builds(
    Event,
    st.one_of(ABSURD, st.floats(0, 1e6)),
    st.sampled_from([*ALL_KINDS, "unheard_of"]),
    st.sampled_from(["support", "billing", None]),
    st.integers(-1, 5),
    st.integers(-1, 3),
    st.one_of(ABSURD, st.floats(0, 4000), st.none()),
)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(EVENTS, max_size=60),
    st.integers(0, 12),
    st.integers(0, 4),
    st.one_of(ABSURD, st.floats(0, 1e6)),
    st.sampled_from(["idle", "ring", "talk", "wrap", "pause", "off", "juggling"]),
    st.one_of(ABSURD, st.floats(0, 1e4)),
)
def test_absurd_events_and_floors_never_hurt(events, pos, agents, t, state, waited):
    estimator = WaitEstimator()
    for i, event in enumerate(events):
        estimator.observe(event)
        if i % 20 == 0:
            estimator.estimate(snapshot(pos=pos, agents=agents, t=t))
    said = estimator.estimate(snapshot(pos=pos, agents=agents, t=t, state=state, waited=waited))
    if agents and math.isfinite(t):
        assert said is not None
    if said is not None:
        assert all(math.isfinite(x) for x in said)
        assert 0.0 <= said.low <= said.point <= said.high


def test_the_same_events_give_the_same_answer():
    assert taught(hang_ups=1).estimate(snapshot(pos=7)) == taught(hang_ups=1).estimate(snapshot(pos=7))
