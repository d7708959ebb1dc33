"""Rows of a report or of contacts as CSV, in which nothing a caller said runs in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ivr.customers.safe_text import spreadsheet_safe

ROWS_AT_ONCE = 500


class Counted:
    """Rows on their way into a sheet: `number` is how many have been taken so far."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for row in self._rows:
            self.number += 1
            yield row


def sheet(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] | None = None) -> Iterator[str]:
    """The text in pieces: names of the columns (those of the first row), then a line a row."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    names = list(columns) if columns is not None else None
    if names is not None:
        writer.writerow(names)
    for written, row in enumerate(rows, 1):
        if names is None:
            names = list(row)
            writer.writerow(names)
        writer.writerow([_cell(row.get(name)) for name in names])
        if written % ROWS_AT_ONCE == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _cell(value: Any) -> Any:
    """Numbers as they are: only a text can be a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, int | float) else spreadsheet_safe(str(value))
