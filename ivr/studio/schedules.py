"""Converts opening hours that a function decides: `isOpen` of a service becomes a calendar with hours to fill
in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ivr.studio.export import Widget, WidgetCondition
from ivr.studio.liquid import Untranslatable, parse, sole_expression, steps_of

SERVICES = frozenset({"run-function", "make-http-request"})
OPEN = re.compile(
    r"(?:is)?_?(?:open|(?:business|office|working|opening|in|within)_?hours|workday)", re.IGNORECASE
)
CLOSED = re.compile(r"(?:is)?_?(?:closed|after_?hours|out_?of_?hours)", re.IGNORECASE)
HOLIDAY = re.compile(r"(?:is)?_?holiday", re.IGNORECASE)
ABOUT_HOURS = re.compile(r"schedul|hours|open|business|calendar|holiday|time_?of_?day", re.IGNORECASE)
YES = frozenset({"true", "yes", "1", "open", "opened"})
NO = frozenset({"false", "no", "0", "closed", "close"})


@dataclass(frozen=True, slots=True)
class Schedule:
    """The targets of a split on opening hours; `service` is the widget that knew them."""

    service: str
    open: str
    closed: str
    holiday: str = ""


def schedule_at(split: Widget, widgets: Mapping[str, Widget]) -> Schedule | None:
    """Return the split read as opening hours; None when it decides something else."""
    ways: dict[str, str] = {}
    service = ""
    for out in split.matches:
        for condition in out.conditions:
            asked = _asked(condition, split, widgets)
            if not asked or len(out.conditions) != 1:
                return None
            service, way = asked
            ways.setdefault(way, out.next)
    otherwise = split.to("noMatch")
    if not ways:
        return None
    opened = ways.get("open", otherwise)
    closed = ways.get("closed", otherwise if "open" in ways else ways.get("holiday", ""))
    return Schedule(service, opened, closed, ways.get("holiday", ""))


def _asked(
    condition: WidgetCondition, split: Widget, widgets: Mapping[str, Widget]
) -> tuple[str, str] | None:
    """Return (service, meaning of this condition: open, closed or holiday)."""
    try:
        parsed = parse(sole_expression(condition.argument or split.text("input")) or "''")
    except Untranslatable:
        return None
    path = steps_of(parsed.value) if parsed.kind == "path" else ()
    if len(path) < 3 or path[0] != "widgets" or path[1] not in widgets or condition.kind != "equal_to":
        return None
    service, last = widgets[path[1]], path[-1]
    value = condition.value.strip().lower()
    if service.type not in SERVICES or value not in YES | NO:
        return None
    about = ABOUT_HOURS.search(f"{service.name} {service.text('url')}")
    if OPEN.fullmatch(last) or (about and last in ("body", "status", "state", "result")):
        return service.name, "open" if value in YES else "closed"
    if CLOSED.fullmatch(last):
        return service.name, "closed" if value in YES else "open"
    if HOLIDAY.fullmatch(last) and value in YES:
        return service.name, "holiday"
    return None


def looks_closed(target: str, widgets: Mapping[str, Widget]) -> bool:
    """Return whether the target is what callers get outside opening hours."""
    for _ in range(4):
        widget = widgets.get(target)
        if widget is None:
            return True
        text = f"{widget.name} {widget.text('say')}".lower().replace("_", " ")
        if re.search(r"\bclosed\b|after ?hours|outside|voicemail|leave (?:us )?a message|call back", text):
            return True
        if widget.type == "record-voicemail":
            return True
        if widget.type != "say-play":
            return False
        target = widget.to("audioComplete")
    return False
