"""What a floor is measured by. Each figure's definition is its docstring; several circulate in the field.

Every function takes sums (see `ivr.acd.reports.sums`) and returns None where there is nothing to divide by:
no calls is not a service level of 0 %. `docs/reports.md` tells the same to people.
"""

from __future__ import annotations

from ivr.acd.reports.sums import WAIT_BOUNDS, AgentSums, QueueSums


def service_level(of: QueueSums) -> float | None:
    """Share of callers answered within the goal's seconds: answered in time / (answered + abandoned late).

    Who hangs up before the goal's seconds had not yet been let down and counts neither way; who hangs up
    after them counts as missed. Callers who left for voicemail or a callback are in neither.
    """
    return _share(of.in_goal, of.answered + of.abandoned_late)


def speed_of_answer(of: QueueSums) -> float | None:
    """Mean wait of answered callers, in seconds. Abandoned calls are not in it: look at both."""
    return _share(of.wait_answered_s, of.answered)


def abandonment(of: QueueSums) -> float | None:
    """Share of callers who hung up waiting: abandoned / (answered + abandoned), short abandons in neither."""
    abandoned = of.abandoned - of.abandoned_short
    return _share(abandoned, of.answered + abandoned)


def time_to_abandon(of: QueueSums) -> float | None:
    """Mean wait of those who hung up, short ones included, in seconds."""
    return _share(of.wait_gone_s, of.abandoned)


def handle_time(of: QueueSums | AgentSums) -> float | None:
    """Mean seconds that a talk keeps an agent: talk, holds in it, and wrap-up."""
    return _share(of.talk_s + of.wrap_s, of.talks)


def occupancy(of: AgentSums) -> float | None:
    """Share of the time agents were there for callers in which they had one: on call and in wrap-up.

    The rest is being available and being rung. Time away or signed out is in neither part: breaks do not
    make a team look idle.
    """
    busy = of.on_call_s + of.wrap_s
    return _share(busy, busy + of.available_s + of.ringing_s)


def first_contact_resolution(of: QueueSums) -> float | None:
    """Share of calls with a talk after which the same number did not call again within the repeat days.

    Withheld numbers are left out. Of the last repeat days it can still fall.
    """
    repeated = _share(of.repeats, of.known_talks)
    return None if repeated is None else 1.0 - repeated


def zero_out(zeroed: float, entries: float) -> float | None:
    """Share of visits to a step (or of calls) in which the caller asked for a person there."""
    return _share(zeroed, entries)


def containment(of: QueueSums) -> float | None:
    """Share of calls that the flow itself brought to an end: never in line, nobody asked for.

    Who hangs up in the flow is not in it: nobody knows whether they had what they wanted.
    """
    return _share(of.served, of.calls)


def callbacks_kept(of: QueueSums) -> float | None:
    """Share of promised callbacks that reached the caller: reached / (reached + given up by us)."""
    return _share(of.callbacks_kept, of.callbacks_kept + of.callbacks_broken)


def promises_kept(of: QueueSums) -> float | None:
    """Share of announced waits with a known outcome that came true (`ivr.acd.announced_estimates`)."""
    return _share(of.promises_kept, of.promises_judged)


def satisfaction(number: float, total: float) -> float | None:
    """Mean of the ratings that callers keyed."""
    return _share(total, number)


def wait_within(buckets: dict[int | None, float], share: float) -> int | None:
    """The shortest of the fixed lengths (`WAIT_BOUNDS`) within which at least this share was answered; None
    when nobody was, or when it took longer than the longest of them. `buckets`: callers by length."""
    whole = sum(buckets.values())
    so_far = 0.0
    for bound in WAIT_BOUNDS if whole > 0 else ():
        so_far += buckets.get(bound, 0.0)
        if so_far >= share * whole:
            return bound
    return None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
