"""Ringing a telephone exactly once, though placing a call is not idempotent at the carrier.

It is on record before the carrier is asked. Where the answer was lost, or whoever asked died, the leg is
looked for first; a call that was placed is listed within seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ivr.carrier.base import AMBIGUOUS, GONE, PERMANENT, Carrier, CarrierError, Leg
from ivr.service.change import Changes
from ivr.service.pacer import Pacer
from ivr.service.worker import Again
from ivr.store.jobs import Job
from ivr.store.rung_legs import made_for_others

LOOK_AFTER_S = 1.0
CERTAIN_AFTER_S = 3.0  # a call that was placed is listed by then
RETRY_S = 1.0


@dataclass(frozen=True, slots=True)
class Ring:
    """One telephone to be rung, for what `id` names. `asked_at` is when the carrier was asked, by the record;
    None: not yet.

    `on_record` writes down that it is about to be asked, and returns when; None: nobody is wanted now. `ask`
    asks, and returns the leg; `rung` keeps it; `impossible` is told when it can never be rung.
    """

    id: str
    to: str
    from_: str
    asked_at: float | None
    on_record: Callable[[], float | None]
    ask: Callable[[], str]
    rung: Callable[[str], None]
    impossible: Callable[[CarrierError], None]


class Ringer:
    """Rings telephones at the pace that the carrier allows."""

    def __init__(self, carrier: Carrier, pacer: Pacer, changes: Changes) -> None:
        self._carrier, self._pacer = carrier, pacer
        self._database, self._clock = changes.database, changes.clock

    def once(self, ring: Ring, job: Job) -> Again | None:
        """What the job is to do: nothing more, or the same again."""
        if ring.asked_at is not None and ring.asked_at != job.body.get("refused"):
            found = self._look(ring, ring.asked_at)
            if found is not None:
                return found if isinstance(found, Again) else None
        pause = self._pacer.pause(self._clock())
        if pause > 0:
            return Again(pause, timer=True)
        asked_at = ring.on_record()
        if asked_at is None:
            return None
        try:
            sid = ring.ask()
        except CarrierError as error:
            return self._not_rung(ring, job, error, asked_at)
        ring.rung(sid)
        return None

    def _not_rung(self, ring: Ring, job: Job, error: CarrierError, asked_at: float) -> Again | None:
        if error.kind in (PERMANENT, GONE):
            ring.impossible(error)
            return None
        body = {name: value for name, value in job.body.items() if name != "refused"}
        if error.kind == AMBIGUOUS:
            return Again(LOOK_AFTER_S, timer=True, body=body)
        # Refused for now (too many at once): surely not made, so there is nothing to look for. That holds for
        # this request alone: whoever dies after the next one leaves another time on record.
        return Again(RETRY_S, timer=True, body={**body, "refused": asked_at})

    def _look(self, ring: Ring, asked_at: float) -> Again | bool | None:
        """Was the leg made? True: yes, and it is on record. None: surely not. Again: too early to say."""
        try:
            legs = self.legs(ring, asked_at)
        except CarrierError:
            return Again(LOOK_AFTER_S, timer=True)
        if legs:
            ring.rung(legs[0].sid)
            return True
        if self._clock() - asked_at < CERTAIN_AFTER_S:
            return Again(LOOK_AFTER_S, timer=True)
        return None

    def legs(self, ring: Ring, asked_at: float) -> list[Leg]:
        """The legs that may have been made for this ring. Raises CarrierError."""
        found = self._carrier.find_legs(ring.to, ring.from_, asked_at)
        with self._database.read() as connection:
            others = made_for_others(connection, ring.id, [leg.sid for leg in found])
        return [leg for leg in found if leg.sid not in others]

    def end_unknown(self, ring: Ring, asked_at: float) -> Again | None:
        """End a leg that may or may not have been made, and whose name nobody knows."""
        try:
            legs = self.legs(ring, asked_at)
            for leg in legs:
                if not leg.over:
                    self._carrier.hang_up(leg.sid)
        except CarrierError as error:
            return None if error.kind == GONE else Again(RETRY_S)
        waited = self._clock() - asked_at
        return Again(LOOK_AFTER_S, timer=True) if not legs and waited < CERTAIN_AFTER_S else None


def done_or_again(request: Callable[[], None]) -> Again | None:
    """Ask the carrier for what may be asked twice. None: it is done, or can never be."""
    try:
        request()
    except CarrierError as error:
        return None if error.kind in (GONE, PERMANENT) else Again(RETRY_S)
    return None
