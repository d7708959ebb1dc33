"""The interface of an estimator: events, the floor at one instant, and its answer.

All of it can be observed by a phone system. The length of a conversation, when a caller will hang up and who
calls next are not in it. Any object with these attributes will do: the estimator reads names, not types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

# Event kinds: what happened, and what `value` then is.
ENQUEUE = "enqueue"  # a caller joined the line; the priority
OFFER = "offer"  # an agent's phone began to ring for the caller; seconds waited so far
CONNECT = "connect"  # the agent answered; seconds waited in all
NOANSWER = "noanswer"  # ring no answer; seconds it rang
ABANDON = "abandon"  # the caller hung up; seconds waited
VIRTUAL = "virtual"  # an agent would now have reached a caller who hung up; the wait it would have been
TALK_END = "talk_end"  # wrap-up begins; seconds talked
READY = "ready"  # wrap-up is over; its seconds
CB_DROP = "cb_drop"  # a callback was dialled and nobody answered; seconds it rang
CALLBACK = "callback"  # the caller hung up and keeps a virtual place
LOGIN = "login"
LOGOUT = "logout"
BREAK = "break"  # the agent went away, or was set away after a ring no answer
RETURN = "return"  # the agent came back; seconds away
FORGET = "forget"  # no outcome will be known for the predictions of this call
ALL_KINDS = (
    ENQUEUE, OFFER, CONNECT, NOANSWER, ABANDON, VIRTUAL, TALK_END, READY, CB_DROP, CALLBACK,
    LOGIN, LOGOUT, BREAK, RETURN, FORGET,
)  # fmt: skip

# Agent states as the estimator knows them.
IDLE, RING, TALK, WRAP, PAUSE, OFF = "idle", "ring", "talk", "wrap", "pause", "off"

# Kinds of place in line.
LIVE, VIRTUAL_PLACE = "live", "callback"


class Event(NamedTuple):
    """One event. `t` in seconds; `t % 86400` is the local time of day."""

    t: float
    kind: str
    queue: str | None
    call: object
    agent: object
    value: float


class WaitingCaller:
    """One place in line. Larger `priority` goes first; smaller `key` is served first."""

    __slots__ = ("enq_t", "id", "key", "kind", "priority", "queue")

    def __init__(
        self, id: str, queue: str, priority: float, enq_t: float, kind: str, key: tuple[float, str]
    ) -> None:
        self.id = id
        self.queue = queue
        self.priority = priority
        self.enq_t = enq_t
        self.kind = kind
        self.key = key


class AgentView:
    """An agent who is signed in: the queues served (`skills`), the state, since when, for which queue."""

    __slots__ = ("id", "queue", "since", "skills", "state")

    def __init__(
        self,
        id: object,
        skills: Sequence[str],
        state: str = OFF,
        since: float = 0.0,
        queue: str | None = None,
    ) -> None:
        self.id = id
        self.skills = skills
        self.state = state
        self.since = since
        self.queue = queue


class Snapshot:
    """The floor at `t`, seen by one caller: `line[pos]` is that caller, `waited` the seconds so far."""

    __slots__ = ("agents", "line", "lines", "me", "pos", "t", "waited")

    def __init__(
        self,
        t: float,
        me: WaitingCaller,
        waited: float,
        pos: int,
        line: Sequence[WaitingCaller],
        lines: Mapping[str, Sequence[WaitingCaller]],
        agents: Sequence[AgentView],
    ):
        self.t = t
        self.me = me
        self.waited = waited
        self.pos = pos
        self.line = line
        self.lines = lines
        self.agents = agents


class Estimate(NamedTuple):
    """The wait still to come, in seconds: about a tenth of callers wait less than `low`, a tenth more
    than `high`."""

    point: float
    low: float
    high: float
