"""A goal that is missed: told once, after a while; told over, after a while; nothing told of what passes."""

import pytest

from ivr.acd.reports.goals import FORGET, TELL_MET, TELL_MISSED, WAIT, Incident, Recent, judged

AFTER = 300.0


def played(*shares: float | None, every: float = 60.0) -> list[tuple[float, str]]:
    """What is done, at which second, as the share goes on like this."""
    incident, found = None, []
    for number, share in enumerate(shares):
        todo, incident = judged(incident, share, 0.8, AFTER, number * every)
        if todo != WAIT:
            found.append((number * every, todo))
        if todo == TELL_MET:
            incident = None
    return found


def test_a_miss_is_told_once_after_its_time_and_its_end_once():
    assert played(*[0.5] * 20, *[0.9] * 20) == [(300, TELL_MISSED), (1500, TELL_MET)]


def test_what_passes_before_anybody_was_told_leaves_no_trace():
    assert played(0.5, 0.5, 0.9, 0.5, 0.5, None, 0.5, 0.9) == [(120, FORGET), (300, FORGET), (420, FORGET)]


def test_a_queue_on_the_edge_is_one_incident():
    assert played(*[0.79, 0.81] * 2, *[0.5] * 6, *[0.81, 0.79] * 20) == [
        (60, FORGET),
        (180, FORGET),
        (540, TELL_MISSED),
    ]


def test_a_quiet_night_ends_an_incident():
    assert played(*[0.0] * 6, *[None] * 6) == [(300, TELL_MISSED), (660, TELL_MET)]


def test_exactly_the_goal_meets_it():
    assert judged(None, 0.8, 0.8, AFTER, 0.0) == (WAIT, None)


def test_the_incident_keeps_when_it_began_and_how_bad_it_is_now():
    _, one = judged(None, 0.5, 0.8, AFTER, 10.0)
    todo, two = judged(one, 0.4, 0.8, AFTER, 310.0)

    assert (todo, two) == (TELL_MISSED, Incident(10.0, 0.4, told_at=310.0))


@pytest.mark.parametrize(
    ("recent", "share"),
    [
        (Recent(4, 1), 0.8),
        (Recent(3, 1), None),  # four callers say nothing
        (Recent(0, 0, overdue=5), 0.0),  # nobody is answered at all: no wait has ended yet
        (Recent(0, 0), None),
    ],
)
def test_who_still_waits_too_long_is_missed_already(recent, share):
    assert recent.share(5) == share
