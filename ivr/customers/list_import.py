"""Reads lists of customers and of past contacts into records, or says what is wrong with a row."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale

from ivr.customers.column_names import columns_of
from ivr.customers.csv_rows import CsvRow, UnreadableFile, heads_of, rows
from ivr.customers.numbers import EXTENSION, is_placeholder, without_extension
from ivr.customers.records import ContactRecord, CustomerRecord, RowProblem
from ivr.customers.safe_text import plain

CUSTOMER_COLUMNS = ("id", "name", "company", "language", "email", "numbers", "warning", "warning_expires")
MOST_FIELDS, MOST_NUMBERS = 40, 20
LIMITS = {"id": 64, "name": 200, "company": 200, "language": 20, "email": 200, "warning": 1000}
_HISTORY_LIMITS = {
    "channel": 20, "summary": 1000, "agent": 100, "queue": 64, "outcome": 40, "disposition": 100,
}  # fmt: skip


_LABEL = (
    r"\b(?:home|work|office|business|mobile|mob|cell|phone|ph|tel|telephone|telefon|handy|mobil|movil|main|"
    r"direct|private|privat|other|bureau|portable|domicile|casa|oficina|[chwmotpbd])\b\.?"
)
_LABELLED = re.compile(
    rf"^{_LABEL}\s*:?\s*(?=[+(\d])|\s*(?:\(\s*{_LABEL}\s*\)|[-:]?\s*{_LABEL})$", re.IGNORECASE
)
# Separates several numbers of one cell; a slash alone may be part of one.
_NO_EXTENSION = EXTENSION.replace("?P<extension>", "?:").join((r"(?!\s*", ")"))
_BETWEEN = re.compile(
    rf";(?!\s*phone-context=){_NO_EXTENSION}|:::|\||\n|, {_NO_EXTENSION}|,(?=[+(]|\d{{3}}[ .-]\d)| / "
    rf"|\s+(?:&|or|and|oder|und|y|o|et|ou)\s+(?=[^a-z]|{_LABEL})|(?<=[a-z]\))\s+|\s+(?={_LABEL}\s*:)",
    re.IGNORECASE,
)
_NOTHING = {
    *("na", "none", "null", "nil", "nan", "keine", "ninguno", "aucun", "unknown", "unbekannt", "unlisted"),
    *("tbd", "blank", "empty", "nophone", "nonumber", "notprovided", "notavailable", "notgiven", "donotcall"),
    *("ref", "value", "name", "x", "xx", "xxx"),
}
_DAMAGED = re.compile(r"[+']?\d[\d ]*\.0+|\d+([.,]\d+)?[eE]\+?\d+")


class _Wrong(Exception):
    """Raised when this row cannot be imported, with the reason."""


Columns = Mapping[str, tuple[str, ...]]
"""Field → the columns that hold it, by their heads in lower case."""


def columns_in(text: str, file: str, given: Columns) -> dict[str, tuple[str, ...]]:
    """Return which column holds what: recognised by its header, or as `given`. Raises UnreadableFile."""
    heads = heads_of(text)
    there = ", ".join(head for head in heads if head)
    for name in (name for names in given.values() for name in names if name not in heads):
        raise UnreadableFile(f"{file}:1: no column {name!r} (there are: {there})")
    found = columns_of(heads, given)
    missing = [field for field in ("id", "name") if field not in found]
    if missing:
        wanted = " ".join(f"--columns {field}=COLUMN" for field in missing)
        raise UnreadableFile(
            f"{file}:1: no column {', '.join(missing)} (the first line must name the columns; say which it is"
            f" with {wanted}, such as the mail address for the id; there are: {there or 'none'})"
        )
    return found


def customers(
    text: str, file: str, region: str, zone: ZoneInfo, given: Columns | None = None
) -> Iterator[CustomerRecord | RowProblem]:
    """Yield one record or problem for each row, in the order of the file."""
    ids: dict[str, int] = {}
    columns = columns_in(text, file, given or {})
    for row in rows(text, file, ()):
        try:
            record = _customer(row, region, zone, columns)
            _once(ids, record.id, row.line)
        except _Wrong as wrong:
            yield RowProblem(file, row.line, str(wrong))
        else:
            yield record


def contacts(text: str, file: str, region: str, zone: ZoneInfo) -> Iterator[ContactRecord | RowProblem]:
    """Yield one record or problem for each row. A repeated contact is skipped silently."""
    seen: set[tuple[object, ...]] = set()
    for row in rows(text, file, ("at",)):
        try:
            record = _contact(row, region, zone)
        except _Wrong as wrong:
            yield RowProblem(file, row.line, str(wrong))
        else:
            if record.same_contact not in seen:
                seen.add(record.same_contact)
                yield record


def _customer(row: CsvRow, region: str, zone: ZoneInfo, columns: Columns) -> CustomerRecord:
    cells = _by_field(row.cells, columns)
    if row.extra:
        raise _Wrong(f"{row.extra} more cells than columns (is a comma not in quotation marks?)")
    text = {name: plain(cells.get(name, ""), limit) for name, limit in LIMITS.items()}
    if not text["id"] or not text["name"]:
        raise _Wrong(f"no {'name' if text['id'] else 'id'}")
    if text["id"] != cells["id"]:
        raise _Wrong(f"id {text['id']!r}: longer than 64 characters or not printable")
    text["language"] = _language(text["language"])
    numbers, extensions = _numbers([row.cells.get(name, "") for name in columns.get("numbers", ())], region)
    rest = {name: value for name, value in cells.items() if name not in CUSTOMER_COLUMNS}
    if extensions and not rest.get("extension"):
        rest["extension"] = "; ".join(extensions)
    others = {plain(name, 60): plain(value, 500) for name, value in rest.items()}
    if len(others) > MOST_FIELDS:
        raise _Wrong(f"{len(others)} other columns (at most {MOST_FIELDS})")
    expires = cells.get("warning_expires", "")
    return CustomerRecord(
        **text,
        numbers=numbers,
        fields={name: value for name, value in others.items() if name and value},
        warning_expires=_end_of(expires, zone) if expires and text["warning"] else None,
    )


def _by_field(cells: Mapping[str, str], columns: Columns) -> dict[str, str]:
    """Return the cells by field; a cell without a field goes by its own header."""
    used = {name for names in columns.values() for name in names}
    found = {name: value for name, value in cells.items() if name not in used}
    for field, names in columns.items():
        found[field] = " ".join(cells[name] for name in names if cells.get(name))
    return found


def _language(cell: str) -> str:
    """Return a code such as es-US, from a code or from the name of a language."""
    if not cell:
        return ""
    named = _language_names().get(cell.casefold())
    code = named or cell.replace("_", "-")
    if named or (code.partition("-")[0].lower() in _codes() and re.fullmatch(r"[A-Za-z-]{2,20}", code)):
        return code
    raise _Wrong(f"language {plain(cell, 20)!r} is not known (write a code such as en-US or es)")


@cache
def _codes() -> frozenset[str]:
    return frozenset(Locale("en").languages)


@cache
def _language_names() -> dict[str, str]:
    """Return the name of each language in English, and in itself where the engine speaks it."""
    names = {name.casefold(): code for code, name in Locale("en").languages.items() if len(code) == 2}
    return names | {Locale(code).languages[code].casefold(): code for code in ("en", "es", "de", "fr")}


def _numbers(cells: list[str], region: str) -> tuple[tuple[str, ...], list[str]]:
    """Return the E.164 form of each, and the extensions that were cut off. One wrong number makes the row
    wrong: a typo must not hide who is calling."""
    found: list[str] = []
    extensions: list[str] = []
    for part in (part.strip() for cell in cells for part in _BETWEEN.split(cell)):
        if _is_nothing(part):
            continue
        number, extension = _number(_LABELLED.sub("", part), region)
        found.append(number)
        if extension:
            extensions.append(f"{number} x{extension}")
    if len(found) > MOST_NUMBERS:
        raise _Wrong(f"{len(found)} numbers (at most {MOST_NUMBERS})")
    return tuple(dict.fromkeys(found)), list(dict.fromkeys(extensions))


def _is_nothing(part: str) -> bool:
    """Return whether a filled cell holds no number: n/a, --, #N/A of a spreadsheet, 0000000000."""
    letters = re.sub(r"[\W_]", "", part.casefold())
    return not letters or letters in _NOTHING or (letters.isdecimal() and is_placeholder(letters))


