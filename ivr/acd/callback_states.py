"""A callback: somebody has hung up, keeps a place in line, and is rung when its turn comes."""

from __future__ import annotations

from collections.abc import Mapping

from ivr.acd.state_machine import Deadline, State

CALLBACK = "callback"

CALLBACK_STATES: Mapping[str, State] = {
    "booked": State(
        "its place waits in line for an agent who is free, in the hours for calls, once it is due",
        {"dialled": "dialling", "cancelled": "cancelled", "merged": "merged", "given_up": "expired"},
        Deadline("give_up_seconds", "given_up"),
    ),
    "dialling": State(
        "the customer's phone is being rung; an agent is kept free",
        {
            "picked_up": "answered",
            # The key may be reported before the pick-up.
            "key_pressed": "connected",
            "not_reached": "booked",
            # By a call from the customer's number: the attempt does not count, a few times.
            "stopped": "booked",
            "cancelled": "cancelled",
            "merged": "merged",
            "given_up": "expired",
        },
        Deadline("ring_seconds", "not_reached"),
    ),
    "answered": State(
        "somebody or something has picked up; a key proves a human",
        {
            "key_pressed": "connected",
            "not_reached": "booked",
            "cancelled": "cancelled",
            "given_up": "expired",
        },
        Deadline("greeting_seconds", "not_reached"),
    ),
    "connected": State("a human pressed the key, and is on the phone at the place that was kept"),
    "cancelled": State("not wanted any more: by phone, by key or on the page"),
    "merged": State("the customer rang us, and has the place"),
    "expired": State("tried as often as may be, or nobody had time: told so, and work for an agent"),
}
