"""PURE: signs that a caller is losing patience, in words for supervisors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OFTEN_ASKED = 3  # requests for a person: one is normal, three are a sign
OFTEN_CALLED = 3  # calls within a week
LONG_WAIT_S = 300.0
TIMES_GOAL = 5


def signs(
    *,
    asked: int = 0,
    called: int = 0,
    waited_s: float = 0.0,
    goal_s: float = 0.0,
    late_s: float | None = None,
) -> list[str]:
    """Return the reasons to step in, the worst first. `asked`: requests for a person in this call; `called`:
    calls within a week, with this one; `late_s`: seconds since a promised wait was over."""
    found = []
    if late_s is not None:
        found.append(f"promise broken: {_minutes(late_s)} over the wait they were told")
    if asked >= OFTEN_ASKED:
        found.append(f"asked for a person {asked} times")
    if called >= OFTEN_CALLED:
        found.append(f"{called} calls within a week")
    if waited_s >= max(LONG_WAIT_S, TIMES_GOAL * goal_s):
        found.append(f"waiting for {_minutes(waited_s)}")
    return found


def late_by(promise: Mapping[str, Any] | None, now: float) -> float | None:
    """Return by how many seconds the announced wait is over; None if it is not, or nothing was promised."""
    if not promise:
        return None
    said, high = promise.get("at"), promise.get("high_s")
    if not isinstance(said, int | float) or not isinstance(high, int | float):
        return None
    late = now - (said + high)
    return late if late > 0 else None


def _minutes(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return "less than a minute"
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
