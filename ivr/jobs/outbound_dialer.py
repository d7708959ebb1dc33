"""Ringing a telephone exactly once, though placing a call is not idempotent at the carrier."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from ivr.carrier.base import ACCOUNT, AMBIGUOUS, GONE, PERMANENT, Carrier, CarrierError, Leg
from ivr.floor.transaction import Retry, Transactions
from ivr.jobs.carrier_refusals import CALLS, CarrierRefusals
from ivr.store.jobs import Job
from ivr.store.outbound_legs import made_for_others


class RateLimiter:
    """At most `per_second` calls placed a second, after a first burst of the same number."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1.0 / per_second
        self._next = 0.0
        self._guard = threading.Lock()

    def pause(self, now: float) -> float:
        """Seconds to wait before the next call may be placed; 0.0 means now, and the slot is taken."""
        with self._guard:
            if now >= self._next:
                self._next = max(self._next, now - self._gap) + self._gap
                return 0.0
            if self._next - now > self._gap:  # the clock was set back: nobody waits for an hour gone by
                self._next = now + self._gap
                return 0.0
            return self._next - now


LOOK_AFTER_S = 1.0
LOOK_PAUSE_S = 5.0  # at most, between two looks
OLD_S = 5.0  # nothing is placed for a record older than this
LONGEST_REQUEST_S = 12.0  # connecting and reading, each with its limit
LATEST_S = 20.0  # from the end of a request until it is surely not worked off any more, and listed
RETRY_S = 1.0
NOT_LISTED_S = 5.0  # so long after its beginning a room may be missing in the carrier's lists
REFUSED_AGAIN_S = 10.0


@dataclass(frozen=True, slots=True)
class DialRequest:
    """One telephone to be rung, for what `id` names. `asked_at` is when the carrier was asked, by the record;
    None: not yet.

    `on_record` writes down that the carrier is about to be asked, and returns when; None: nobody is wanted
    now. `rung` keeps the leg; `impossible` is told when it can never be rung, `refused` when the carrier does
    not ring anybody for us, for which nobody is to blame. After `latest_s` a request of which nothing was
    heard was surely not carried out.
    """

    id: str
    to: str
    from_: str
    asked_at: float | None
    answer_url: str
    status_url: str
    fallback_url: str
    ring_seconds: int
    on_record: Callable[[], float | None]
    rung: Callable[[str], None]
    impossible: Callable[[CarrierError], None]
    refused: Callable[[CarrierError, float], None]
    machine_url: str = ""
    keys: str = ""
    latest_s: float = LATEST_S


