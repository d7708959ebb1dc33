"""Converts splits on the time of day or the day of the week to weekly opening hours, as a calendar writes
them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import available_timezones

from ivr.studio.export import Widget, WidgetCondition
from ivr.studio.liquid import Untranslatable, parse, sole_expression

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60
MOST_SPLITS = 20  # in one row; nobody writes hours in more
MOST_RULES = 100
COMPARED = re.compile(r"%-?[HMRTkuwaAIMlpPS]|[^%]")


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment of the week as a Liquid pattern writes it, in a zone if the author named one."""

    pattern: str
    zone: str

    def written(self, day: int, minute: int) -> str:
        hour, past = divmod(minute, 60)
        parts = {
            "H": f"{hour:02}", "k": f"{hour}",
            "I": f"{(hour - 1) % 12 + 1:02}", "l": f"{(hour - 1) % 12 + 1}",
            "M": f"{past:02}", "S": "00", "R": f"{hour:02}:{past:02}", "T": f"{hour:02}:{past:02}:00",
            "p": "AM" if hour < 12 else "PM", "P": "am" if hour < 12 else "pm",
            "A": DAYS[day].title(), "a": DAYS[day][:3].title(), "u": f"{day + 1}", "w": f"{(day + 1) % 7}",
        }  # fmt: skip
        return re.sub(r"%-?(\w)", lambda mark: parts[mark[1]], self.pattern)


def moment_of(argument: str, variables: Mapping[str, str]) -> Moment | None:
    """Return the pattern when a split tests the present time, directly or through a variable set from it."""
    source = sole_expression(argument)
    for _ in range(3):
        through = re.fullmatch(r"flow\.variables\.([\w-]+)", source)
        if not through:
            break
        source = sole_expression(variables.get(through[1], ""))
    try:
        parsed = parse(source)
    except Untranslatable:
        return None
    if parsed.kind != "text" or parsed.value[1:-1] not in ("now", "today"):
        return None
    pattern = zone = ""
    for name, arguments in parsed.filters:
        texts = [value[1:-1] for kind, value in arguments if kind == "text"]
        if name == "date" and texts:
            pattern, zone = texts[0], (texts[1] if len(texts) > 1 else zone)
        elif name == "timezone" and texts:
            zone = texts[0]
        elif name not in ("plus", "minus", "strip", "downcase", "upcase") or arguments:
            return None
    known = pattern and re.fullmatch(r"(?:%-?[HkIlMSRTpPAauw]|[^%\w])+", pattern)
    return Moment(pattern, zone if zone in available_timezones() else "") if known else None


def date_of(argument: str) -> bool:
    """Return whether a split tests today's date."""
    source = sole_expression(argument)
    return bool(re.match(r"""["'](?:now|today)["']""", source))


