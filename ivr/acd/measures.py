"""The measures of a floor. Each figure's definition is its docstring, since several are in use in the field.

Every function takes sums (see `ivr.acd.reports.sums`) and returns None when there is nothing to divide by: no
calls is not a service level of 0 %. `docs/reports.md` has the same definitions.
"""

from __future__ import annotations

from ivr.acd.reports.sums import WAIT_BOUNDS, AgentSums, QueueSums


def service_level(of: QueueSums) -> float | None:
    """Return the share of callers answered within the goal's seconds: answered in time / (answered +
    abandoned late).

    A caller who hangs up before the goal's seconds counts neither way; one who hangs up after them counts as
    missed. Callers who left for voicemail or a callback are in neither.
    """
    return _share(of.in_goal, of.answered + of.abandoned_late)


def speed_of_answer(of: QueueSums) -> float | None:
    """Return the mean wait of answered callers, in seconds. Abandoned calls are not in it: look at both."""
    return _share(of.wait_answered_s, of.answered)


def abandonment(of: QueueSums) -> float | None:
    """Return the share of callers who hung up waiting: abandoned / (answered + abandoned), without short
    abandons."""
    abandoned = of.abandoned - of.abandoned_short
    return _share(abandoned, of.answered + abandoned)


def time_to_abandon(of: QueueSums) -> float | None:
    """Return the mean wait of those who hung up, short ones included, in seconds."""
    return _share(of.wait_gone_s, of.abandoned)


def handle_time(of: QueueSums | AgentSums) -> float | None:
    """Return the mean seconds that a conversation keeps an agent: talk, holds in it, and wrap-up."""
    return _share(of.talk_s + of.wrap_s, of.talks)


def occupancy(of: AgentSums) -> float | None:
    """Return the share of the time agents were there for callers in which they had one: on call and in
    wrap-up.

    The rest is being available and being rung. Time away or signed out is in neither part: breaks do not make
    a team look idle.
    """
    busy = of.on_call_s + of.wrap_s
    return _share(busy, busy + of.available_s + of.ringing_s)


def first_contact_resolution(of: QueueSums) -> float | None:
    """Return the share of calls with a conversation after which the same number did not call again within the
    repeat days.

    Withheld numbers are left out. For the last repeat days it can still fall.
    """
    repeated = _share(of.repeats, of.known_talks)
    return None if repeated is None else 1.0 - repeated


def zero_out(zeroed: float, entries: float) -> float | None:
    """Return the share of visits to a step (or of calls) in which the caller asked for a person there."""
    return _share(zeroed, entries)


def containment(of: QueueSums) -> float | None:
    """Return the share of calls that the flow itself ended: never in line, and without a request for a
    person.

    Callers who hang up in the flow are not in it: it is unknown whether they had what they wanted.
    """
    return _share(of.served, of.calls)


def callbacks_kept(of: QueueSums) -> float | None:
    """Return the share of promised callbacks that reached the caller: reached / (reached + given up by
    us)."""
    return _share(of.callbacks_kept, of.callbacks_kept + of.callbacks_broken)


def promises_kept(of: QueueSums) -> float | None:
    """Return the share of announced waits with a known outcome that were right
    (`ivr.acd.announced_estimates`)."""
    return _share(of.promises_kept, of.promises_judged)


def satisfaction(number: float, total: float) -> float | None:
    """Return the mean of the ratings that callers keyed."""
    return _share(total, number)


def wait_within(buckets: dict[int | None, float], share: float) -> int | None:
    """Return the shortest of the fixed lengths (`WAIT_BOUNDS`) within which at least this share was answered;
    None when nobody was, or when it took longer than the longest of them. `buckets`: callers by length."""
    whole = sum(buckets.values())
    so_far = 0.0
    for bound in WAIT_BOUNDS if whole > 0 else ():
        so_far += buckets.get(bound, 0.0)
        if so_far >= share * whole:
            return bound
    return None


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None
