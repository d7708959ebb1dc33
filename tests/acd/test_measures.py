"""Each measure where it is tempting to count otherwise, and where there is nothing to divide by.

Whole days are in `tests/service/test_report_sums.py`.
"""

from dataclasses import fields

import pytest

from ivr.acd import measures
from ivr.acd.reports.sums import AgentSums, QueueSums, added
from ivr.store.report_figures import queue_day
from ivr.store.report_sums import AGENT_COUNTS, QUEUE_COUNTS


def test_service_level_counts_late_abandons_as_missed_and_early_ones_not_at_all():
    of = QueueSums(answered=3, in_goal=2, abandoned=4, abandoned_short=1, abandoned_late=1)

    assert measures.service_level(of) == pytest.approx(2 / 4)


def test_service_level_of_a_queue_in_which_everybody_hung_up_late_is_nothing_and_not_unknown():
    assert measures.service_level(QueueSums(abandoned=2, abandoned_late=2)) == 0.0


def test_short_abandons_are_neither_callers_nor_losses():
    assert measures.abandonment(QueueSums(answered=8, abandoned=3, abandoned_short=1)) == pytest.approx(0.2)
    assert measures.abandonment(QueueSums(abandoned=3, abandoned_short=3)) is None


def test_handle_time_is_talk_with_holds_and_wrap_up():
    assert measures.handle_time(QueueSums(talks=2, talk_s=200, hold_s=50, wrap_s=40)) == 120


def test_breaks_do_not_make_a_team_look_idle():
    busy = AgentSums(on_call_s=600, wrap_s=120, available_s=260, ringing_s=20)

    assert measures.occupancy(busy) == pytest.approx(0.72)
    assert measures.occupancy(added(busy, AgentSums(away_s=5000))) == pytest.approx(0.72)


def test_callers_who_hang_up_in_the_flow_are_not_taken_for_served():
    assert measures.containment(QueueSums(calls=10, served=4, hung_up=3)) == pytest.approx(0.4)


def test_callbacks_that_the_caller_took_back_are_not_broken_by_us():
    of = QueueSums(callbacks_booked=6, callbacks_kept=3, callbacks_broken=1, callbacks_withdrawn=2)

    assert measures.callbacks_kept(of) == 0.75


@pytest.mark.parametrize(
    "measure",
    [
        measures.service_level,
        measures.speed_of_answer,
        measures.abandonment,
        measures.time_to_abandon,
        measures.handle_time,
        measures.first_contact_resolution,
        measures.containment,
        measures.callbacks_kept,
        measures.promises_kept,
    ],
)
def test_nothing_to_divide_by_is_not_nought(measure):
    assert measure(QueueSums()) is None


def test_an_agent_who_did_nothing_has_no_occupancy_nor_a_caller_a_rating():
    assert measures.occupancy(AgentSums(away_s=100)) is None
    assert measures.satisfaction(0, 0) is None
    assert measures.zero_out(0, 0) is None


@pytest.mark.parametrize(("share", "bound"), [(0.5, 10), (0.75, 20), (0.76, 90), (1.0, None)])
def test_the_wait_within_which_a_share_was_answered(share, bound):
    buckets = {10: 2.0, 20: 1.0, 90: 0.5, None: 0.5}

    assert measures.wait_within(buckets, share) == bound


def test_nobody_answered_has_no_wait():
    assert measures.wait_within({}, 0.5) is None


def test_sums_of_two_are_sums_but_for_the_longest_wait():
    both = added(QueueSums(answered=1, longest_wait_s=50), QueueSums(answered=2, longest_wait_s=20))

    assert (both.answered, both.longest_wait_s) == (3, 50)


def test_what_is_counted_is_what_is_stored():
    assert [each.name for each in fields(QueueSums)] == [*QUEUE_COUNTS, "longest_wait_s"]
    assert [each.name for each in fields(AgentSums)] == list(AGENT_COUNTS)
    assert {column.name for column in queue_day.c} == {"day", "queue", *QUEUE_COUNTS, "longest_wait_s"}
