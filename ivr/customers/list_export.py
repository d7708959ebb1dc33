"""Writes customers to a CSV file that a spreadsheet shows as text and never runs, and that an import can read
again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from ivr.customers.list_import import CUSTOMER_COLUMNS
from ivr.customers.records import CustomerRecord
from ivr.customers.safe_text import spreadsheet_safe

LAST_MOMENT = time(23, 59, 59)


def customers_csv(records: Iterable[CustomerRecord], zone: ZoneInfo) -> str:
    """Return the columns of an import, then every other field that any customer has. Days are those of
    `zone`."""
    records = list(records)
    others = sorted({name for record in records for name in record.fields})
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(spreadsheet_safe(name) for name in (*CUSTOMER_COLUMNS, *others))
    for record in records:
        writer.writerow(spreadsheet_safe(cell) for cell in _cells(record, others, zone))
    return out.getvalue()


def _cells(record: CustomerRecord, others: list[str], zone: ZoneInfo) -> list[str]:
    expires = record.warning_expires
    return [
        record.id,
        record.name,
        record.company,
        record.language,
        record.email,
        "; ".join(record.numbers),
        record.warning,
        "" if expires is None else _end(datetime.fromtimestamp(expires, zone)),
        *(str(record.fields.get(name, "")) for name in others),
    ]


def _end(at: datetime) -> str:
    """Return a day alone when it counts to its end, as an import reads it."""
    return at.date().isoformat() if at.time() >= LAST_MOMENT else at.isoformat()