@dataclass(frozen=True, slots=True)
class Week:
    """The target of a call at each time of the week: (day, first minute, minute after the last) → widget."""

    spans: tuple[tuple[int, int, int, str], ...]
    zone: str
    splits: tuple[str, ...]

    @property
    def targets(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(target for *_, target in self.spans))

    def minutes(self, target: str) -> int:
        return sum(end - start for _, start, end, to in self.spans if to == target)

    def hours(self, target: str) -> dict[str, str]:
        """Return the times of one target as a calendar: {"mon-fri": "09:00-17:00"}."""
        by_day = []
        for day in range(7):
            spans = [(start, end) for on, start, end, to in self.spans if on == day and to == target]
            by_day.append(", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in spans))
        return _grouped(by_day)


def week_of(first: Widget, widgets: Mapping[str, Widget], variables: Mapping[str, str]) -> Week | None:
    """Return the week that a split on the present time, with those right after it, describes, or None."""
    reads: dict[str, list[tuple[Callable[[int, int], bool], str]]] = {}
    zones, marks, waiting = set(), {hour * 60 for hour in range(24)}, [first.name]
    while waiting:
        widget = widgets[waiting.pop()]
        if widget.name in reads or len(reads) >= MOST_SPLITS:
            continue
        rules = _rules(widget, variables, marks, zones)
        if rules is None:
            if widget is first:
                return None
            continue
        reads[widget.name] = rules
        if sum(map(len, reads.values())) > MOST_RULES:
            return None
        waiting += [to for _, to in rules if to in widgets and widgets[to].type == "split-based-on"]
    spans = [
        span
        for day in range(7)
        for span in _day(day, sorted(mark for mark in marks if mark < DAY), first.name, reads)
    ]
    return Week(tuple(spans), next(iter(sorted(zones)), ""), tuple(reads))


def _rules(
    widget: Widget, variables: Mapping[str, str], marks: set[int], zones: set[str]
) -> list[tuple[Callable[[int, int], bool], str]] | None:
    rules: list[tuple[Callable[[int, int], bool], str]] = []
    for out in widget.matches:
        tests = []
        for condition in out.conditions:
            moment = moment_of(condition.argument or widget.text("input"), variables)
            if moment is None or condition.kind not in TESTS:
                return None
            if moment.zone:
                zones.add(moment.zone)
            for value in condition.values:
                minute = _minute(value)
                marks.update(() if minute is None else (minute, min(minute + 1, DAY)))
            tests.append(_test(condition, moment))
        rules.append((_all(tests), out.next))
    return [*rules, (lambda day, minute: True, widget.to("noMatch"))] if rules else None


def _all(tests: list[Callable[[int, int], bool]]) -> Callable[[int, int], bool]:
    return lambda day, minute: all(test(day, minute) for test in tests)


def _day(
    day: int, marks: list[int], first: str, reads: Mapping[str, list]
) -> list[tuple[int, int, int, str]]:
    """Return the spans of one day, joined where the target stays the same."""
    spans: list[tuple[int, int, int, str]] = []
    for start, end in zip(marks, [*marks[1:], DAY], strict=True):
        target, seen = first, set()
        while target in reads and target not in seen:
            seen.add(target)
            target = next(to for holds, to in reads[target] if holds(day, start))
        if spans and spans[-1][3] == target:
            spans[-1] = (day, spans[-1][1], end, target)
        else:
            spans.append((day, start, end, target))
    return spans


def _test(condition: WidgetCondition, moment: Moment) -> Callable[[int, int], bool]:
    test = TESTS[condition.kind]
    # "after 17:00" leaves 17:00 itself undecided in a calendar of whole minutes; hours alone stay exact.
    exact = not re.search(r"%-?[MRT]", moment.pattern)
    return lambda day, minute: test(moment.written(day, minute), condition.values, exact)


def _minute(value: str) -> int | None:
    """Return minutes from midnight for 09:00, 9:00 AM, 0900, 17."""
    found = re.fullmatch(r"\s*(\d{1,2})(?:[:.]?(\d{2}))?(?::\d{2})?\s*([AaPp]\.?[Mm]\.?)?\s*", value)
    if not found:
        return None
    hour, past = int(found[1]), int(found[2] or 0)
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower().startswith("p") else 0)
    return hour * 60 + past if hour < 24 and past < 60 else None


def _number(text: str) -> float | None:
    bare = text.strip().replace(":", "").replace(".", "")
    return float(bare) if re.fullmatch(r"\d{1,6}", bare) else None


def _words(values: tuple[str, ...]) -> list[str]:
    return [word.strip().lower() for value in values for word in value.split(",") if word.strip()]


def _before(written: str, values: tuple[str, ...], exact: bool) -> bool:
    left, right = _minute(written), _minute(values[0]) if values else None
    return left is not None and right is not None and left < right


def _after(written: str, values: tuple[str, ...], exact: bool) -> bool:
    left, right = _minute(written), _minute(values[0]) if values else None
    return left is not None and right is not None and left >= right


def _less(written: str, values: tuple[str, ...], exact: bool) -> bool:
    left, right = _number(written), _number(values[0]) if values else None
    return left is not None and right is not None and left < right


def _greater(written: str, values: tuple[str, ...], exact: bool) -> bool:
    left, right = _number(written), _number(values[0]) if values else None
    return left is not None and right is not None and (left > right if exact else left >= right)


TESTS: dict[str, Callable[[str, tuple[str, ...], bool], bool]] = {
    "is_before_time": _before,
    "is_after_time": _after,
    "less_than": _less,
    "greater_than": _greater,
    "equal_to": lambda written, values, exact: written.lower() in [value.strip().lower() for value in values],
    "not_equal_to": lambda written, values, exact: (
        written.lower() not in [value.strip().lower() for value in values]
    ),
    "matches_any_of": lambda written, values, exact: written.lower() in _words(values),
    "does_not_match_any_of": lambda written, values, exact: written.lower() not in _words(values),
    "contains": lambda written, values, exact: any(
        value.strip().lower() in written.lower() for value in values
    ),
    "starts_with": lambda written, values, exact: any(
        written.lower().startswith(value.strip().lower()) for value in values
    ),
}


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _grouped(by_day: list[str]) -> dict[str, str]:
    """Return the hours with consecutive equal days written together; closed days are left out."""
    found: dict[str, str] = {}
    day = 0
    while day < 7:
        last = day
        while last < 6 and by_day[last + 1] == by_day[day]:
            last += 1
        if by_day[day]:
            first_name, last_name = DAYS[day][:3], DAYS[last][:3]
            found[first_name if day == last else f"{first_name}-{last_name}"] = by_day[day]
        day = last + 1
    return found
