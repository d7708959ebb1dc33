"""When callers of a queue are led elsewhere. Values in, a way out: no clock, no floor, no words."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from ivr.engine.context import OverflowRule


@dataclass(frozen=True, slots=True)
class QueueLoad:
    """How a caller stands. Times in seconds; `place` 1 is next; `estimate` is None when no number is known.

    The line is counted up to the caller: a rule about its length is for those at its end, and never takes
    away somebody who is nearly there.
    """

    waited: float
    place: int
    estimate: float | None


@dataclass(frozen=True, slots=True)
class OverflowDecision:
    """The rule to follow: its name (for "once in a call"), and why, for the journal."""

    name: str
    rule: OverflowRule
    why: str


def decide_overflow(
    queue: str,
    rules: Sequence[OverflowRule],
    used: Collection[str],
    standing: QueueLoad,
    can_follow: Callable[[OverflowRule], bool],
) -> OverflowDecision | None:
    """The first rule whose conditions all hold, that was not followed in this call and can be followed."""
    for number, rule in enumerate(rules, 1):
        name = f"{queue}:{number}"
        why = _why(rule, standing)
        if why and name not in used and can_follow(rule):
            return OverflowDecision(name, rule, why)
    return None


def _why(rule: OverflowRule, standing: QueueLoad) -> str:
    """The conditions, each of which holds; "" when one does not."""
    found = []
    for what, value, limit in (
        ("waited {} s", standing.waited, rule.after_s),
        ("place {}", standing.place, rule.line_over),
        ("estimate {} s", standing.estimate, rule.estimate_over_s),
    ):
        if limit is None:
            continue
        if value is None or not value > limit:
            return ""
        found.append(f"{what.format(round(value))} over {round(limit)}")
    return ", ".join(found)
