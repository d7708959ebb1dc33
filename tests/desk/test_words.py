"""Sentences as people read them: no call is named by what machines call it."""

from __future__ import annotations

import pytest

from desk.formatting import without_sids

SID, OURS = "CA" + "0f" * 16, "cb-2b6f-1"


@pytest.mark.parametrize(
    ("sentence", "read"),
    [
        (f"a is on a call ({SID}) since 10:00:00.", "a is on a call since 10:00:00."),
        (f"Ahead: {SID}, in line since 10:00:00.", "Ahead: another caller, in line since 10:00:00."),
        (f"a is available, and goes to {SID}.", "a is available, and goes to another caller."),
        (f"{OURS} (support): wants german.", "Another caller (support): wants german."),
        (
            f"No call comes: they are kept free for {OURS}, which is being dialled.",
            "No call comes: they are kept free for another caller, which is being dialled.",
        ),
        (
            f"At 10:00:00 {SID} (support) went to b: of 2 who could have taken it",
            "At 10:00:00 another caller (support) went to b: of 2 who could have taken it",
        ),
        ("CAROL is on a call (lunch).", "CAROL is on a call (lunch)."),
    ],
)
def test_no_call_is_named_by_its_sid(sentence, read):
    assert without_sids(sentence) == read
