"""The places of callers who hung up, kept until an agent would have reached them.

The wait such a caller would have had is known exactly: when an agent takes somebody from behind the place, or
is free with nobody to take. Without it a record of waits would hold only those who were answered, and short
waits are answered more often than long ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypedDict

LONGEST = 7200.0  # seconds after the entry: a longer wait is not learnt from
_MOST = 20_000
_REALLY_FREE = 3.0  # seconds: an agent to whom dispatch has given nobody by then had nobody to take
Key = tuple[float, str]
KeptPlace = tuple[str, str, float, float, float | None]
"""The call and the fields of its place."""


class AbandonedPlace(NamedTuple):
    """One caller's place: the smaller `rank` goes first (see `ivr.acd.matching`). Times in epoch seconds."""

    queue: str
    rank: float
    entered: float
    left: float | None = None

    def key(self, call: str) -> Key:
        return (self.rank, call)


class VirtualWait(NamedTuple):
    """A caller who hung up would have been reached at `at`; None when that will never be known."""

    call: str
    queue: str
    at: float | None
    waited: float = 0.0


class KeptGhosts(TypedDict):
    """The places as plain JSON values."""

    standing: list[KeptPlace]
    gone: list[KeptPlace]
    serves: dict[str, list[str]]
    free: dict[str, float]


class CensoredWaits:
    """Everybody in line according to the journal, and those who left it."""

    def __init__(self) -> None:
        self.standing: dict[str, AbandonedPlace] = {}
        self.gone: dict[str, AbandonedPlace] = {}
        self.serves: dict[str, list[str]] = {}
        self._free: dict[str, float] = {}

    def joined(self, call: str, place: AbandonedPlace) -> None:
        self.standing[call] = place
        self.gone.pop(call, None)
        while len(self.standing) > _MOST:
            del self.standing[next(iter(self.standing))]

    def moved(self, call: str, queue: str, rank: float) -> None:
        """Move a place to another queue, with the time of the first entry."""
        if call in self.standing:
            self.standing[call] = self.standing[call]._replace(queue=queue, rank=rank)

    def forgotten(self, call: str) -> None:
        """Drop a place: nobody would have been reached at it."""
        self.standing.pop(call, None)

    def left(self, call: str, at: float) -> bool:
        """Record that the caller left without an agent. Return False when their place is unknown."""
        place = self.standing.pop(call, None)
        if place is None or len(self.gone) >= _MOST:
            return False
        self.gone[call] = place._replace(left=at)
        return True

    def offered(self, agent: str, queue: str) -> None:
        """Record that the agent's phone rings, which also shows one queue they serve."""
        self._free.pop(agent, None)
        serves = self.serves.setdefault(agent, [])
        if queue not in serves:
            serves.append(queue)

    def freed(self, agent: str, at: float) -> None:
        self._free[agent] = at

    def went(self, agent: str) -> None:
        """Record that the agent is away or signed out."""
        self._free.pop(agent, None)

    def answered(self, call: str, agent: str, at: float) -> list[VirtualWait]:
        """Record that an agent took this caller, and return those before them who left: the same agent would
        have taken them."""
        place = self.standing.pop(call, None)
        if place is None:
            return []
        queues = {place.queue, *self.serves.get(agent, ())}
        mine = place.key(call)
        return self._reach(lambda other, was: was.queue in queues and was.key(other) < mine, at)

    def passed(self, at: float) -> list[VirtualWait]:
        """Let time pass, and return the places that agents who are still free would have taken."""
        found: list[VirtualWait] = []
        for agent, since in list(self._free.items()):
            if 0.0 <= at - since < _REALLY_FREE:
                continue
            del self._free[agent]
            queues = self.serves.get(agent, ())
            if at >= since:
                found += self._reach(_stood_in(queues), since)
        return found + self._expire(at)

    def _reach(self, would_be: Callable[[str, AbandonedPlace], bool], at: float) -> list[VirtualWait]:
        calls = [call for call, place in self.gone.items() if would_be(call, place)]
        return [self._reached(call, at) for call in calls]

    def _reached(self, call: str, at: float) -> VirtualWait:
        place = self.gone.pop(call)
        at = max(at, place.left or at)
        waited = at - place.entered
        return VirtualWait(call, place.queue, at if 0.0 <= waited < LONGEST else None, waited)

    def _expire(self, at: float) -> list[VirtualWait]:
        """Return the oldest places that nobody came for; also those of a clock that was put back."""
        found = []
        while self.gone:
            call = next(iter(self.gone))
            if 0.0 <= at - (self.gone[call].left or at) < LONGEST:
                break
            found.append(VirtualWait(call, self.gone.pop(call).queue, None))
        return found

    def dump(self) -> KeptGhosts:
        return {
            "standing": [(call, *place) for call, place in self.standing.items()],
            "gone": [(call, *place) for call, place in self.gone.items()],
            "serves": self.serves,
            "free": self._free,
        }

    def load(self, kept: KeptGhosts) -> None:
        self.standing = places(kept["standing"])
        self.gone = places(kept["gone"])
        self.serves = {agent: list(queues) for agent, queues in kept["serves"].items()}
        self._free = {agent: float(since) for agent, since in kept["free"].items()}


def _stood_in(queues: Sequence[str]) -> Callable[[str, AbandonedPlace], bool]:
    """Return whether a place was in one of the queues."""
    return lambda _, was: was.queue in queues


def places(kept: list[KeptPlace]) -> dict[str, AbandonedPlace]:
    """Return the places by their calls."""
    return {call: AbandonedPlace(queue, rank, entered, left) for call, queue, rank, entered, left in kept}


class KeptBookings(TypedDict):
    """The bookings as plain JSON values."""

    origin: dict[str, str]
    place: list[KeptPlace]
    told: list[str]


class CallbackPlaces:
    """Places of callbacks by the id of their own call (`cb-…`)."""

    def __init__(self) -> None:
        self._origin: dict[str, str] = {}
        self._place: dict[str, AbandonedPlace] = {}
        self._told: set[str] = set()  # what was announced for them has its outcome, or will have none

    def booked(self, call: str, origin: str, chosen: bool) -> None:
        """Record a booking. `chosen`: for a time of the caller's own choice, which says nothing about
        waiting."""
        if len(self._origin) < _MOST:
            self._origin[call] = origin
            if chosen:
                self._told.add(call)

    def joined(self, call: str, place: AbandonedPlace) -> None:
        if len(self._place) < _MOST:
            self._place[call] = place

    def __contains__(self, call: str) -> bool:
        return call in self._place

    def place(self, call: str) -> AbandonedPlace | None:
        return self._place.get(call)

    def known_as(self, call: str) -> str:
        """Return the call in which it was booked; other calls are themselves."""
        return self._origin.get(call, call)

    def turn_came(self, call: str) -> bool:
        """Return True the first time that its customer is dialled: then the length of the wait is known."""
        first = call not in self._told
        self._told.add(call)
        return first

    def over(self, call: str) -> None:
        self._origin.pop(call, None)
        self._place.pop(call, None)
        self._told.discard(call)

    def dump(self) -> KeptBookings:
        kept: list[KeptPlace] = [(call, *place) for call, place in self._place.items()]
        return {"origin": self._origin, "place": kept, "told": sorted(self._told)}

    def load(self, kept: KeptBookings) -> None:
        self._origin = dict(kept["origin"])
        self._place = places(kept["place"])
        self._told = set(kept["told"])
