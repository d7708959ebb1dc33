"""I-07: priority ages, so that nobody starves."""

from ivr.acd.matching import rank

POINT_S = 300.0


def test_without_priority_the_time_of_entry_counts():
    assert rank(1000.0, 0, POINT_S) == 1000.0


def test_who_is_urgent_goes_before_those_who_came_a_little_earlier():
    assert rank(1000.0, 1, POINT_S) < rank(701.0, 0, POINT_S)


def test_who_came_much_earlier_is_not_overtaken():
    assert rank(1000.0, 1, POINT_S) > rank(699.0, 0, POINT_S)


def test_less_urgent_callers_are_served_too():
    assert rank(0.0, -2, POINT_S) < rank(601.0, 0, POINT_S)
