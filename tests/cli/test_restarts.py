"""Callers wait while everything below `ivr serve` is killed, and while it reloads: the small one of
`python -m benchmarks.restarts`, which does it with forty."""

from __future__ import annotations

import pytest

from benchmarks.restarts import Result, tried


@pytest.mark.slow(120)
def test_nobody_in_line_is_harmed_by_kills_and_reloads(tmp_path):
    result = tried(tmp_path, callers=6, kills=2, reloads=1)

    assert (result.harmed, result.refused) == (0, 0), result
    assert result.in_line == result.callers == 6 + 2, result
    assert result.longest_served_first, result
    assert result.sent_while_away >= 2 * (3 + 1), result


@pytest.mark.parametrize(
    "ill", [{"harmed": 1}, {"refused": 1}, {"in_line": 39}, {"longest_served_first": False}]
)
def test_a_trial_that_harmed_somebody_is_not_good(ill):
    fine = {"in_line": 40, "longest_served_first": True}

    assert Result(40, 2, 2, **fine).good
    assert not Result(40, 2, 2, **{**fine, **ill}).good
