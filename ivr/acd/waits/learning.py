"""Turns events into counts. Invalid events (an unknown kind, a negative or absurd value) are ignored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TypedDict, TypeGuard

from ivr.acd.waits import protocol as kinds
from ivr.acd.waits.calibration import StatedEstimate
from ivr.acd.waits.protocol import Event
from ivr.acd.waits.queue_statistics import BreakStatistics, KeptBreaks, KeptQueue, QueueStatistics
from ivr.acd.waits.staffing import Group, KeptStaffing, Staffing

_LONGEST_WAIT = 86_400.0
_PENDING = 20_000  # calls whose outcome is awaited; beyond that the oldest are given up
_PER_CALL = 12
_APART = 20.0  # seconds between two estimates for one caller that are both worth learning from
_QUEUES = 1000


def finite(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and isfinite(value)


class KeptLearning(TypedDict):
    """Everything as plain JSON values."""

    queues: dict[str, KeptQueue]
    breaks: KeptBreaks
    staffing: KeptStaffing
    missed: list[object]
    pending: list[tuple[object, list[Sequence[float]]]]
    talks: int
    shares: list[tuple[list[str], str, float]]


class Learning:
    """Everything that the estimator has learnt."""

    def __init__(self) -> None:
        self.queues: dict[str, QueueStatistics] = {}
        self.breaks = BreakStatistics()
        self.staffing = Staffing()
        self.missed: set[object] = set()
        self.talks = 0
        self.shares: dict[tuple[Group, str], float] = {}
        self._rang_out: dict[object, float] = {}
        self._rings: dict[object, float] = {}
        self._callbacks: dict[object, None] = {}
        self._pending: dict[object, list[StatedEstimate]] = {}

    def queue(self, name: str) -> QueueStatistics:
        record = self.queues.get(name)
        if record is None:
            record = QueueStatistics()
            if len(self.queues) < _QUEUES:
                self.queues[name] = record
        return record

    def share(self, group: Group, queue: str) -> float:
        """Return this queue's weight among the calls that the group has taken."""
        return self.shares.get((group, queue), 0.0) + 3.0

    def said(self, call: object, said: StatedEstimate) -> None:
        """Keep an estimate until the caller is reached."""
        earlier = self._pending.setdefault(call, [])
        if len(earlier) < _PER_CALL and (not earlier or said.waited - earlier[-1].waited >= _APART):
            earlier.append(said)
        if len(self._pending) > _PENDING:
            del self._pending[next(iter(self._pending))]

    def observe(self, ev: Event) -> None:
        of_queue, of_agent = _OF_QUEUE.get(ev.kind), _OF_AGENT.get(ev.kind)
        if (of_queue is None and of_agent is None) or not (finite(ev.t) and finite(ev.value)):
            return
        self.staffing.tick(ev.t)
        if of_agent is not None:
            of_agent(self, ev)
        elif of_queue is not None and ev.queue is not None:
            of_queue(self, ev, ev.queue)

    def _enqueue(self, ev: Event, queue: str) -> None:
        self.queue(queue).arrived(ev.t, float(ev.value))

    def _offer(self, ev: Event, _queue: str) -> None:
        self._rings[ev.agent] = ev.t

    def _connect(self, ev: Event, queue: str) -> None:
        record = self.queue(queue)
        record.rang(ev.t - self._rings.pop(ev.agent, ev.t))
        if ev.call in self._callbacks:
            del self._callbacks[ev.call]
            record.called_back(True)
        else:
            record.patience.add(ev.value, False)
        group = self.staffing.group_of.get(ev.agent)
        if group is not None:
            self.shares[group, queue] = self.shares.get((group, queue), 0.0) + 1.0
        self._reached(ev, queue)

    def _reached(self, ev: Event, queue: str) -> None:
        """Compare the prediction with the outcome when an agent has reached this place in line."""
        record = self.queue(queue)
        for said in self._pending.pop(ev.call, ()):
            if 0.0 <= ev.value < _LONGEST_WAIT:
                calibration = record.repeat if said.waited > 0.0 else record.first
                calibration.learn(said, max(ev.value - said.waited, 0.0))

    def _noanswer(self, ev: Event, queue: str) -> None:
        self.queue(queue).rang_out()
        self._rang_out[ev.agent] = ev.t
        self._rings.pop(ev.agent, None)

    def _forget(self, ev: Event) -> None:
        self._pending.pop(ev.call, None)

    def _abandon(self, ev: Event, queue: str) -> None:
        self.queue(queue).patience.add(ev.value, True)

    def _talk_end(self, ev: Event, queue: str) -> None:
        self.queue(queue).talk.add(ev.value)
        self.talks += 1

    def _ready(self, ev: Event, queue: str) -> None:
        self.queue(queue).wrap.add(ev.value)
        self.breaks.wrapped_up()

    def _callback(self, ev: Event, _queue: str) -> None:
        self._callbacks[ev.call] = None
        if len(self._callbacks) > _PENDING:
            del self._callbacks[next(iter(self._callbacks))]

    def _cb_drop(self, ev: Event, queue: str) -> None:
        self._callbacks.pop(ev.call, None)
        self.queue(queue).called_back(False)

    def _break(self, ev: Event) -> None:
        if abs(ev.t - self._rang_out.pop(ev.agent, -1e9)) <= 1.0:
            self.missed.add(ev.agent)
        else:
            self.breaks.breaks += 1.0
            self.missed.discard(ev.agent)

    def _return(self, ev: Event) -> None:
        (self.breaks.imposed if ev.agent in self.missed else self.breaks.taken).add(ev.value)
        self.missed.discard(ev.agent)

    def _login(self, ev: Event) -> None:
        self.staffing.came(ev.agent)

    def _logout(self, ev: Event) -> None:
        self.missed.discard(ev.agent)
        self.staffing.left(ev.agent, ev.t)

    def dump(self) -> KeptLearning:
        return {
            "queues": {name: record.dump() for name, record in self.queues.items()},
            "breaks": self.breaks.dump(),
            "staffing": self.staffing.dump(),
            "missed": sorted(self.missed, key=repr),
            "pending": [(call, [list(said) for said in told]) for call, told in self._pending.items()],
            "talks": self.talks,
            "shares": [(list(group), queue, n) for (group, queue), n in self.shares.items()],
        }

    def load(self, kept: KeptLearning) -> None:
        self.queues = {}
        for name, was in kept["queues"].items():
            self.queue(name).load(was)
        self.breaks.load(kept["breaks"])
        self.staffing.load(kept["staffing"])
        self.missed = set(kept["missed"])
        self._pending = {
            call: [StatedEstimate(*map(float, said)) for said in told] for call, told in kept["pending"]
        }
        self.talks = int(kept["talks"])
        self.shares = {(tuple(group), queue): float(n) for group, queue, n in kept["shares"]}


_OF_QUEUE: dict[str, Callable[[Learning, Event, str], None]] = {
    kinds.ENQUEUE: Learning._enqueue,
    kinds.OFFER: Learning._offer,
    kinds.CONNECT: Learning._connect,
    kinds.NOANSWER: Learning._noanswer,
    kinds.ABANDON: Learning._abandon,
    kinds.VIRTUAL: Learning._reached,
    kinds.TALK_END: Learning._talk_end,
    kinds.READY: Learning._ready,
    kinds.CB_DROP: Learning._cb_drop,
    kinds.CALLBACK: Learning._callback,
}
"""Learning from events that happen in a queue."""
_OF_AGENT: dict[str, Callable[[Learning, Event], None]] = {
    kinds.BREAK: Learning._break,
    kinds.RETURN: Learning._return,
    kinds.LOGIN: Learning._login,
    kinds.LOGOUT: Learning._logout,
    kinds.FORGET: Learning._forget,
}
"""Learning from events without a queue."""
