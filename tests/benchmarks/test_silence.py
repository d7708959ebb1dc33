"""The bar for silence while waiting, in the line's own time: the same on every machine."""

from __future__ import annotations

import pytest

from benchmarks import silence
from benchmarks.figures import FAILED
from benchmarks.silence import MOST, WAITS, silence_per_minute


@pytest.mark.parametrize("name", WAITS)
def test_a_waiting_caller_hears_about_a_second_of_silence_a_minute(name, tmp_path):
    assert 0.0 < silence_per_minute(tmp_path / "house", WAITS[name], 6) <= MOST


def test_a_run_above_the_bar_fails(tmp_path, monkeypatch):
    monkeypatch.setattr(silence, "WAITS", {"alone": WAITS["alone"]})
    monkeypatch.setattr(silence, "MINUTES_QUICK", 2)
    [good] = silence.run(tmp_path / "good", quick=True)
    monkeypatch.setattr(silence, "MOST", 0.01)
    [bad] = silence.run(tmp_path / "bad", quick=True)
    assert (good.good, bad.good) == (True, False)
    assert good.unit != FAILED and bad.unit == FAILED
