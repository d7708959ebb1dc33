"""Promise 3: every spoken wait is honest, and does not grow without saying why."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.engine.announcement_policy import LATE, NONE, AnnouncedWait, announce, speak
from ivr.engine.context import CallContext
from ivr.engine.phrases import phrase
from tests.engine.driving import MORNING

FACTS = CallContext(now=MORNING)


def words(low, high, language="en-US"):
    spoken = speak(low, high)
    return phrase(spoken.phrase, language, FACTS, **spoken.minutes).text if spoken.phrase else ""


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (None, None, ""),
        (0, 40, "Your wait will be between a few seconds and one minute."),
        (20, 110, "Your wait will be between a few seconds and 2 minutes."),
        (130, 290, "Your wait will be between 2 and 5 minutes."),
        (115, 123, "Your wait will be between 1 and 2 minutes."),
        (1300, 2500, "Your wait will be between 20 and 40 minutes."),
        (3700, 5000, "Your wait will be more than 60 minutes."),
        (3000, 5000, "Your wait will be more than 50 minutes."),
        (100, 1900, ""),
        (300, 200, ""),
        (float("nan"), 100, ""),
    ],
)
def test_what_is_said(low, high, expected):
    assert words(low, high) == expected


def test_in_spanish():
    assert words(130, 290, "es-US") == "Su espera será de entre 2 y 5 minutos."


@given(st.floats(0, 4000), st.floats(0, 4000))
def test_a_range_reaches_as_far_as_the_truth_but_for_the_trimming(low, more):
    spoken = speak(low, low + more)
    if spoken.high is not None:
        assert spoken.high >= (low + more) * 0.75 or spoken.high >= low + more - 180
        assert spoken.low < spoken.high


@given(
    st.lists(st.tuples(st.floats(1, 120), st.floats(0, 3000), st.floats(0, 1200)), min_size=2, max_size=20)
)
def test_the_upper_end_never_rises_without_being_withdrawn_in_words(steps):
    promise, at, last = {}, 0.0, None
    for passed, low, more in steps:
        at += passed
        spoken, promise = announce(promise, at, low, low + more)
        if spoken.kind == LATE:
            last = None
        elif spoken.high is not None:
            assert last is None or spoken.high <= max(last, 60.0)
            last = spoken.high


def test_a_promise_is_counted_down_then_withdrawn_once():
    first, promise = announce({}, 0, 200, 300)
    assert (first.low, first.high) == (180, 300)
    later, promise = announce(promise, 60, 200, 300)
    assert later.high <= 300
    late, promise = announce(promise, 120, 900, 1200)
    assert (late.kind, promise) == (LATE, {})
    fresh, promise = announce(promise, 150, 900, 1200)
    assert fresh.high == 1200


def test_no_number_keeps_the_promise():
    _, promise = announce({}, 0, 200, 300)
    nothing, kept = announce(promise, 30, None, None)
    assert (nothing.kind, kept) == (NONE, promise)


def test_a_promise_is_not_withdrawn_for_a_small_chance_of_missing_it():
    """Promised within 3 minutes; a minute later it looks like 0 to 5 minutes, most likely one and a half."""
    promise = {"due": 180.0, "high": 180.0}
    assert announce(promise, 60.0, 20.0, 290.0, 90.0) == (AnnouncedWait(NONE), promise)
    assert announce(promise, 60.0, 20.0, 290.0, 150.0) == (AnnouncedWait(NONE), promise)
    assert announce(promise, 60.0, 90.0, 390.0, 220.0) == (AnnouncedWait(LATE), {})
    assert announce(promise, 200.0, 20.0, 290.0, 90.0) == (AnnouncedWait(LATE), {})


@given(
    due=st.floats(1, 3000),
    at=st.floats(0, 3000),
    low=st.floats(0, 3000),
    more=st.floats(0, 3000),
    share=st.floats(0, 1),
)
def test_longer_than_expected_is_said_only_when_it_is_likely(due, at, low, more, share):
    middle = low + share * more
    spoken, _ = announce({"due": due, "high": 3600.0}, at, low, low + more, middle)
    if spoken.kind == LATE:
        assert at + middle >= due


@pytest.mark.parametrize("mistaken", [1.0, 1.4, 0.7])
@pytest.mark.parametrize("noise", [0.2, 0.4, 0.6])
def test_at_most_one_withdrawal_in_five_is_needless(noise, mistaken):
    """Lognormal waits, forecast through noise of their own and of each look; handle times set wrongly too."""
    said = needless = 0
    for seed in range(5):
        draw = random.Random(seed)
        for _ in range(1200):
            wait, promise = draw.lognormvariate(5.3, 0.7), {}
            error = mistaken * draw.lognormvariate(0, noise)
            for at in range(6, int(wait), 30):
                left = (wait - at) * draw.lognormvariate(0, 0.2) * error
                due = promise.get("due")
                spoken, promise = announce(promise, at, 0.45 * left, 1.9 * left, left)
                if spoken.kind == LATE:
                    said += 1
                    needless += wait <= due
    assert said
    assert needless / said <= 0.2, (said, needless)


@given(due=st.floats(0, 3000), low=st.floats(0, 900), more=st.floats(0, 900), past=st.floats(0, 600))
def test_a_moment_that_has_passed_is_always_withdrawn(due, low, more, past):
    """Unless there is a number that keeps it, which a moment in the past leaves to "less than a minute"."""
    promise = {"due": due, "high": 3600.0}
    spoken, _ = announce(promise, due + past, low, low + more, low + more / 2)
    if spoken.kind == NONE:
        assert speak(low, low + more).kind == NONE
    else:
        assert spoken.kind == LATE or (spoken.high is not None and spoken.high <= 60.0 and past <= 60.0)
