"""Each cell of each transition table, legal and illegal, written out here a second time by hand."""

import pickle
from pathlib import Path

import pytest

from ivr.acd import states
from ivr.acd.state_diagrams import states_page
from ivr.acd.states import (
    AGENT,
    CALLBACK,
    OFFER,
    QUEUED_CALL,
    TRANSFER,
    IllegalMove,
    move,
    settle,
    wished_state,
)

# Rows are states, columns events, cells where the event leads; what is not written is illegal.
EXPECTED = {
    AGENT: {
        "signed_out": {"sign_in": "away", "sign_out": "signed_out"},
        "away": {
            "sign_in": "away",
            "go_available": "available",
            "go_away": "away",
            "sign_out": "signed_out",
            "took_over": "on_call",
            "consulted": "offered",
        },
        "available": {
            "sign_in": "available",
            "go_available": "available",
            "go_away": "away",
            "offered": "offered",
            "took_over": "on_call",
            "consulted": "offered",
            "sign_out": "signed_out",
        },
        "offered": {
            "sign_in": "offered",
            "accepted": "on_call",
            "offer_declined": "away",
            "offer_expired": "away",
            "offer_failed": "away",
            "offer_withdrawn": "available",
            "consult_over": "available",
            "go_available": "offered",
            "go_away": "offered",
            "sign_out": "offered",
        },
        "on_call": {
            "sign_in": "on_call",
            "talk_ended": "wrapping_up",
            "offer_withdrawn": "available",
            "offer_failed": "away",
            "consult_over": "available",
            "go_available": "on_call",
            "go_away": "on_call",
            "sign_out": "on_call",
        },
        "wrapping_up": {
            "sign_in": "wrapping_up",
            "wrapped_up": "available",
            "go_available": "available",
            "go_away": "away",
            "sign_out": "signed_out",
        },
    },
    OFFER: {
        "pending": {
            "accepted": "accepted",
            "declined": "declined",
            "expired": "expired",
            "caller_left": "withdrawn",
            "leg_failed": "failed",
        },
        "accepted": {"joined": "connected", "caller_left": "withdrawn", "leg_failed": "failed"},
        "connected": {"talk_ended": "ended", "caller_left": "ended", "leg_failed": "failed"},
        "declined": {},
        "expired": {},
        "withdrawn": {},
        "failed": {},
        "ended": {},
    },
    QUEUED_CALL: {
        "waiting": {"offered": "offered", "caller_left": "abandoned", "left_queue": "left"},
        "offered": {
            "offer_ended": "waiting",
            "joined": "talking",
            "caller_left": "abandoned",
            "left_queue": "left",
        },
        "talking": {"talk_ended": "answered", "caller_left": "answered", "requeued": "waiting"},
        "answered": {},
        "abandoned": {"message_found": "left"},
        "left": {},
    },
    TRANSFER: {
        "asked": {"rung": "ringing", "moved": "moving", "missed": "failed", "cancelled": "cancelled"},
        "ringing": {"answered": "consulting", "missed": "failed", "cancelled": "cancelled"},
        "consulting": {
            "joined": "together",
            "handed_over": "completed",
            "left": "failed",
            "cancelled": "cancelled",
        },
        "together": {
            "parted": "consulting",
            "handed_over": "completed",
            "left": "ended",
            "cancelled": "ended",
        },
        "moving": {"handed_over": "completed", "missed": "returned", "cancelled": "cancelled"},
        "completed": {},
        "ended": {},
        "failed": {},
        "returned": {},
        "cancelled": {},
    },
    CALLBACK: {
        "booked": {
            "dialled": "dialling",
            "cancelled": "cancelled",
            "merged": "merged",
            "given_up": "expired",
        },
        "dialling": {
            "picked_up": "answered",
            "key_pressed": "connected",
            "not_reached": "booked",
            "stopped": "booked",
            "cancelled": "cancelled",
            "merged": "merged",
            "given_up": "expired",
        },
        "answered": {
            "key_pressed": "connected",
            "not_reached": "booked",
            "cancelled": "cancelled",
            "given_up": "expired",
        },
        "connected": {},
        "cancelled": {},
        "merged": {},
        "expired": {},
    },
}

