"""hours: go one way while open, another while closed."""

from __future__ import annotations

from typing import ClassVar

from ivr.engine.step import CalendarName, GoTo, Move, Step, StepName, Visit


class HoursStep(Step):
    """Choose the next step by a calendar of the settings.

    `open` is the step during opening hours, `closed` at all other times. On days off by the calendar's
    holidays and exceptions the call goes to `holiday`, if given, instead of `closed`. Nothing is said:
    prompts may use `{{ hours.office.next_open | time }}`.

    ```yaml example
    steps:
      open:
        hours: office
        open: department
        closed: night
        holiday: night
      department: {queue: support}
      night: {hang_up: We are closed. Goodbye.}
    ```
    """

    kind: ClassVar[str] = "hours"
    passes: ClassVar[bool] = True
    hours: CalendarName
    open: StepName
    closed: StepName
    holiday: StepName | None = None

    def enter(self, visit: Visit) -> Move:
        state = visit.context.calendars[self.hours].at(visit.context.now)
        if state.open:
            return Move(GoTo(self.open))
        return Move(GoTo(self.holiday if self.holiday and state.reason else self.closed))
