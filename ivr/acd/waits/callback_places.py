"""Callbacks as the journal tells them: a place of its own, and still the caller to whom a wait was promised.

A booked callback is the same demand as the call it was booked in, so what is learnt of it is learnt under the
name of that call. Who books has not lost patience, and who cancels is no caller that hung up.
"""

from __future__ import annotations

from typing import TypedDict

from ivr.acd.waits.abandoned_places import AbandonedPlace, KeptPlace, places

_MOST = 20_000


class KeptBookings(TypedDict):
    """The bookings as plain JSON values."""

    origin: dict[str, str]
    place: list[KeptPlace]
    told: list[str]


class CallbackPlaces:
    """Places of callbacks by the name of their own call (`cb-…`)."""

    def __init__(self) -> None:
        self._origin: dict[str, str] = {}
        self._place: dict[str, AbandonedPlace] = {}
        self._told: set[str] = set()  # what was said of them has its outcome, or will have none

    def booked(self, call: str, origin: str, chosen: bool) -> None:
        """`chosen`: for a time of the caller's own choice, which says nothing about waiting."""
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
        """The call in which it was booked; other calls are themselves."""
        return self._origin.get(call, call)

    def turn_came(self, call: str) -> bool:
        """Its customer is dialled. True the first time: then it is known how long the wait was."""
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
