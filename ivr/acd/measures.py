"""What a floor is measured by. Each figure's definition is its docstring; several circulate in the field.

Every function takes finished calls or worked spans as plain records and returns None where there is
nothing to divide by: no calls is not a service level of 0 %.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

ANSWERED = "answered"
ABANDONED = "abandoned"
LEFT = "left"


@dataclass(frozen=True, slots=True)
class FinishedCall:
    """A queued call that is over. Seconds; `talked` includes holds; `outcome` is the call's last state."""

    outcome: str
    waited: float
    talked: float = 0.0
    wrapped_up: float = 0.0


@dataclass(frozen=True, slots=True)
class WorkedSpan:
    """What agents did in a stretch of time, in seconds: on calls, in wrap-up, and free for a call."""

    on_call: float
    wrapping_up: float
    available: float


def service_level(calls: Collection[FinishedCall], target: float) -> float | None:
    """Share of callers answered within `target` seconds: answered in time / (answered + abandoned late).

    Who abandons before the target had not yet been let down and counts neither way; who abandons after
    it counts as missed. Callers who left for voicemail or a callback are in neither.
    """
    answered = [call.waited for call in calls if call.outcome == ANSWERED]
    late = sum(1 for call in calls if call.outcome == ABANDONED and call.waited > target)
    return _share(sum(1 for waited in answered if waited <= target), len(answered) + late)


def speed_of_answer(calls: Collection[FinishedCall]) -> float | None:
    """Mean wait of answered calls, in seconds. Abandoned calls are not in it: look at both."""
    answered = [call.waited for call in calls if call.outcome == ANSWERED]
    return _share(sum(answered), len(answered))


def short_abandons(calls: Collection[FinishedCall], short: float) -> int:
    """Number of callers who hung up within `short` seconds: misdials and changes of mind, not impatience."""
    return sum(1 for call in calls if call.outcome == ABANDONED and call.waited <= short)


def abandonment(calls: Collection[FinishedCall], short: float) -> float | None:
    """Share of callers who hung up waiting: abandoned / (answered + abandoned), short abandons in neither."""
    abandoned = sum(1 for call in calls if call.outcome == ABANDONED) - short_abandons(calls, short)
    return _share(abandoned, abandoned + sum(1 for call in calls if call.outcome == ANSWERED))


def handle_time(calls: Collection[FinishedCall]) -> float | None:
    """Mean seconds an answered call keeps an agent: talk with holds, and wrap-up."""
    handled = [call.talked + call.wrapped_up for call in calls if call.outcome == ANSWERED]
    return _share(sum(handled), len(handled))


def occupancy(spans: Collection[WorkedSpan]) -> float | None:
    """Share of the time agents were there for callers in which they had one: on call and in wrap-up.

    Time away or signed out is in neither part: breaks do not make a team look idle.
    """
    busy = sum(span.on_call + span.wrapping_up for span in spans)
    return _share(busy, busy + sum(span.available for span in spans))


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