def _number(part: str, region: str) -> tuple[str, str]:
    """Return (E.164, extension). Raises _Wrong with the reason."""
    shown = repr(plain(part, 40))
    if _DAMAGED.fullmatch(part):
        raise _Wrong(
            f"{shown} was changed by a spreadsheet (format the column as text, and export the list again)"
        )
    try:
        number = without_extension(part, region)
    except ValueError as wrong:
        raise _Wrong(f"{shown} {wrong}") from None
    return number


def _once(seen: dict[str, int], customer_id: str, line: int) -> None:
    if customer_id in seen:
        raise _Wrong(f"id {customer_id!r} stands on line {seen[customer_id]} already")
    seen[customer_id] = line


def _contact(row: CsvRow, region: str, zone: ZoneInfo) -> ContactRecord:
    cells = row.cells
    if row.extra:
        raise _Wrong(f"{row.extra} more cells than columns (is a comma not in quotation marks?)")
    text = {name: plain(cells.get(name, ""), limit) for name, limit in _HISTORY_LIMITS.items()}
    customer_id = plain(cells.get("customer_id", ""), 64)
    number = cells.get("number", "")
    e164 = _number(number, region)[0] if number else ""
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
    """Return epoch seconds of an ISO time. Without an offset it is in the company's time zone."""
    try:
        moment = datetime.fromisoformat(cell)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC).timestamp()
    except (ValueError, OverflowError):
        raise _Wrong(f"{plain(cell, 40)!r} is not a time such as 2026-03-02T10:00{_meant(cell)}") from None


def _meant(cell: str) -> str:
    """Return what a day in another order may mean: 03/04/2027 is two days."""
    found = re.match(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b", cell)
    if not found:
        return ""
    one, two, year = map(int, found.groups())
    days = [_day(year, one, two), _day(year, two, one)]
    meant = list(dict.fromkeys(day for day in days if day))
    if len(meant) > 1:
        return f" (month first it is {meant[0]}, day first {meant[1]}: write the one that is meant)"
    return f" (write {meant[0]})" if meant else ""


def _day(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _end_of(cell: str, zone: ZoneInfo) -> float:
    """Return the end of a day that was given alone."""
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        return _moment(cell, zone)
    return _moment(datetime.combine(day, time.max).isoformat(), zone)
