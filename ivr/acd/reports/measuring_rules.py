"""The rules by which a stretch of the journal is measured: time zone, goals, limits.

They are journalled (`measured_by`) whenever the settings change them, so that figures made again from nothing
use for each day what was in force on that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from math import isfinite
from typing import Any, TypeGuard
from zoneinfo import ZoneInfo

from ivr.acd.journal import JournalKind

MEASURED_BY = JournalKind.MEASURED_BY
LONGEST_SPAN_S = 31 * 86_400.0
DEFAULT_TARGET_S = 20.0


@dataclass(frozen=True, slots=True)
class MeasuringRules:
    """`targets` are the seconds within which each queue is to answer; who hangs up within `short_s` was in no
    need of an answer; a call within `repeat_days` after a talk means that the talk did not settle it."""

    zone: str = "UTC"
    short_s: float = 5.0
    repeat_days: float = 7.0
    targets: Mapping[str, float] = field(default_factory=dict)

    def target(self, queue: str) -> float:
        return self.targets.get(queue, DEFAULT_TARGET_S)

    def day(self, at: float) -> str:
        """The local day of an instant, as 2026-03-02."""
        return datetime.fromtimestamp(at, _zone(self.zone)).date().isoformat()

    def spans(self, since: float, until: float) -> Iterator[tuple[str, float]]:
        """A stretch of time cut at local midnights: (day, seconds). A day may have 23 or 25 hours."""
        while since < until:
            day = datetime.fromtimestamp(since, _zone(self.zone)).date()
            end = min(until, begin_of(day + timedelta(days=1), self.zone))
            if (
                end <= since
            ):  # no zone is known to do so; a loop without end would be worse than a lost second
                end = until
            yield day.isoformat(), end - since
            since = end

    def as_json(self) -> dict[str, Any]:
        return {
            "zone": self.zone,
            "short_s": self.short_s,
            "repeat_days": self.repeat_days,
            "targets": dict(sorted(self.targets.items())),
        }


def rules_from(kept: Mapping[str, Any]) -> MeasuringRules:
    """Return the rules that `as_json` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    _zone(kept["zone"])
    targets = {str(queue): float(target) for queue, target in kept["targets"].items()}
    return MeasuringRules(kept["zone"], float(kept["short_s"]), float(kept["repeat_days"]), targets)


def begin_of(day: date, zone: str) -> float:
    """The instant at which a local day begins."""
    return datetime.combine(day, time(), _zone(zone)).timestamp()


def week_of(day: str) -> str:
    """The Monday of a day's week."""
    found = date.fromisoformat(day)
    return (found - timedelta(days=found.weekday())).isoformat()


def sane(at: Any) -> TypeGuard[float]:
    """An instant that a calendar knows: between 1970 and 2100."""
    return isinstance(at, int | float) and isfinite(at) and 0.0 < at < _LAST


def seconds(value: Any) -> float | None:
    """A length of time; None for what cannot be one (a clock that was put back, a row from nowhere)."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        return None
    return float(value) if 0.0 <= value <= LONGEST_SPAN_S else None


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError) as unknown:
        raise ValueError(f"no time zone {name!r}") from unknown


_LAST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
