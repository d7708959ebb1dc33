"""What the witness counts as silence."""

from __future__ import annotations

import pytest

from simulator.witness import Witness

LEG = "CA1"


def heard(*spans) -> Witness:
    witness = Witness()
    for kind, start, end in spans:
        witness.add(start, LEG, kind, start=start, end=end)
    return witness


def test_silence_lies_between_sounds_and_at_both_ends():
    witness = heard(("speech", 5, 10), ("audio", 12, 20), ("hears", 18, 25))
    assert witness.silences(LEG, 0, 30) == [(0, 5), (10, 12), (25, 30)]
    assert witness.longest_silence(LEG, 5, 25) == 2
    assert witness.silence_per_minute(LEG, 5, 35) == pytest.approx((2 + 10) * 2)


def test_only_the_time_asked_for_counts():
    witness = heard(("speech", 0, 4), ("audio", 40, 50))
    assert witness.silences(LEG, 10, 20) == [(10, 20)]
    assert witness.silences(LEG, 2, 45) == [(4, 40)]


def test_what_lasts_still_is_no_silence_and_others_sounds_are():
    witness = heard(("audio", 3, None))
    witness.add(0, "CA2", "speech", start=0, end=9)
    assert witness.silences(LEG, 0, 60) == [(0, 3)]
    assert witness.silences("CA3", 0, 60) == [(0, 60)]


def test_spans_besides_are_no_silence():
    assert heard().silences(LEG, 0, 10, [(2, 5)]) == [(0, 2), (5, 10)]