ALL_EVENTS = {m: sorted({event for row in table.values() for event in row}) for m, table in EXPECTED.items()}
CELLS = [
    (machine, state, event, row.get(event))
    for machine, table in EXPECTED.items()
    for state, row in table.items()
    for event in [*ALL_EVENTS[machine], "no_such_event"]
]


@pytest.mark.parametrize(("machine", "state", "event", "expected"), CELLS)
def test_each_cell(machine, state, event, expected):
    if expected is not None:
        assert move(machine, "r1", state, event) == expected
        return
    with pytest.raises(IllegalMove) as refused:
        move(machine, "r1", state, event)
    assert (refused.value.machine, refused.value.id) == (machine, "r1")
    assert (refused.value.state, refused.value.event) == (state, event)


@pytest.mark.parametrize("machine", EXPECTED)
def test_no_state_or_event_is_missing_here(machine):
    assert set(states.TABLES[machine]) == set(EXPECTED[machine])
    assert states.events(machine) == set(ALL_EVENTS[machine])
    assert states.FIRST[machine] in EXPECTED[machine]


def test_the_ends():
    assert states.terminal(AGENT) == set()
    assert states.terminal(OFFER) == {"declined", "expired", "withdrawn", "failed", "ended"}
    assert states.terminal(QUEUED_CALL) == {"answered", "abandoned", "left"}


@pytest.mark.parametrize("machine", EXPECTED)
def test_every_state_that_can_last_has_a_deadline_it_accepts(machine):
    for name in states.TABLES[machine]:
        rule = states.deadline(machine, name)
        at_rest = name in states.terminal(machine) or (machine, name) == (AGENT, "signed_out")
        assert (rule is None) == at_rest, name
        if rule is not None:
            assert rule.after.endswith("_seconds")
            assert move(machine, "r1", name, rule.event) != name, f"{name} would never end"


@pytest.mark.parametrize("machine", EXPECTED)
def test_every_state_can_be_reached(machine):
    reached = {states.FIRST[machine]}
    for _ in states.TABLES[machine]:
        reached |= {to for name in reached for to in EXPECTED[machine][name].values()}
    assert reached == set(states.TABLES[machine])


def test_an_unknown_state_is_an_illegal_move_and_says_what_it_was():
    with pytest.raises(IllegalMove, match="agent desk-1 is dancing: offered is not possible"):
        move(AGENT, "desk-1", "dancing", "offered")


def test_an_illegal_move_survives_pickling():
    told = pickle.loads(pickle.dumps(IllegalMove(OFFER, "o1", "expired", "accepted")))
    assert (told.machine, told.id, told.state, told.event) == (OFFER, "o1", "expired", "accepted")


@pytest.mark.parametrize("state", EXPECTED[AGENT])
@pytest.mark.parametrize("event", ALL_EVENTS[AGENT])
def test_only_an_agent_in_the_middle_of_a_call_has_wishes(state, event):
    later = {"go_available": "available", "go_away": "away", "sign_out": "signed_out"}
    busy = state in ("offered", "on_call")
    assert wished_state(state, event) == (later.get(event) if busy else None)


@pytest.mark.parametrize(
    ("state", "wished", "expected"),
    [
        ("available", None, "available"),
        ("available", "away", "away"),
        ("available", "signed_out", "signed_out"),
        ("available", "available", "available"),
        ("away", "signed_out", "signed_out"),
        ("away", "available", "away"),
        ("offered", "away", "offered"),
        ("on_call", "signed_out", "on_call"),
        ("wrapping_up", "away", "wrapping_up"),
        ("signed_out", "away", "signed_out"),
    ],
)
def test_a_wish_is_followed_once_the_agent_is_free(state, wished, expected):
    assert settle("desk-1", state, wished) == expected


def test_the_page_is_up_to_date():
    page = Path(__file__).parents[2] / "docs" / "states.md"
    assert page.read_text() == states_page(), "run: python -m ivr.acd.state_diagrams > docs/states.md"