class OutboundDialer:
    """Rings telephones at the pace that the carrier allows, and not while it refuses our calls."""

    def __init__(
        self, carrier: Carrier, pacer: RateLimiter, transactions: Transactions, refusals: CarrierRefusals
    ) -> None:
        self._carrier, self._pacer, self._refusals = carrier, pacer, refusals
        self._database, self._clock = transactions.database, transactions.clock

    def once(self, ring: DialRequest, job: Job) -> Retry | None:
        """Dial once, and return None when the job is done, or a Retry."""
        if ring.asked_at is not None and ring.asked_at != job.body.get("refused"):
            found = self._look(ring, ring.asked_at, job)
            if found is not None:
                return found if isinstance(found, Retry) else None
        if self._is_refused(ring):
            return None
        pause = self._pacer.pause(self._clock())
        if pause > 0:
            return Retry(pause, timer=True)
        asked_at = ring.on_record()
        if asked_at is None:
            return None
        try:
            sid = self._ask(ring, asked_at)
        except CarrierError as error:
            return self._not_rung(ring, job, error, asked_at)
        ring.rung(sid)
        return None

    def _is_refused(self, ring: DialRequest) -> bool:
        """The carrier refused such a call a moment ago, and is not asked again yet."""
        pause = self._refusals.pause(CALLS, ring.to)
        error = self._refusals.refusal(CALLS, ring.to) if pause > 0 else None
        if error is not None:
            ring.refused(error, pause)
        return error is not None

    def _ask(self, ring: DialRequest, asked_at: float) -> str:
        return self._carrier.ring(
            ring.to,
            ring.from_,
            answer_url=ring.answer_url,
            status_url=ring.status_url,
            fallback_url=ring.fallback_url,
            ring_seconds=ring.ring_seconds,
            machine_url=ring.machine_url,
            keys=ring.keys,
            in_time=lambda: 0 <= self._clock() - asked_at < OLD_S,
        )

    def _not_rung(self, ring: DialRequest, job: Job, error: CarrierError, asked_at: float) -> Retry | None:
        if error.kind in (PERMANENT, GONE):
            ring.impossible(error)
            return None
        if error.kind == ACCOUNT:
            ring.refused(error, self._refusals.left(CALLS, ring.to))
            return None
        body = {name: value for name, value in job.body.items() if name not in ("refused", "unsure")}
        if error.kind == AMBIGUOUS:
            return Retry(LOOK_AFTER_S, timer=True, body={**body, "unsure": [asked_at, self._clock()]})
        # Refused for now (too many at once): surely not made, so there is nothing to look for. That holds for
        # this request alone: a process that dies after the next one leaves another time on record.
        return Retry(RETRY_S, timer=True, body={**body, "refused": asked_at})

    def _look(self, ring: DialRequest, asked_at: float, job: Job) -> Retry | bool | None:
        """Was the leg made? True: yes, and it is on record. None: surely not. Retry: too early to say."""
        certain_at = _ended_at(asked_at, job) + ring.latest_s
        now = self._clock()
        try:
            legs = self.legs(ring, asked_at)
        except CarrierError:
            return Retry(LOOK_AFTER_S, timer=True)
        if legs:
            ring.rung(legs[0].sid)
            return True
        return _later(now, asked_at, certain_at)

    def legs(self, ring: DialRequest, asked_at: float) -> list[Leg]:
        """The legs that may have been made for this ring. Raises CarrierError."""
        found = self._carrier.find_legs(ring.to, ring.from_, asked_at)
        with self._database.read() as connection:
            others = made_for_others(connection, ring.id, [leg.sid for leg in found])
        return [leg for leg in found if leg.sid not in others]

    def end_unknown(self, ring: DialRequest, asked_at: float, job: Job) -> Retry | None:
        """End a leg that may or may not have been made, and whose name nobody knows. It is ended when it was
        seen twice: another ring at the same phone is a moment away from telling that a leg is its own."""
        certain_at = _ended_at(asked_at, job) + ring.latest_s
        now, seen = self._clock(), job.body.get("seen", [])
        try:
            legs = [leg.sid for leg in self.legs(ring, asked_at) if not leg.over]
            for sid in legs:
                if sid in seen:
                    self._carrier.hang_up(sid)
        except CarrierError as error:
            return None if error.kind == GONE else Retry(RETRY_S)
        if legs:
            return Retry(LOOK_AFTER_S, timer=True, body={**job.body, "seen": legs})
        return None if seen else _later(now, asked_at, certain_at)


def _ended_at(asked_at: float, job: Job) -> float:
    """When the request of then was over at the latest: as noted, or, where the process died, as may be."""
    noted_for, ended_at = job.body.get("unsure", (None, 0.0))
    return ended_at if noted_for == asked_at else asked_at + OLD_S + LONGEST_REQUEST_S


def _later(now: float, asked_at: float, certain_at: float) -> Retry | None:
    """The next look, at longer and longer intervals, the last one when it is certain; None: it is."""
    if now >= certain_at:
        return None
    pause = min(LOOK_PAUSE_S, max(LOOK_AFTER_S, (now - asked_at) / 4))
    return Retry(min(pause, max(0.1, certain_at - now)), timer=True)


def done_or_again(request: Callable[[], None]) -> Retry | None:
    """Ask the carrier for what may be asked twice. None: it is done, or can never be."""
    try:
        request()
    except CarrierError as error:
        return again_or_never(error)
    return None


def again_or_never(error: CarrierError) -> Retry | None:
    """When to ask the same again; None: it can never be."""
    return None if error.kind in (GONE, PERMANENT) else Retry(retry_after(error))


def retry_after(error: CarrierError) -> float:
    """Seconds until it makes sense to ask the same again."""
    return REFUSED_AGAIN_S if error.kind == ACCOUNT else RETRY_S
