"""Calendars that are right as they are written and still wrong: never open, or kept for a year gone by."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from ivr.engine.hours import CalendarModel
from ivr.flowfiles.problems import WARNING, Problem, listed
from ivr.flowfiles.pydantic_errors import Part

if TYPE_CHECKING:
    from ivr.settings import Settings

FORGOTTEN = timedelta(days=31)  # until then a date stands there by right: nobody tidies up every evening
MOST_SHOWN = 5


def check_calendars(settings: Settings, now: datetime) -> list[Problem]:
    """All problems of the calendars of config.yaml at `now`."""
    part, found = Part(settings.document, (), ("settings",)), []
    for name, calendar in settings.calendars.items():
        if not isinstance(calendar, CalendarModel):
            continue  # a rehearsal is open or closed as the tester likes
        today = now.astimezone(ZoneInfo(calendar.zone)).date()
        to_come = [ranges for day, ranges in calendar.exceptions.items() if day >= today]
        if not any(calendar.hours.values()) and not any(to_come):
            message = "this calendar never opens"
            remedy = "write its hours, such as mon-fri: 09:00-17:00"
            inside = ("calendars", name)
            found.append(part.problem(inside, message, remedy, "never_open", at_key=True, severity=WARNING))
        over = sorted(day for day in calendar.exceptions if day < today - FORGOTTEN)
        if over:
            dates = listed([day.isoformat() for day in over], MOST_SHOWN).replace(" or ", " and ")
            message = f"{'this date is' if len(over) == 1 else 'these dates are'} over: {dates}"
            remedy = "write the dates of this year, or take out the old ones"
            inside = ("calendars", name, "exceptions")
            found.append(part.problem(inside, message, remedy, "date_over", at_key=True, severity=WARNING))
    return found
