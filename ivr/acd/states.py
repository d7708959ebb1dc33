"""The transition tables of agents, offers, queued calls, transfers and callbacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ivr.acd.wait_outcome import MESSAGE_FOUND


@dataclass(frozen=True, slots=True)
class Deadline:
    """How a state ends by itself.

    `after` names the setting that holds the seconds, `event` is what the clock reports then. With `unless`
    the clock first checks whether that still holds and, if so, starts a new deadline.
    """

    after: str
    event: str
    unless: str = ""


@dataclass(frozen=True, slots=True)
class DeferredState:
    """The event is legal but cannot be carried out yet: the requested state `then` is kept and entered
    later."""

    then: str


@dataclass(frozen=True, slots=True)
class State:
    """One row of a table: what the state means, where each event leads, and when it ends by itself.

    `corrections` are events by which late news corrects a final state: nobody waits for them.
    """

    meaning: str
    moves: Mapping[str, str | DeferredState] = field(default_factory=dict)
    deadline: Deadline | None = None
    corrections: Mapping[str, str] = field(default_factory=dict)


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


AGENT = "agent"
OFFER = "offer"
QUEUED_CALL = "queued_call"


# Requested during an offer or a call, these wait until the agent is free: a pause comes before an offer or
# after it, never in the middle, and closing a page never drops a caller.
_WHEN_FREE = {
    "go_available": DeferredState("available"),
    "go_away": DeferredState("away"),
    "sign_out": DeferredState("signed_out"),
}

_TALK_IS_OVER = Deadline("leg_check_seconds", "talk_ended", unless="both legs are still up")

_AGENT = {
    # No one waits for an agent who is not there, so this is the one open state without a deadline.
    "signed_out": State("not working", {"sign_in": "away", "sign_out": "signed_out"}),
    "away": State(
        "signed in, takes no calls; the reason is kept with the record",
        # A second page signing in is the same agent, not a new one.
        {
            "sign_in": "away",
            "go_available": "available",
            "go_away": "away",
            "sign_out": "signed_out",
            # A supervisor on an agent's conversation stays with the caller.
            "took_over": "on_call",
            # Consulted by an agent about a call: a supervisor may be, though they take no calls.
            "consulted": "offered",
        },
        Deadline("idle_sign_out_seconds", "sign_out"),
    ),
    "available": State(
        "free to be offered a call",
        {
            "sign_in": "available",
            "go_available": "available",
            "go_away": "away",
            "offered": "offered",
            "took_over": "on_call",
            "consulted": "offered",
            "sign_out": "signed_out",
        },
        Deadline("idle_sign_out_seconds", "sign_out", unless="the agent's page or phone was seen since"),
    ),
    "offered": State(
        "one offer is pending for this agent",
        {
            "sign_in": "offered",
            "accepted": "on_call",
            "offer_declined": "away",
            # Ring no answer: an agent who does not answer is set away, or the next caller would ring there
            # too.
            "offer_expired": "away",
            "offer_failed": "away",
            "offer_withdrawn": "available",
            # An agent who was only consulted returns to the previous state, without wrap-up.
            "consult_over": "available",
            **_WHEN_FREE,
        },
        Deadline("ring_seconds", "offer_expired"),
    ),
    "on_call": State(
        "has accepted a caller: being joined, talking or holding",
        {
            "sign_in": "on_call",
            "talk_ended": "wrapping_up",
            # Between the accept and the join: nothing was said, so there is no wrap-up.
            "offer_withdrawn": "available",
            "offer_failed": "away",
            "consult_over": "available",
            **_WHEN_FREE,
        },
        _TALK_IS_OVER,
    ),
    "wrapping_up": State(
        "writing up the call that ended",
        {
            "sign_in": "wrapping_up",
            "wrapped_up": "available",
            "go_available": "available",
            "go_away": "away",
            "sign_out": "signed_out",
        },
        Deadline("wrap_up_seconds", "wrapped_up", unless="the note is still being typed"),
    ),
}

_OFFER = {
    "pending": State(
        "the agent's card and phone are ringing",
        {
            "accepted": "accepted",
            "declined": "declined",
            "expired": "expired",
            "caller_left": "withdrawn",
            "leg_failed": "failed",
        },
        Deadline("ring_seconds", "expired"),
    ),
    "accepted": State(
        "a human said yes; the agent's phone may still be on its way",
        {"joined": "connected", "caller_left": "withdrawn", "leg_failed": "failed"},
        Deadline("connect_seconds", "leg_failed"),
    ),
    "connected": State(
        "the agent's leg is live and the caller is joined to it",
        {"talk_ended": "ended", "caller_left": "ended", "leg_failed": "failed"},
        _TALK_IS_OVER,
    ),
    "declined": State("the agent said no"),
    "expired": State("ring no answer"),
    "withdrawn": State("the caller left the line first"),
    "failed": State("the agent's phone could not be rung, or was lost"),
    "ended": State("they talked, and the talk is over"),
}

_QUEUED_CALL = {
    "waiting": State(
        "in line; the place counts from the first entry",
        {"offered": "offered", "caller_left": "abandoned", "left_queue": "left"},
        Deadline("max_wait_seconds", "left_queue"),
    ),
    "offered": State(
        "an agent is being rung for this caller, who keeps the place",
        {
            "offer_ended": "waiting",
            "joined": "talking",
            "caller_left": "abandoned",
            "left_queue": "left",
        },
        # Longer than any offer lives: the offer's own deadline comes first, and this one is the safety net.
        Deadline("offer_limit_seconds", "offer_ended"),
    ),
    "talking": State(
        "joined with an agent",
        # Requeued: the agent was lost, not the caller, who returns to the line with the first entry time.
        {"talk_ended": "answered", "caller_left": "answered", "requeued": "waiting"},
        _TALK_IS_OVER,
    ),
    "answered": State("the talk is over"),
    "abandoned": State("the caller hung up while waiting", corrections={MESSAGE_FOUND: "left"}),
    "left": State("chose voicemail, a callback or a transfer, or was led elsewhere by a rule"),
}

TABLES: Mapping[str, Mapping[str, State]] = {
    AGENT: _AGENT,
    OFFER: _OFFER,
    QUEUED_CALL: _QUEUED_CALL,
    TRANSFER: TRANSFER_STATES,
    CALLBACK: CALLBACK_STATES,
}
FIRST: Mapping[str, str] = {
    AGENT: "signed_out",
    OFFER: "pending",
    QUEUED_CALL: "waiting",
    TRANSFER: "asked",
    CALLBACK: "booked",
}

# The event that enters the requested state once the agent is free.
_WISHED_EVENT = {"away": "go_away", "signed_out": "sign_out"}


class IllegalMove(Exception):
    """An event that the table does not allow in this state. Nothing has changed."""

    def __init__(self, machine: str, record_id: str, state: str, event: str) -> None:
        super().__init__(f"{machine} {record_id} is {state}: {event} is not possible")
        self.machine, self.id, self.state, self.event = machine, record_id, state, event

    def __reduce__(self) -> tuple[type[IllegalMove], tuple[str, str, str, str]]:
        """Carry all four arguments across processes, where exceptions travel pickled."""
        return type(self), (self.machine, self.id, self.state, self.event)


def move(machine: str, record_id: str, state: str, event: str) -> str:
    """Return the state that follows, which may be the same one; raise `IllegalMove` when none does."""
    row = TABLES[machine].get(state)
    target = (row.moves.get(event) or row.corrections.get(event)) if row else None
    if target is None:
        raise IllegalMove(machine, record_id, state, event)
    return state if isinstance(target, DeferredState) else target


def wished_state(state: str, event: str) -> str | None:
    """Return the state this agent is to take once free, when `event` cannot be carried out in `state` now.

    The last request counts; `available` cancels an earlier one. Return None when there is nothing to keep.
    """
    row = _AGENT.get(state)
    target = row.moves.get(event) if row else None
    return target.then if isinstance(target, DeferredState) else None


def settle(agent_id: str, state: str, wished: str | None) -> str:
    """Enter the state requested for an agent if `state` allows it now, else return `state` unchanged.

    Call it after each move of an agent with the state just reached; once that is available, away or
    signed_out, the request has been fulfilled and is to be cleared. It lasts through wrap-up, which was not
    asked to end early. A request to be available does not end a ring no answer: that takes a click.
    """
    if wished in (None, "available") or state not in ("available", "away"):
        return state
    return move(AGENT, agent_id, state, _WISHED_EVENT[wished])


def terminal(machine: str) -> frozenset[str]:
    """Return the final states; late news may still correct one."""
    return frozenset(name for name, row in TABLES[machine].items() if not row.moves)


def events(machine: str) -> frozenset[str]:
    """Return every event that some state of this machine accepts."""
    return frozenset(event for row in TABLES[machine].values() for event in (*row.moves, *row.corrections))


def deadline(machine: str, state: str) -> Deadline | None:
    """Return how `state` ends by itself; None for ends and for an agent who is signed out."""
    return TABLES[machine][state].deadline
