"""The record of announced waits against hand computation; silence and its end; rows that cannot be."""

from __future__ import annotations

import math
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.acd.announced_estimates import (
    AnnouncedEstimate,
    AnnouncementAccuracy,
    by_day,
    honest,
    record,
    why_silent,
)
from ivr.acd.matching import rank
from ivr.acd.waits import JournalReader
from ivr.store.journal import JournalRow

NEW_YORK = ZoneInfo("America/New_York")
MARCH_2 = 1_772_463_600.0  # 10:00 in New York


def promise(
    low=60.0, high=120.0, actual=None, outcome="answered", point=None, at=MARCH_2
) -> AnnouncedEstimate:
    return AnnouncedEstimate("support", at, low, high, point, outcome if actual is not None else None, actual)


@pytest.mark.parametrize(
    ("made", "known", "kept", "late"),
    [
        (promise(actual=60.0), True, True, False),
        (promise(actual=120.0), True, True, False),
        (promise(actual=59.9), True, False, False),
        (promise(actual=120.1), True, False, False),
        (promise(actual=150.0), True, False, False),
        (promise(actual=150.1), True, False, True),
        (promise(actual=119.0, outcome="abandoned"), False, False, False),
        (promise(actual=120.5, outcome="abandoned"), True, False, True),
        (promise(actual=120.5, outcome="left"), True, False, True),
        (promise(actual=500.0, outcome="moved"), False, False, False),
        (promise(3600.0, None, actual=3500.0), True, False, False),
        (promise(3600.0, None, actual=9000.0), True, True, False),
        (promise(3600.0, None, actual=9000.0, outcome="abandoned"), False, False, False),
        (promise(), False, False, False),
    ],
)
def test_one_promise(made, known, kept, late):
    assert (made.known, made.kept, made.late) == (known, kept, late)


def test_a_day_by_hand():
    found = record(
        [
            promise(actual=90.0, point=100.0),
            promise(actual=200.0),  # expected: the middle, 90
            promise(0.0, 60.0, actual=10.0),  # expected 30
            promise(60.0, 300.0, actual=400.0, outcome="abandoned"),
            promise(60.0, 300.0, actual=30.0, outcome="abandoned"),
            promise(60.0, 300.0),
            promise(actual=90.0, outcome="moved"),
        ]
    )
    assert (found.promises, found.outcomes, found.kept, found.late_ones) == (7, 4, 2, 2)
    assert (found.gone_early, found.open, found.unusable) == (1, 1, 1)
    assert (found.wide, found.wide_kept) == (3, 1)
    assert found.coverage == 0.5 and found.late == 0.5
    assert found.bias == pytest.approx((100 + 90 + 30 - 300) / 300)
    assert found.width == 60.0  # of 60 60 60 60 240 240 240


def test_nothing_divides_by_nothing():
    empty = record([])
    assert (empty.coverage, empty.late, empty.bias, empty.width) == (None, None, None, None)
    assert record([promise(actual=0.0, low=0.0)]).bias is None


def test_days_are_local():
    late_evening = promise(at=MARCH_2 + 13.9 * 3600, actual=70.0)  # 23:54, and 04:54 UTC of the next day
    found = by_day([promise(actual=70.0), late_evening, promise(at=MARCH_2 + 86_400, actual=1.0)], NEW_YORK)
    assert {day: of.outcomes for day, of in found.items()} == {date(2026, 3, 2): 2, date(2026, 3, 3): 1}


def of(
    kept: int, outcomes: int, wide: int | None = None, wide_kept: int | None = None
) -> AnnouncementAccuracy:
    wide = outcomes if wide is None else wide
    return AnnouncementAccuracy(
        outcomes=outcomes, kept=kept, wide=wide, wide_kept=kept if wide_kept is None else wide_kept
    )


@pytest.mark.parametrize(
    ("judged", "speaks", "speaks_again"),
    [
        (of(0, 0), True, True),
        (of(0, 19), True, True),
        (of(0, 20), True, False),
        (of(0, 39), True, False),
        (of(29, 40), False, False),
        (of(30, 40), True, False),
        (of(32, 40), True, True),
        (of(38, 40), True, True),
        (of(97, 100), True, False),
        (of(98, 100), False, False),
        (of(500, 500, wide=0, wide_kept=0), True, True),  # "less than a minute" every time, and always true
        (of(490, 500, wide=100, wide_kept=90), True, True),
        (of(499, 500, wide=100, wide_kept=99), False, False),
    ],
)
def test_silence_and_its_end(judged, speaks, speaks_again):
    assert honest(judged) is speaks
    assert honest(judged, was_silent=True) is speaks_again


def test_the_reason_is_told():
    assert why_silent(of(20, 50)) == "only 20 of 50 promises of the last 7 days were kept"
    assert why_silent(of(100, 100)).startswith("100 of 100 promises of the last 7 days were kept: the ranges")


odd = st.one_of(st.none(), st.floats(), st.sampled_from([-1.0, 0.0, 1e9, 3 * 86_400.0, math.inf]))


