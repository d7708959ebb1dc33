"""Turns lines of the journal, in their order, into the estimator's events.

Every process reads the same journal, so all of them learn the same, including from each other's estimates
(the kind `estimated`). Facts that a line alone does not have (the queue of a wrap-up, why an agent went away,
each caller's place) are remembered here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite, nan
from typing import Any, TypedDict

from ivr.acd.journal import JournalKind, JournalLine
from ivr.acd.waits import protocol as kinds
from ivr.acd.waits.abandoned_places import (
    LONGEST,
    AbandonedPlace,
    CallbackPlaces,
    CensoredWaits,
    KeptBookings,
    KeptGhosts,
    VirtualWait,
)
from ivr.acd.waits.protocol import Event

ESTIMATED = JournalKind.ESTIMATED
AGENT_KINDS = (JournalKind.AGENT_AVAILABLE, JournalKind.AGENT_AWAY, JournalKind.AGENT_SIGNED_OUT)
OFFER_ENDS = (JournalKind.OFFER_EXPIRED, JournalKind.OFFER_DECLINED, JournalKind.OFFER_FAILED)
CALL_KINDS = (
    JournalKind.QUEUED,
    JournalKind.REQUEUED,
    JournalKind.OFFERED,
    JournalKind.CONNECTED,
    JournalKind.TALK_ENDED,
    JournalKind.ABANDONED,
    JournalKind.LEFT,
)
CALLBACK_KINDS = (JournalKind.CALLBACK_BOOKED, JournalKind.CALLBACK_DIALLED, JournalKind.CALLBACK_NOT_REACHED)
KINDS = (*CALL_KINDS, *OFFER_ENDS, *AGENT_KINDS, *CALLBACK_KINDS)
"""The kinds that are events. (`estimated` is not one: it is a prediction, see `WaitEstimator.said`.)"""


class KeptReader(TypedDict):
    """The reader's memory as plain JSON values."""

    ghosts: KeptGhosts
    bookings: KeptBookings
    talked: dict[str, str]
    set_away: list[str]
    arriving: list[str]


