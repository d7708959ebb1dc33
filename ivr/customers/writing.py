"""Customers → a CSV file that a spreadsheet shows as text and runs as nothing, and an import reads again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime

from ivr.customers.reading import CUSTOMER_COLUMNS
from ivr.customers.records import CustomerRecord
from ivr.customers.text import spreadsheet_safe


def customers_csv(records: Iterable[CustomerRecord]) -> str:
    """The columns of an import, then every other field that any customer has."""
    records = list(records)
    others = sorted({name for record in records for name in record.fields})
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(spreadsheet_safe(name) for name in (*CUSTOMER_COLUMNS, *others))
    for record in records:
        writer.writerow(spreadsheet_safe(cell) for cell in _cells(record, others))
    return out.getvalue()


def _cells(record: CustomerRecord, others: list[str]) -> list[str]:
    expires = record.warning_expires
    return [
        record.id,
        record.name,
        record.company,
        record.language,
        record.email,
        "; ".join(record.numbers),
        record.warning,
        "" if expires is None else datetime.fromtimestamp(expires, UTC).isoformat(),
        *(str(record.fields.get(name, "")) for name in others),
    ]
