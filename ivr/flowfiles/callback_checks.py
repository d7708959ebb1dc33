"""What single fields of `callbacks:` cannot tell: a calendar that is none, and hours in which nobody can be
called."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ivr.engine.calling_hours import CallingHours
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, quoted
from ivr.flowfiles.pydantic_errors import Part

if TYPE_CHECKING:
    from ivr.settings import Settings

A_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def check_callbacks(settings: Settings, part: Part) -> list[Problem]:
    """Problems of each queue's callbacks."""
    found = []
    for name, queue in settings.queues.items():
        if queue.callbacks is not None:
            found += _problems(settings, part, name)
    return found


def check_callback_steps(read: Draft, settings: Settings) -> list[Problem]:
    """Steps that offer a callback where nobody is called back: the caller would only hear so."""
    found = []
    for name, step in read.steps.items():
        queue = settings.queues.get(getattr(step, "callback", "")) if step.kind == "callback" else None
        if queue is not None and queue.callbacks is None:
            message = f"{quoted(step.callback)} calls nobody back"
            remedy = f"add 'callbacks: {{}}' to queues › {step.callback} in config.yaml"
            problem = read.step_part(name).problem(("callback",), message, remedy, "no_callbacks")
            found.append(replace(problem, severity=WARNING))
    return found


def _problems(settings: Settings, part: Part, name: str) -> list[Problem]:
    queue = settings.queues[name]
    callbacks = queue.callbacks
    if callbacks is None:
        return []
    inside = ("queues", name, "callbacks")
    if callbacks.calendar is not None and callbacks.calendar not in settings.calendars:
        message = f"there is no calendar {quoted(callbacks.calendar)}"
        remedy = part.suggestions.remedy(
            callbacks.calendar, settings.calendars, "describe it under 'calendars'"
        )
        return [part.problem((*inside, "calendar"), message, remedy, "unknown_calendar")]
    for index, wanted in enumerate(callbacks.booked_again_after):
        if wanted not in settings.dispositions:
            remedy = part.suggestions.remedy(wanted, settings.dispositions, "add it to 'dispositions'")
            where = (*inside, "booked_again_after", index)
            message = f"there is no disposition {quoted(wanted)}"
            return [part.problem(where, message, remedy, "unknown_disposition")]
    start, end = callbacks.hours.split("-")
    if start >= end:
        message = f"{quoted(callbacks.hours)} are no hours in which customers may be called"
        return [part.problem((*inside, "hours"), message, "write them like 08:00-21:00", "callback_hours")]
    calendar = settings.calendars.get(callbacks.calendar or queue.calendar or "")
    if CallingHours(calendar, callbacks.hours, settings.timezone).next(A_MONDAY) is None:
        message = "nobody can be called back: the hours for calls and the calendar have no time in common"
        where = (*inside, "hours") if "hours" in callbacks.model_fields_set else inside
        return [part.problem(where, message, "change one of them", "callback_hours")]
    return []
