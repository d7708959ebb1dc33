"""Lists of customers and of past contacts → records, or what is wrong with a row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from ivr.customers.csv_rows import Row, rows
from ivr.customers.numbers import to_e164
from ivr.customers.records import ContactRecord, CustomerRecord, RowProblem
from ivr.customers.text import plain

CUSTOMER_COLUMNS = ("id", "name", "company", "language", "email", "numbers", "warning", "warning_expires")
MOST_FIELDS, MOST_NUMBERS = 40, 20
LIMITS = {"id": 64, "name": 200, "company": 200, "language": 20, "email": 200, "warning": 1000}
_HISTORY_LIMITS = {
    "channel": 20, "summary": 1000, "agent": 100, "queue": 64, "outcome": 40, "disposition": 100,
}  # fmt: skip


class _Wrong(Exception):
    """This row cannot be taken, for this reason."""


def customers(text: str, file: str, region: str, zone: ZoneInfo) -> Iterator[CustomerRecord | RowProblem]:
    """One record or problem for each row, in the order of the file."""
    ids: dict[str, int] = {}
    for row in rows(text, file, ("id", "name")):
        try:
            record = _customer(row, region, zone)
            _once(ids, record.id, row.line)
        except _Wrong as wrong:
            yield RowProblem(file, row.line, str(wrong))
        else:
            yield record


def contacts(text: str, file: str, region: str, zone: ZoneInfo) -> Iterator[ContactRecord | RowProblem]:
    """One record or problem for each row. The same contact again is a repetition and left out silently."""
    seen: set[tuple] = set()
    for row in rows(text, file, ("at",)):
        try:
            record = _contact(row, region, zone)
        except _Wrong as wrong:
            yield RowProblem(file, row.line, str(wrong))
        else:
            if record.same_contact not in seen:
                seen.add(record.same_contact)
                yield record


def _customer(row: Row, region: str, zone: ZoneInfo) -> CustomerRecord:
    cells = row.cells
    if row.extra:
        raise _Wrong(f"{row.extra} more cells than columns (is a comma not in quotation marks?)")
    text = {name: plain(cells.get(name, ""), limit) for name, limit in LIMITS.items()}
    if not text["id"] or not text["name"]:
        raise _Wrong(f"no {'name' if text['id'] else 'id'}")
    if text["id"] != cells["id"]:
        raise _Wrong(f"id {text['id']!r}: longer than 64 characters or not printable")
    rest = {name: value for name, value in cells.items() if name not in CUSTOMER_COLUMNS}
    others = {plain(name, 60): plain(value, 500) for name, value in rest.items()}
    if len(others) > MOST_FIELDS:
        raise _Wrong(f"{len(others)} other columns (at most {MOST_FIELDS})")
    expires = cells.get("warning_expires", "")
    return CustomerRecord(
        **text,
        numbers=_numbers(cells.get("numbers", ""), region),
        fields={name: value for name, value in others.items() if name and value},
        warning_expires=_end_of(expires, zone) if expires and text["warning"] else None,
    )


def _numbers(cell: str, region: str) -> tuple[str, ...]:
    """The E.164 form of each; one wrong number makes the row wrong: a typo must not hide who is calling."""
    found: list[str] = []
    for part in (part.strip() for part in cell.split(";")):
        if part:
            number = to_e164(part, region)
            if not number:
                raise _Wrong(f"{plain(part, 40)!r} is not a telephone number")
            found.append(number)
    if len(found) > MOST_NUMBERS:
        raise _Wrong(f"{len(found)} numbers (at most {MOST_NUMBERS})")
    return tuple(dict.fromkeys(found))


def _once(seen: dict[str, int], customer_id: str, line: int) -> None:
    if customer_id in seen:
        raise _Wrong(f"id {customer_id!r} stands on line {seen[customer_id]} already")
    seen[customer_id] = line


def _contact(row: Row, region: str, zone: ZoneInfo) -> ContactRecord:
    cells = row.cells
    if row.extra:
        raise _Wrong(f"{row.extra} more cells than columns (is a comma not in quotation marks?)")
    text = {name: plain(cells.get(name, ""), limit) for name, limit in _HISTORY_LIMITS.items()}
    customer_id = plain(cells.get("customer_id", ""), 64)
    number = cells.get("number", "")
    e164 = to_e164(number, region) if number else ""
    if number and not e164:
        raise _Wrong(f"{plain(number, 40)!r} is not a telephone number")
    if not customer_id and not e164:
        raise _Wrong("neither customer_id nor number")
    return ContactRecord(
        at=_moment(cells.get("at", ""), zone),
        customer_id=customer_id,
        number=e164,
        direction=_direction(cells.get("direction", "")),
        note=plain(cells.get("note", ""), 10_000, lines=True),
        seconds=_seconds(cells.get("seconds", "")),
        line=row.line,
        **{**text, "channel": text["channel"].lower() or "phone"},
    )


def _direction(cell: str) -> str:
    direction = {"": "in", "in": "in", "inbound": "in", "out": "out", "outbound": "out"}.get(cell.lower())
    if direction is None:
        raise _Wrong(f"direction {plain(cell, 20)!r} (in or out)")
    return direction


def _seconds(cell: str) -> int:
    try:
        seconds = float(cell or 0)
    except ValueError:
        raise _Wrong(f"seconds {plain(cell, 20)!r} is not a number") from None
    if not math.isfinite(seconds) or not 0 <= seconds < 1e7:
        raise _Wrong(f"seconds {plain(cell, 20)!r} is out of range")
    return round(seconds)


def _moment(cell: str, zone: ZoneInfo) -> float:
    """Epoch seconds of an ISO time. Without an offset it is the company's own time."""
    try:
        moment = datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        raise _Wrong(f"{plain(cell, 40)!r} is not a time such as 2026-03-02T10:00") from None


def _end_of(cell: str, zone: ZoneInfo) -> float:
    """A day alone counts to its end."""
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        return _moment(cell, zone)
    return _moment(datetime.combine(day, time.max).isoformat(), zone)
