"""Which wait is announced, and when no number is said. Pure policy over numbers; the memory is plain values.

An announcement is a promise, and its upper end counts: repeated announcements count down towards the same
moment, which is never moved later silently. A promise that cannot be kept is withdrawn once, in words, and
then a new one may follow. Numbers are on a grid of whole minutes, since callers do not plan in seconds. Ends
are rounded outwards, except that an end just past a mark takes that mark: always rounding outwards makes
ranges needlessly wide.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import Any

MINUTES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60)
MOST = MINUTES[-1]
TRIM = 0.3  # of a step of the grid
SLACK = 0.25  # of the promise still left
MINUTE = 60.0
DOUBT = 1.75  # estimates fluctuate, and the worst of many would withdraw too often
VAGUE_RATIO, VAGUE_FROM = 6, 15 * MINUTE
NEARLY = 1e-9

SOON, RANGE, UP_TO, OVER, LATE, NONE = "soon", "range", "up_to", "over", "late", "none"


@dataclass(frozen=True, slots=True)
class AnnouncedWait:
    """A wait to announce. `low` and `high` are seconds from now; `high` is None for "more than"."""

    kind: str
    low: float | None = None
    high: float | None = None

    @property
    def phrase(self) -> str:
        """Return the engine's sentence for it; "" for none."""
        return "" if self.kind == NONE else f"wait_{self.kind}"

    @property
    def minutes(self) -> dict[str, int]:
        """Return the numbers in that sentence."""
        ends = {"low": self.low, "high": self.high}
        return {name: round(seconds / MINUTE) for name, seconds in ends.items() if seconds is not None}


def speak(low: float | None, high: float | None) -> AnnouncedWait:
    """Return the announcement for a remaining wait between `low` and `high` seconds, with no promise made
    before."""
    if low is None or high is None or not 0 <= low <= high:
        return AnnouncedWait(NONE)
    if low >= MOST * MINUTE:
        return AnnouncedWait(OVER, MOST * MINUTE)
    if high > VAGUE_FROM and high > VAGUE_RATIO * max(low, 1.0):
        return AnnouncedWait(NONE)
    first, last = _mark_below(low / MINUTE), _mark_above(high / MINUTE)
    if last is None:
        return AnnouncedWait(OVER, first * MINUTE) if first else AnnouncedWait(NONE)
    if last <= 1:
        return AnnouncedWait(SOON, 0.0, MINUTE)
    if first >= last:
        first = MINUTES[max(0, MINUTES.index(last) - 1)]
    return AnnouncedWait(RANGE if first else UP_TO, first * MINUTE, last * MINUTE)


def _mark_below(minutes: float) -> int:
    index = bisect_right(MINUTES, minutes + NEARLY) - 1
    if index + 1 < len(MINUTES):
        here, above = MINUTES[index], MINUTES[index + 1]
        if minutes > above - TRIM * (above - here):
            return above
    return MINUTES[index]


def _mark_above(minutes: float) -> int | None:
    index = bisect_left(MINUTES, minutes - NEARLY)
    if index == 0:
        return MINUTES[0]
    if index < len(MINUTES):
        below, here = MINUTES[index - 1], MINUTES[index]
        return below if minutes < below + TRIM * (here - below) else here
    return None


def announce(
    promise: dict[str, Any],
    at: float,
    low: float | None,
    high: float | None,
    middle: float | None = None,
) -> tuple[AnnouncedWait, dict[str, Any]]:
    """Return what to say at the moment `at` (seconds), and the promise to remember.

    `promise` is {} or {"due": moment, "high": seconds last spoken}. A "more than" promises nothing. `middle`
    is the median wait. The promise is withdrawn only when `middle`, divided by DOUBT, ends beyond the
    promised moment, or when that moment has passed. Otherwise an excess counts as doubt, and nothing is said.
    """
    fresh = speak(low, high)
    if fresh.kind == NONE:
        return fresh, promise
    if not promise:
        return fresh, _promised(fresh, at)
    due, last = promise["due"], promise["high"]
    if middle is None:
        middle = ((low or 0.0) + (high or 0.0)) / 2
    else:
        middle /= DOUBT
    if fresh.high is None:
        return _doubted(promise, at, middle)
    if fresh.high <= max(last, MINUTE) and at + fresh.high <= due + MINUTE:
        return fresh, {"due": min(due, at + fresh.high), "high": fresh.high}
    left = due - at
    if left > 0 and at + fresh.high <= due + max(MINUTE, SLACK * left):
        standing = speak(min(fresh.low or 0.0, left), left)
        if standing.high is not None and standing.high <= last:
            return standing, {"due": due, "high": standing.high}
    return _doubted(promise, at, middle)


def _doubted(promise: dict[str, Any], at: float, middle: float) -> tuple[AnnouncedWait, dict[str, Any]]:
    """Withdraw the promise when it is more likely broken than kept; otherwise keep it and say no number."""
    due = promise["due"]
    return (AnnouncedWait(LATE), {}) if at + max(0.0, middle) >= due else (AnnouncedWait(NONE), promise)


def _promised(spoken: AnnouncedWait, at: float) -> dict[str, Any]:
    return {} if spoken.high is None else {"due": at + spoken.high, "high": spoken.high}
