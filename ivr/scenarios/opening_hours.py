"""Opening hours under the control of a scenario."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ivr.engine.context import Calendar, OpeningState

MORNING = 9


class RehearsedHours:
    """A calendar that answers as it is written, unless `forced` says open (True) or closed (False)."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._known: dict[datetime, OpeningState] = {}
        self.forced: bool | None = None

    def at(self, instant: datetime) -> OpeningState:
        state = self._as_written(instant.replace(second=0, microsecond=0))
        if self.forced is None or self.forced == state.open:
            return state
        if self.forced:
            return OpeningState(True, closes=state.next_open)
        return OpeningState(False, next_open=self._next_opening(instant, state))

    def __getattr__(self, name: str) -> Any:
        """Return any other attribute of the calendar: checks of the flows read it as it is written."""
        return getattr(self.__dict__["_calendar"], name)

    def _as_written(self, minute: datetime) -> OpeningState:
        """Return the state of a minute from a cache: most scenarios play in the same hours, and a calendar is
        slow."""
        if minute not in self._known:
            self._known[minute] = self._calendar.at(minute)
        return self._known[minute]

    def _next_opening(self, instant: datetime, state: OpeningState) -> datetime:
        """Return the opening after the present hours; for a calendar that never closes, tomorrow morning."""
        later = self._calendar.at(state.closes).next_open if state.closes else None
        if later is not None:
            return later
        local = instant.astimezone(ZoneInfo(getattr(self._calendar, "zone", "UTC")))
        return (local + timedelta(days=1)).replace(hour=MORNING, minute=0, second=0, microsecond=0)
