"""What the journal teaches of callbacks: no new demand, nobody who hung up, and still somebody's promise."""

from __future__ import annotations

import json

from ivr.acd.waits import JournalReader, WaitEstimator
from ivr.store.journal import JournalRow


def queued(at, call, entered_at=None, **more):
    entered_at = at if entered_at is None else entered_at
    return at, "queued", call, {"entered_at": entered_at, "rank_at": entered_at, "priority": 0, **more}


def booking(at=60.0, entered_at=0.0, chosen_at=None):
    """A is promised a callback, named cb-1."""
    return (
        (at, "left", "A", {"reason": "callback", "waited_s": at - entered_at}),
        queued(at, "cb-1", entered_at, kind="callback"),
        (at, "callback_booked", "A", {"call_sid": "cb-1", "chosen_at": chosen_at}),
    )


def reads(*lines, reader=None):
    """(kind, call, value) of what these lines mean."""
    reader, found = reader or JournalReader(), []
    for at, kind, call, body in lines:
        agent = "desk-1" if kind in ("connected", "offered") else None
        for event in reader.events(JournalRow(at, kind, call, agent, "support", body)):
            found.append((event.kind, event.call, event.value))
    return found


def test_a_booking_is_no_new_demand_and_nobody_hung_up():
    assert reads(queued(0.0, "A"), *booking()) == [("enqueue", "A", 0.0)]


def test_the_wait_promised_to_the_caller_ends_when_the_turn_of_the_place_comes():
    found = reads(queued(0.0, "A"), *booking(), (300.0, "callback_dialled", "cb-1", {}))
    assert found[1:] == [("callback", "A", 0.0), ("virtual", "A", 300.0)]


def test_in_an_old_journal_the_end_of_a_call_says_nothing_of_its_wait():
    reader = JournalReader()
    assert reads(queued(0.0, "A"), reader=reader) == [("enqueue", "A", 0.0)]
    assert reader.events(JournalRow(30.0, "left", "A", None, None, {"step": "bye"})) == []
    assert reads((40.0, "abandoned", "A", {"waited_s": 40.0}), reader=reader) == [("abandon", "A", 40.0)]


def test_who_picks_up_is_reached_and_waited_for_no_patience_to_end():
    estimator = WaitEstimator()
    reader = JournalReader()
    lines = [
        queued(0.0, "A"), *booking(),
        (300.0, "callback_dialled", "cb-1", {}),
        (320.0, "offered", "cb-1", {"waited_s": 320.0}),
        (330.0, "connected", "cb-1", {"waited_s": 330.0}),
    ]  # fmt: skip
    for at, kind, call, body in lines:
        for event in reader.events(JournalRow(at, kind, call, None, "support", body)):
            estimator.observe(event)
    kept = estimator.dump()["queues"]["support"]
    assert (kept["dialled"], kept["reached"]) > (5.9, 4.9)
    assert sum(kept["patience"]["ended"]) == 0


def test_nobody_picks_up_and_the_place_is_dialled_again():
    found = reads(
        queued(0.0, "A"), *booking(),
        (300.0, "callback_dialled", "cb-1", {}),
        (325.0, "callback_not_reached", "cb-1", {"why": "no-answer"}),
        (1225.0, "callback_dialled", "cb-1", {}),
    )  # fmt: skip
    assert [kind for kind, *_ in found] == ["enqueue", "callback", "virtual", "cb_drop", "callback"]


def test_who_cancels_is_forgotten():
    left = (200.0, "left", "cb-1", {"reason": "callback_cancelled", "waited_s": 200.0})
    found = reads(queued(0.0, "A"), *booking(), (200.0, "callback_cancelled", "cb-1", {}), left)
    assert found[1:] == [("forget", "A", 0.0)]


def test_a_time_of_ones_own_choice_is_no_wait():
    found = reads(queued(0.0, "A"), *booking(chosen_at=7000.0), (7000.0, "callback_dialled", "cb-1", {}))
    assert found[1:] == [("forget", "A", 0.0), ("callback", "A", 0.0)]


def test_a_place_that_is_called_back_stands_before_those_who_came_later():
    """A caller who hung up before the place would have been reached first; who hung up behind it would
    not."""
    found = reads(
        queued(0.0, "before"), queued(10.0, "A"), *booking(60.0, 10.0), queued(70.0, "behind"),
        (80.0, "abandoned", "before", {"waited_s": 80.0}), (90.0, "abandoned", "behind", {"waited_s": 20.0}),
        (300.0, "callback_dialled", "cb-1", {}),
    )  # fmt: skip
    reached = [(call, value) for kind, call, value in found if kind == "virtual"]
    assert sorted(reached) == [("A", 290.0), ("before", 300.0)]


def test_bookings_survive_json():
    reader = JournalReader()
    reads(queued(0.0, "A"), *booking(), reader=reader)
    again = JournalReader()
    again.load(json.loads(json.dumps(reader.dump())))
    found = reads((300.0, "callback_dialled", "cb-1", {}), reader=again)
    assert ("virtual", "A", 300.0) in found