rows_from_nowhere = st.builds(
    AnnouncedEstimate,
    queue=st.just("q"),
    said_at=st.one_of(st.just(MARCH_2), st.floats()),
    low=odd.map(lambda x: x or 0.0),
    high=odd,
    point=odd,
    outcome=st.sampled_from([None, "answered", "abandoned", "left", "?"]),
    actual=odd,
)


@given(st.lists(rows_from_nowhere, max_size=20))
def test_absurd_rows_never_hurt_and_never_count(rows):
    found = record(rows)
    by_day(rows, NEW_YORK)
    assert found.outcomes + found.gone_early + found.open + found.unusable == found.promises == len(rows)
    assert 0 <= found.kept <= found.outcomes and 0 <= found.late_ones <= found.outcomes
    assert found.bias is None or math.isfinite(found.bias)
    assert found.outcomes <= sum(row.actual is not None and 0 <= row.actual < 86_400 for row in rows)


# Who would have been reached when ---------------------------------------------------------------------------


def reads(*lines: tuple) -> list[tuple]:
    """(second, kind, call, value) of the events of a few journal lines."""
    reader, found = JournalReader(), []
    for at, kind, call, agent, body in lines:
        for event in reader.events(
            JournalRow(at, kind, call, agent, None if call is None else "support", body)
        ):
            found.append((event.t, event.kind, event.call, event.value))
    return found


def queued(at: float, call: str, priority: int = 0) -> tuple:
    body = {"entered_at": at, "priority": priority, "rank_at": rank(at, priority, 300.0)}
    return (at, "queued", call, None, body)


def test_a_caller_who_hung_up_is_reached_when_an_agent_takes_somebody_behind():
    events = reads(
        queued(0.0, "A"), queued(10.0, "B"), queued(20.0, "C"),
        (50.0, "abandoned", "B", None, {"waited_s": 40.0}),
        (60.0, "connected", "A", "desk-1", {"waited_s": 60.0}),
        (90.0, "connected", "C", "desk-2", {"waited_s": 70.0}),
    )  # fmt: skip
    assert [event for event in events if event[1] == "virtual"] == [(90.0, "virtual", "B", 80.0)]


def test_an_urgent_caller_who_came_later_stands_before():
    events = reads(
        queued(0.0, "A"), queued(5.0, "B", priority=3), queued(9.0, "C"),
        (10.0, "abandoned", "A", None, {"waited_s": 10.0}),
        (30.0, "connected", "B", "desk-1", {"waited_s": 25.0}),
        (70.0, "connected", "C", "desk-1", {"waited_s": 61.0}),
    )  # fmt: skip
    assert [event for event in events if event[1] == "virtual"] == [(70.0, "virtual", "A", 70.0)]


def test_an_agent_free_with_nobody_to_take_would_have_taken_them():
    served = (1.0, "offered", "X", "desk-1", {"waited_s": 0.0})
    free = (100.0, "agent_available", None, "desk-1", {"was": "wrapping_up", "lasted_s": 30.0})
    events = reads(
        queued(0.0, "A"), served, (40.0, "abandoned", "A", None, {"waited_s": 40.0}), free, queued(200.0, "B")
    )
    assert [event for event in events if event[1] == "virtual"] == [(100.0, "virtual", "A", 100.0)]
    taken = (100.1, "offered", "Y", "desk-1", {"waited_s": 5.0})
    events = reads(
        queued(0.0, "A"), served, (40.0, "abandoned", "A", None, {}), free, taken, queued(200.0, "B")
    )
    assert not [event for event in events if event[1] == "virtual"]


def test_nobody_for_two_hours_teaches_nothing():
    events = reads(
        queued(0.0, "A"), (10.0, "abandoned", "A", None, {"waited_s": 10.0}), queued(7300.0, "B"),
        (7400.0, "connected", "B", "desk-1", {"waited_s": 100.0}),
    )  # fmt: skip
    assert [event[1] for event in events if event[2] == "A"] == ["enqueue", "abandon", "forget"]


def test_wrap_up_has_a_queue_and_a_missed_call_is_no_break():
    kinds = [kind for _, kind, _, _ in reads(
        (0.0, "agent_away", None, "desk-1", {"was": "signed_out", "lasted_s": 0.0}),
        (0.0, "agent_available", None, "desk-1", {"was": "away", "lasted_s": 0.0}),
        (5.0, "talk_ended", "A", "desk-1", {"seconds": 5.0}),
        (9.0, "agent_available", None, "desk-1", {"was": "wrapping_up", "lasted_s": 4.0}),
        (30.0, "agent_away", None, "desk-1", {"was": "offered", "lasted_s": 20.0}),
        (30.0, "offer_expired", "B", "desk-1", {}),
        (60.0, "agent_available", None, "desk-1", {"was": "away", "lasted_s": 30.0}),
    )]  # fmt: skip
    assert kinds == ["login", "talk_end", "ready", "noanswer", "break", "return"]
