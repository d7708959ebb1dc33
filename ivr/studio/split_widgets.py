"""Converts splits to opening hours or branches, and set-variables to set."""

from __future__ import annotations

from typing import Any

from ivr.studio.conditions import translated_condition
from ivr.studio.conversion import Conversion
from ivr.studio.export import Exit, Widget
from ivr.studio.hours import Week, week_of
from ivr.studio.liquid import Untranslatable
from ivr.studio.plan import END, WidgetTarget
from ivr.studio.report import APPROXIMATED, CONVERTED, NOT_CONVERTIBLE
from ivr.studio.schedules import Schedule, looks_closed
from ivr.studio.text_translation import translated

USUAL_HOURS = {"mon-fri": "09:00-17:00"}


def split(conversion: Conversion, widget: Widget) -> None:
    """Convert to hours when it tests the time, else to a branch."""
    week = week_of(widget, conversion.widgets, conversion.raw_sets)
    schedule = conversion.schedules.get(widget.name)
    if week is not None:
        _week(conversion, widget, week)
    elif schedule is not None:
        _schedule(conversion, widget, schedule)
    elif not widget.matches:
        following = conversion.go(widget.to("noMatch"))
        conversion.skip(widget, following, CONVERTED, "it has no conditions: everybody goes the same way")
    else:
        _branch(conversion, widget)


def _branch(conversion: Conversion, widget: Widget) -> None:
    ways: list[dict[str, Any]] = []
    comments: list[str] = []
    for out in widget.matches:
        try:
            ways.append(
                {"when": _when(conversion, widget, out), "next": WidgetTarget(conversion.go(out.next))}
            )
        except Untranslatable as fault:
            label = out.conditions[0].label or out.conditions[0].kind
            comments.append(f"the condition '{label[:60]}' is left out, because {fault}")
    if not ways:
        reason = f"nothing of it can be written here ({comments[0]}); the caller is put through to a person"
        conversion.skip(widget, END, NOT_CONVERTIBLE, reason)
        return
    if comments:
        conversion.note(widget, APPROXIMATED, *comments)
    body = {"branch": ways, "otherwise": WidgetTarget(conversion.go(widget.to("noMatch")))}
    conversion.add(widget, "branch", body).comments += comments


def _when(conversion: Conversion, widget: Widget, out: Exit) -> str:
    parts = [translated_condition(each, widget.text("input"), conversion.name_of) for each in out.conditions]
    if len(parts) == 1:
        return parts[0]
    return " and ".join(f"({part})" if " or " in part else part for part in parts)


def _week(conversion: Conversion, widget: Widget, week: Week) -> None:
    """Add one hours step for each target but the last; the one that says "closed" comes last."""
    closed_last = sorted(
        week.targets, key=lambda to: (looks_closed(to, conversion.widgets), week.minutes(to))
    )
    if len(closed_last) == 1:
        conversion.skip(widget, conversion.go(closed_last[0]), CONVERTED, "it leads the same way at any time")
        return
    for name in week.splits[1:]:
        conversion.absorb(
            name, widget.name, f"it is part of the opening hours that '{widget.name[:60]}' begins"
        )
    for place, target in enumerate(closed_last[:-1]):
        calendar = _calendar(conversion, {"hours": week.hours(target)}, week.zone)
        suffix = f"hours {place}" if place else ""
        last = place == len(closed_last) - 2
        onward = conversion.go(closed_last[-1]) if last else f"{widget.name}\0hours {place + 1}"
        body = {
            "hours": calendar,
            "open": WidgetTarget(conversion.go(target)),
            "closed": WidgetTarget(onward),
        }
        node = conversion.add(widget, "hours", body, suffix)
        node.hints.append("opening_hours" if calendar == "office" else f"{calendar}_hours")
        reason = f"its times are the calendar '{calendar}' of the suggested settings"
        if not week.zone:
            reason += ", in the company's time zone: Studio kept its own, so compare the hours"
        conversion.note(widget, CONVERTED if week.zone else APPROXIMATED, reason)


def _schedule(conversion: Conversion, widget: Widget, schedule: Schedule) -> None:
    """Add a calendar with usual hours, to be corrected by a person, for hours that only a function knew."""
    note = f"the hours are a guess: '{schedule.service[:60]}' knew the real ones"
    calendar = _calendar(conversion, {"hours": USUAL_HOURS}, "", note)
    body: dict[str, Any] = {
        "hours": calendar,
        "open": WidgetTarget(conversion.go(schedule.open)),
        "closed": WidgetTarget(conversion.go(schedule.closed)),
    }
    if schedule.holiday:
        body["holiday"] = WidgetTarget(conversion.go(schedule.holiday))
    node = conversion.add(widget, "hours", body)
    node.hints.append("opening_hours")
    reason = f"'{schedule.service[:60]}' decided this; write its hours into the calendar '{calendar}'"
    conversion.note(widget, APPROXIMATED, reason)
    node.comments.append(reason)


def _calendar(conversion: Conversion, hours: dict[str, Any], zone: str, note: str = "") -> str:
    """Return the name of a calendar with these hours; the same name for the same hours."""
    written = {**hours, **({"zone": zone} if zone else {})}
    calendars = conversion.plan.calendars
    for name, known in calendars.items():
        if known == written and conversion.plan.calendar_notes.get(name, "") == note:
            return name
    name = "office" if not calendars else f"office_{len(calendars) + 1}"
    calendars[name] = written
    if note:
        conversion.plan.calendar_notes[name] = note
    return name


def set_variables(conversion: Conversion, widget: Widget) -> None:
    """Convert variables under their own names; a value that cannot be known here is empty."""
    values: dict[str, str] = {}
    comments: list[str] = []
    for key, written in widget.pairs("variables"):
        words = translated(written, conversion.name_of)
        values[conversion.variables["flow", "variables", key]] = words.text
        comments += [f"{key[:60]}: {lost}" for lost in words.lost]
    following = conversion.go(widget.to("next"))
    if not values:
        conversion.skip(widget, following, CONVERTED, "it sets nothing")
        return
    if comments:
        conversion.note(widget, APPROXIMATED, *comments)
    conversion.add(widget, "set", {"set": values, "next": WidgetTarget(following)}).comments += comments
