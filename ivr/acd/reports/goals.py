"""When somebody is told that a queue misses its goal, and when that it is over. Pure: time is an argument.

Told once it has been missed for the whole of `after`, and that it is over once it has been met as long, so
that a queue on the edge does not send a mail a minute. What ends before anybody was told leaves no trace.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WAIT, TELL_MISSED, TELL_MET, FORGET = "wait", "missed", "met", "forget"


@dataclass(frozen=True, slots=True)
class Incident:
    """A goal that is missed: since when, when that was told, and since when it is met again."""

    missed_since: float
    share: float
    told_at: float | None = None
    met_since: float | None = None


@dataclass(frozen=True, slots=True)
class Recent:
    """Callers of the last minutes: answered in time, not in time, and those who wait longer even now."""

    in_goal: float
    missed: float
    overdue: int = 0

    def share(self, least: int) -> float | None:
        """Share answered in time; None for fewer than `least` callers, of whom nothing can be said."""
        whole = self.in_goal + self.missed + self.overdue
        return self.in_goal / whole if whole >= max(1, least) else None


def judged(
    incident: Incident | None, share: float | None, goal: float, after_s: float, now: float
) -> tuple[str, Incident | None]:
    """(what to do, the incident as it is then). A share that is not known, at night say, misses nothing."""
    if share is not None and share < goal:
        return _missed(incident, share, after_s, now)
    if incident is None:
        return WAIT, None
    if incident.told_at is None:
        return FORGET, None
    met_since = now if incident.met_since is None else incident.met_since
    incident = replace(incident, met_since=met_since)
    if now - met_since < after_s:
        return WAIT, incident
    return TELL_MET, incident


def _missed(
    incident: Incident | None, share: float, after_s: float, now: float
) -> tuple[str, Incident | None]:
    if incident is None:
        incident = Incident(now, share)
    incident = replace(incident, share=share, met_since=None)
    if incident.told_at is None and now - incident.missed_since >= after_s:
        return TELL_MISSED, replace(incident, told_at=now)
    return WAIT, incident
