"""One small day at the desk, computed by hand."""

import pytest

from ivr.acd.measures import (
    ABANDONED,
    ANSWERED,
    LEFT,
    FinishedCall,
    WorkedSpan,
    abandonment,
    handle_time,
    occupancy,
    service_level,
    short_abandons,
    speed_of_answer,
)

DAY = [
    FinishedCall(ANSWERED, waited=5, talked=100, wrapped_up=20),
    FinishedCall(ANSWERED, waited=20, talked=200, wrapped_up=0),
    FinishedCall(ANSWERED, waited=65, talked=300, wrapped_up=40),
    FinishedCall(ABANDONED, waited=3),
    FinishedCall(ABANDONED, waited=15),
    FinishedCall(ABANDONED, waited=90),
    FinishedCall(LEFT, waited=400),
]


def test_service_level_counts_late_abandons_as_missed_and_early_ones_not_at_all():
    assert service_level(DAY, target=20) == pytest.approx(2 / 4)
    assert service_level(DAY, target=4) == pytest.approx(0 / 5)
    assert service_level(DAY, target=100) == 1.0


def test_speed_of_answer_is_of_answered_calls():
    assert speed_of_answer(DAY) == pytest.approx(30)


def test_short_abandons_stand_apart():
    assert short_abandons(DAY, short=5) == 1
    assert abandonment(DAY, short=5) == pytest.approx(2 / 5)
    assert abandonment(DAY, short=0) == pytest.approx(3 / 6)


def test_handle_time_is_talk_and_wrap_up():
    assert handle_time(DAY) == pytest.approx((120 + 200 + 340) / 3)


def test_occupancy_leaves_breaks_out():
    spans = [WorkedSpan(on_call=30, wrapping_up=10, available=10), WorkedSpan(30, 10, 30)]
    assert occupancy(spans) == pytest.approx(80 / 120)


def test_nothing_to_measure_is_not_zero():
    nobody = [FinishedCall(LEFT, waited=9)]
    assert service_level(nobody, 20) is speed_of_answer(nobody) is handle_time(nobody) is None
    assert abandonment(nobody, 5) is None
    assert occupancy([]) is None