class JournalReader:
    """Reads lines of the journal. `local` turns an instant into the estimator's time, whose remainder by a
    day is the time of day."""

    def __init__(self, local: Callable[[float], float] = float) -> None:
        self._local = local
        self._ghosts = CensoredWaits()
        self._bookings = CallbackPlaces()
        self._talked: dict[str, str] = {}  # agent → queue of the last talk
        self._set_away: set[str] = set()  # by an offer whose end the next lines report
        self._arriving: set[str] = set()  # signed in and not yet available: not a break

    def events(self, line: JournalLine) -> list[Event]:
        """Return the meaning of this line, and the callers whom an agent would have reached by now."""
        if line.kind not in _READ or not isfinite(line.at):
            return []
        found = [self._of_ghost(reached, line.at) for reached in self._ghosts.passed(line.at)]
        return found + _READ[line.kind](self, line, line.body or {})

    def dump(self) -> KeptReader:
        """Return what is remembered, as plain JSON values."""
        return {
            "ghosts": self._ghosts.dump(),
            "bookings": self._bookings.dump(),
            "talked": self._talked,
            "set_away": sorted(self._set_away),
            "arriving": sorted(self._arriving),
        }

    def load(self, kept: KeptReader) -> None:
        """Restore what `dump` returned."""
        self._ghosts.load(kept["ghosts"])
        self._bookings.load(kept["bookings"])
        self._talked = dict(kept["talked"])
        self._set_away, self._arriving = set(kept["set_away"]), set(kept["arriving"])

    def _queued(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        entered, call = number(body.get("entered_at")), line.call_sid or ""
        place = AbandonedPlace(line.queue or "", _rank(body, entered), entered)
        known = bool(call and line.queue) and isfinite(entered)
        if known:
            self._ghosts.joined(call, place)
        if body.get("kind") == "callback":
            if known:
                self._bookings.joined(call, place)
            return []  # the caller is in line already: no new demand
        return [self._event(line, kinds.ENQUEUE, number(body.get("priority")))]

    def _requeued(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        """Drop the predictions for the other queue's line, which have no outcome any more."""
        call = line.call_sid or ""
        standing = self._ghosts.standing.get(call)
        if standing is not None:
            self._ghosts.moved(call, line.queue or "", _rank(body, standing.rank))
        return [self._event(line, kinds.FORGET)]

    def _offered(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        self._ghosts.offered(line.agent_id or "", line.queue or "")
        return [self._event(line, kinds.OFFER, number(body.get("waited_s")))]

    def _connected(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        passed = self._ghosts.answered(line.call_sid or "", line.agent_id or "", line.at)
        mine = self._event(line, kinds.CONNECT, number(body.get("waited_s")))
        self._bookings.over(line.call_sid or "")
        return [mine, *(self._of_ghost(reached, line.at) for reached in passed)]

    def _left(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        if not line.queue:
            return []  # in old journals also the engine's word for the end of a call, which had no line
        call = line.call_sid or ""
        if body.get("reason") == "callback":  # the place stays, under another id
            self._ghosts.forgotten(call)
            return []
        if call in self._bookings:
            over = self._event(line, kinds.FORGET)
            self._ghosts.forgotten(call)
            self._bookings.over(call)
            return [over]
        gone = self._event(line, kinds.ABANDON, number(body.get("waited_s")))
        if self._ghosts.left(call, line.at):
            return [gone]
        return [gone, self._event(line, kinds.FORGET)]

    def _booked(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        call = body.get("call_sid")
        if isinstance(call, str) and line.call_sid:
            self._bookings.booked(call, line.call_sid, body.get("chosen_at") is not None)
            if body.get("chosen_at") is not None:
                return [self._event(line, kinds.FORGET)]
        return []

    def _dialled(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        """Record the length of the wait: the turn of this place has come, whoever picks up."""
        call = line.call_sid or ""
        place = self._bookings.place(call)
        if place is None:
            return []
        passed = self._ghosts.answered(call, "", line.at)
        found = [self._event(line, kinds.CALLBACK)]
        if self._bookings.turn_came(call):
            waited = line.at - place.entered
            outcome = kinds.VIRTUAL if 0.0 <= waited < LONGEST else kinds.FORGET
            found.append(self._event(line, outcome, waited))
        return [*found, *(self._of_ghost(reached, line.at) for reached in passed)]

    def _not_reached(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        """Keep the place of a customer who did not pick up, to be dialled again or closed."""
        call = line.call_sid or ""
        place = self._bookings.place(call)
        if place is not None:
            self._ghosts.joined(call, place)
        return [self._event(line, kinds.CB_DROP)]

    def _talk_ended(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        self._talked[line.agent_id or ""] = line.queue or ""
        return [self._event(line, kinds.TALK_END, number(body.get("seconds")))]

    def _offer_over(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        """Record why the agent was set away a line earlier: because of this offer, and not for a break."""
        found = [self._event(line, kinds.NOANSWER)]
        if line.agent_id in self._set_away:
            self._set_away.discard(line.agent_id)
            found.append(self._event(line, kinds.BREAK))
        return found

    def _available(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        agent, was, lasted = line.agent_id or "", body.get("was"), number(body.get("lasted_s"))
        self._ghosts.freed(agent, line.at)
        arriving = agent in self._arriving
        self._arriving.discard(agent)
        if was == "wrapping_up":
            return self._wrapped_up(line, lasted)
        if was == "signed_out":
            return [self._event(line, kinds.LOGIN)]
        return [self._event(line, kinds.RETURN, lasted)] if was == "away" and not arriving else []

    def _away(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        agent, was = line.agent_id or "", body.get("was")
        self._ghosts.went(agent)
        if was == "signed_out":
            self._arriving.add(agent)
            return [self._event(line, kinds.LOGIN)]
        if was == "wrapping_up":
            lasted = number(body.get("lasted_s"))
            return [*self._wrapped_up(line, lasted), self._event(line, kinds.BREAK)]
        if was in ("offered", "on_call"):
            self._set_away.add(agent)
            return []
        return [self._event(line, kinds.BREAK)] if was == "available" else []

    def _signed_out(self, line: JournalLine, body: Mapping[str, Any]) -> list[Event]:
        agent = line.agent_id or ""
        self._ghosts.went(agent)
        self._arriving.discard(agent)
        self._set_away.discard(agent)
        out = self._event(line, kinds.LOGOUT)
        if body.get("was") == "wrapping_up":
            return [*self._wrapped_up(line, number(body.get("lasted_s"))), out]
        return [out]

    def _wrapped_up(self, line: JournalLine, lasted: float) -> list[Event]:
        queue = self._talked.pop(line.agent_id or "", None)
        return [self._event(line, kinds.READY, lasted)._replace(queue=queue)] if queue else []

    def _of_ghost(self, reached: VirtualWait, now: float) -> Event:
        at = self._local(now if reached.at is None else reached.at)
        kind = kinds.FORGET if reached.at is None else kinds.VIRTUAL
        return Event(at, kind, reached.queue, reached.call, -1, reached.waited)

    def _event(self, line: JournalLine, kind: str, value: float = 0.0) -> Event:
        agent = line.agent_id or -1
        call = self._bookings.known_as(line.call_sid) if line.call_sid else -1
        return Event(self._local(line.at), kind, line.queue, call, agent, value)


_READ: Mapping[str, Callable[[JournalReader, JournalLine, Mapping[str, Any]], list[Event]]] = {
    JournalKind.QUEUED: JournalReader._queued,
    JournalKind.REQUEUED: JournalReader._requeued,
    JournalKind.OFFERED: JournalReader._offered,
    JournalKind.CONNECTED: JournalReader._connected,
    JournalKind.ABANDONED: JournalReader._left,
    JournalKind.LEFT: JournalReader._left,
    JournalKind.CALLBACK_BOOKED: JournalReader._booked,
    JournalKind.CALLBACK_DIALLED: JournalReader._dialled,
    JournalKind.CALLBACK_NOT_REACHED: JournalReader._not_reached,
    JournalKind.TALK_ENDED: JournalReader._talk_ended,
    **dict.fromkeys(OFFER_ENDS, JournalReader._offer_over),
    JournalKind.AGENT_AVAILABLE: JournalReader._available,
    JournalKind.AGENT_AWAY: JournalReader._away,
    JournalKind.AGENT_SIGNED_OUT: JournalReader._signed_out,
}


def _rank(body: Mapping[str, Any], otherwise: float) -> float:
    found = number(body.get("rank_at"))
    return found if isfinite(found) else otherwise


def number(value: object) -> float:
    """Return a number from a journal line; NaN (which is not learnt from) for anything else."""
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else nan
