"""Measures whether announced waits were right. Each figure's definition is its docstring.

A promise is one announced number: the wait still to come is between `low` and `high` seconds from the moment
it was said. Its outcome is known once an agent answers the call, or the caller leaves without one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from math import isfinite
from statistics import median

ANSWERED = "answered"
LEAVING = frozenset({"abandoned", "left"})
LATE = 1.25  # of the promised upper end
SMALLEST_HIGH = 60.0  # "less than a minute": nothing narrower can be said
LONGEST = 86_400.0
FEWEST = 40  # outcomes before a record counts
FORGOTTEN = 20  # outcomes left, below which a silent queue's old record no longer counts against it
HONEST = (0.75, 0.97)
HONEST_AGAIN = (0.80, 0.95)


@dataclass(frozen=True, slots=True)
class AnnouncedEstimate:
    """One announced number and its outcome.

    `high` is None for "more than low"; `point` is the estimator's expectation behind it, where known.
    `outcome` is answered (also: their callback was dialled in turn), abandoned (hung up), left (for a
    message, or a callback taken back), anything else for a promise that ended without an answer to it (moved
    to another queue or time), or None while the place waits.
    `actual` is what the caller really waited from then on, or how long they stayed.
    `spoken` is False for a number that was kept back because the queue was silent.
    `withdrawn` is None, or the seconds from then on to the promised moment of a promise that was withdrawn
    ("it is taking longer than we expected").
    """

    queue: str
    said_at: float
    low: float
    high: float | None
    point: float | None = None
    outcome: str | None = None
    actual: float | None = None
    spoken: bool = True
    withdrawn: float | None = None

    @property
    def sane(self) -> bool:
        """Return whether all numbers are in range: a jumped clock or a stray row yields no promise or
        outcome."""
        ends = [self.low, *(end for end in (self.high, self.actual) if end is not None)]
        if not all(isfinite(end) and 0.0 <= end < LONGEST for end in ends):
            return False
        return isfinite(self.said_at) and (self.high is None or self.low <= self.high)

    @property
    def known(self) -> bool:
        """Return whether the promise has an outcome: the caller was answered, or had already waited past its
        upper end when they left."""
        if self.actual is None:
            return False
        if self.outcome == ANSWERED:
            return True
        return self.outcome in LEAVING and self.high is not None and self.actual > self.high

    @property
    def kept(self) -> bool:
        """Return whether the caller was answered within the range, both ends included."""
        if self.outcome != ANSWERED or self.actual is None or self.actual < self.low:
            return False
        return self.high is None or self.actual <= self.high

    @property
    def late(self) -> bool:
        """Return whether the caller was answered after more than 1.25 times the upper end, or left unanswered
        after it."""
        if not self.known or self.high is None or self.actual is None:
            return False
        return self.actual > (LATE * self.high if self.outcome == ANSWERED else self.high)

    @property
    def needless(self) -> bool:
        """Return whether the promise was withdrawn and would have been kept: the caller was answered by the
        promised moment."""
        if self.withdrawn is None or self.outcome != ANSWERED or self.actual is None:
            return False
        return self.actual <= self.withdrawn


@dataclass(frozen=True, slots=True)
class AnnouncementAccuracy:
    """The outcome of some promises. Shares are None when there is nothing to divide by."""

    promises: int = 0
    """Numbers announced (or, of a silent queue, kept back)."""
    outcomes: int = 0
    """Promises with a known outcome: answered, or left after the upper end had passed."""
    kept: int = 0
    late_ones: int = 0
    gone_early: int = 0
    """Promises to callers who left before the upper end: neither kept nor broken, counted separately."""
    open: int = 0
    """Promises to callers who are still waiting."""
    unusable: int = 0
    """Promises without a usable outcome: moved to another queue, or impossible times."""
    withdrawn: int = 0
    """Promises withdrawn in words, each once, whatever number it had come down to."""
    needless: int = 0
    """Withdrawn promises of callers who were answered by the promised moment all the same."""
    wide: int = 0
    """Outcomes of promises that could have been narrower: the upper end is beyond one minute."""
    wide_kept: int = 0
    bias: float | None = None
    """(sum of expected - sum of real waits) / sum of real waits, over answered calls with an upper end;
    expected is the estimator's point, or the middle of the range. Above 0: callers were told more than they
    waited."""
    width: float | None = None
    """Median of upper end - lower end, seconds, over all promises that have both."""

    @property
    def coverage(self) -> float | None:
        """Return the share of outcomes inside the promised range."""
        return self.kept / self.outcomes if self.outcomes else None

    @property
    def late(self) -> float | None:
        """Return the share of late outcomes: beyond 1.25 times the upper end, or left after it."""
        return self.late_ones / self.outcomes if self.outcomes else None


def record(promises: Iterable[AnnouncedEstimate]) -> AnnouncementAccuracy:
    """Sum up promises, even if some of them are absurd."""
    all_of_them = list(promises)
    sane = [promise for promise in all_of_them if promise.sane]
    known = [promise for promise in sane if promise.known]
    wide = [promise for promise in known if promise.high is None or promise.high > SMALLEST_HIGH]
    gone_early = sum(1 for p in sane if p.outcome in LEAVING and p.actual is not None and not p.known)
    still_open = sum(1 for promise in sane if promise.outcome is None)
    return AnnouncementAccuracy(
        promises=len(all_of_them),
        outcomes=len(known),
        kept=sum(promise.kept for promise in known),
        late_ones=sum(promise.late for promise in known),
        gone_early=gone_early,
        open=still_open,
        unusable=len(all_of_them) - len(known) - gone_early - still_open,
        withdrawn=sum(promise.withdrawn is not None for promise in sane),
        needless=sum(promise.needless for promise in sane),
        wide=len(wide),
        wide_kept=sum(promise.kept for promise in wide),
        bias=_bias(known),
        width=_width(sane),
    )


def by_day(promises: Iterable[AnnouncedEstimate], zone: tzinfo) -> dict[date, AnnouncementAccuracy]:
    """Return the record of each local day on which something was promised, oldest first."""
    days: dict[date, list[AnnouncedEstimate]] = defaultdict(list)
    for promise in promises:
        try:
            days[datetime.fromtimestamp(promise.said_at, zone).date()].append(promise)
        except (ValueError, OverflowError, OSError):  # no such instant
            continue
    return {day: record(days[day]) for day in sorted(days)}


def honest(of: AnnouncementAccuracy, was_silent: bool = False) -> bool:
    """Return whether numbers may be said, given the record of the last seven days.

    They are silenced when of at least 40 outcomes fewer than 75 % were kept (promised too little) or, among
    those that could have been narrower, more than 97 % (so wide that they say nothing; "less than a minute"
    cannot be narrower). A silent queue speaks again between 80 and 95 %, or once fewer than 20 outcomes are
    left to count against it. A queue without a record speaks: its first numbers come from a prior that was
    measured.
    """
    if of.outcomes < (FORGOTTEN if was_silent else FEWEST):
        return True
    least, most = HONEST_AGAIN if was_silent else HONEST
    if (of.coverage or 0.0) < least:
        return False
    too_wide = of.wide >= (FORGOTTEN if was_silent else FEWEST) and of.wide_kept / of.wide > most
    return not too_wide


def why_silent(of: AnnouncementAccuracy) -> str:
    """Return the reason in words."""
    if (of.coverage or 0.0) < HONEST_AGAIN[0]:
        return f"only {of.kept} of {of.outcomes} promises of the last 7 days were kept"
    return f"{of.wide_kept} of {of.wide} promises of the last 7 days were kept: the ranges are too wide"


def _bias(known: Iterable[AnnouncedEstimate]) -> float | None:
    said = real = 0.0
    for promise in known:
        if promise.outcome == ANSWERED and promise.high is not None and promise.actual is not None:
            point = promise.point
            usable = point is not None and 0.0 <= point < LONGEST
            said += point if point is not None and usable else (promise.low + promise.high) / 2.0
            real += promise.actual
    return (said - real) / real if real > 0.0 else None


def _width(sane: Iterable[AnnouncedEstimate]) -> float | None:
    widths = [promise.high - promise.low for promise in sane if promise.high is not None]
    return median(widths) if widths else None
