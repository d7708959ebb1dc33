"""Checks across fields of calendars, callbacks and queues: never open, nobody can be called, overflow that
leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ivr.engine.hours import CalendarModel, CallingHours
from ivr.engine.problems import TemplateProblem
from ivr.engine.templates import compile_text
from ivr.flowfiles.flow_file import Draft
from ivr.flowfiles.problems import WARNING, Problem, listed, quoted
from ivr.flowfiles.pydantic_errors import Part
from ivr.flowfiles.reader import KeyPath
from ivr.settings import Settings

FORGOTTEN = timedelta(days=31)  # an older date is still fine until then: nobody tidies up every evening
MOST_SHOWN = 5


def check_calendars(settings: Settings, now: datetime) -> list[Problem]:
    """Return all problems of the calendars of config.yaml at `now`."""
    part, found = Part(settings.document, (), ("settings",)), []
    for name, calendar in settings.calendars.items():
        if not isinstance(calendar, CalendarModel):
            continue  # a scenario sets the calendar open or closed itself
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


A_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def check_callbacks(settings: Settings, part: Part) -> list[Problem]:
    """Return the problems of each queue's callbacks."""
    found = []
    for name, queue in settings.queues.items():
        if queue.callbacks is not None:
            found += _problems(settings, part, name)
    return found


def check_callback_steps(read: Draft, settings: Settings) -> list[Problem]:
    """Report steps that offer a callback for a queue without callbacks: the caller would only hear that it is
    not possible."""
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


def check_queues(settings: Settings, part: Part) -> list[Problem]:
    """Return all problems of queues whose single fields are right."""
    return [
        *_overflow(settings, part),
        *_circles(settings, part),
        *_full_lines(settings, part),
        *_messages(settings, part),
    ]


def _overflow(settings: Settings, part: Part) -> Iterator[Problem]:
    for name, queue in settings.queues.items():
        for number, rule in enumerate(queue.overflow):
            inside: KeyPath = ("queues", name, "overflow", number)
            if rule.queue is not None and rule.queue not in settings.queues:
                remedy = part.suggestions.remedy(rule.queue, settings.queues, "describe it under 'queues'")
                message = f"there is no queue {quoted(rule.queue)}"
                yield part.problem((*inside, "queue"), message, remedy, "unknown_queue")
            if rule.transfer is not None and rule.transfer not in settings.targets:
                remedy = part.suggestions.remedy(
                    rule.transfer, settings.targets, "give its number under 'targets'"
                )
                message = f"there is no transfer target {quoted(rule.transfer)}"
                yield part.problem((*inside, "transfer"), message, remedy, "unknown_target")
            if rule.queue == name:
                message, remedy = "this queue overflows into itself", "name another queue"
                yield part.problem((*inside, "queue"), message, remedy, "overflow")
            if rule.voicemail and not queue.voicemail:
                message = f"{quoted(name)} takes no messages"
                remedy = "write voicemail: true for the queue, or lead somewhere else"
                yield part.problem((*inside, "voicemail"), message, remedy, "overflow")


def _circles(settings: Settings, part: Part) -> Iterator[Problem]:
    """Yield each cycle once, at its first rule."""
    seen: set[frozenset[str]] = set()
    for name, queue in settings.queues.items():
        for number, rule in enumerate(queue.overflow):
            way = _way_back(settings, rule.queue, name) if rule.queue and rule.queue != name else None
            if way is None or frozenset(way) in seen:
                continue
            seen.add(frozenset(way))
            message = f"overflow leads in a circle: {' → '.join((name, *way))}"
            remedy = "let the last of them lead to a message or a transfer"
            yield part.problem(("queues", name, "overflow", number, "queue"), message, remedy, "overflow")


def _way_back(settings: Settings, start: str, home: str) -> tuple[str, ...] | None:
    """Return the shortest overflow path from `start` to `home`, both included."""
    ways, reached = [(start,)], {start}
    while ways:
        way = ways.pop(0)
        if way[-1] == home:
            return way
        for rule in settings.queue(way[-1]).overflow:
            if rule.queue is not None and rule.queue not in reached:
                reached.add(rule.queue)
                ways.append((*way, rule.queue))
    return None


def _full_lines(settings: Settings, part: Part) -> Iterator[Problem]:
    for name, queue in settings.queues.items():
        if queue.most_waiting is not None and not queue.voicemail and queue.callbacks is None:
            message = "nothing can be offered to callers who are not let in, so all of them are"
            remedy = "write voicemail: true, give the queue 'callbacks', or leave out most_waiting"
            yield part.problem(("queues", name, "most_waiting"), message, remedy, "no_way_out")


def _messages(settings: Settings, part: Part) -> Iterator[Problem]:
    for name, queue in settings.queues.items():
        for number, message in enumerate(queue.messages):
            inside: KeyPath = ("queues", name, "messages", number)
            texts = (
                {inside: message}
                if isinstance(message, str)
                else {(*inside, language): text for language, text in message.items()}
            )
            for place, text in texts.items():
                yield from _unspeakable(part, place, text)


def _unspeakable(part: Part, place: KeyPath, text: str) -> Iterator[Problem]:
    try:
        compile_text(text)
    except TemplateProblem as fault:
        mark = part.document.inside((*part.path, *place), text, fault.offset)
        problem = part.problem(place, fault.message, fault.hint, "prompt")
        yield replace(problem, line=mark.line, column=mark.column)
