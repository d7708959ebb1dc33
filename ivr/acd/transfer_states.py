"""A transfer: an agent gives a caller on, with the story, to an agent, a queue or a number outside.

Warm: the one asked is rung while the customer holds, and talks with the agent first. Blind: the caller is
moved at once, and comes back to the line when nobody takes the call.
"""

from __future__ import annotations

from collections.abc import Mapping

from ivr.acd.state_machine import Deadline, State

TRANSFER = "transfer"

TRANSFER_STATES: Mapping[str, State] = {
    "asked": State(
        "made a moment ago",
        {"rung": "ringing", "moved": "moving", "cancelled": "cancelled", "missed": "failed"},
        Deadline("connect_seconds", "missed"),
    ),
    "ringing": State(
        "the one who is asked is being rung; the customer is with the agent, or holds",
        {"answered": "consulting", "missed": "failed", "cancelled": "cancelled"},
        Deadline("ring_seconds", "missed"),
    ),
    "consulting": State(
        "agent and the one asked talk with each other; the customer holds",
        {"joined": "together", "handed_over": "completed", "left": "failed", "cancelled": "cancelled"},
        Deadline("leg_check_seconds", "left", unless="both legs are still up"),
    ),
    "together": State(
        "a conference of three: everybody hears everybody",
        {"parted": "consulting", "handed_over": "completed", "left": "ended", "cancelled": "ended"},
        Deadline("leg_check_seconds", "left", unless="both legs are still up"),
    ),
    "moving": State(
        "blind: the caller is on the way to the one asked",
        {"handed_over": "completed", "missed": "returned", "cancelled": "cancelled"},
        Deadline("transfer_limit_seconds", "missed"),
    ),
    "completed": State("the one asked has the caller; the first agent has left"),
    "ended": State("the third has left again; the customer is with the agent"),
    "failed": State("declined, busy or no answer; the customer is with the agent"),
    "returned": State("blind, and not taken: the caller is back in line, at the old place"),
    "cancelled": State("taken back by the agent, or the customer has hung up"),
}
