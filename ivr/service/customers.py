"""Lists of customers in and out of the database: an import is one transaction, and may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import chain
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ivr.customers import list_import
from ivr.customers.list_export import customers_csv
from ivr.customers.numbers import to_e164
from ivr.customers.records import ContactRecord, CustomerRecord, RowProblem
from ivr.store import customers
from ivr.store.customers import ContactRow, CustomerRow, WarningRow
from ivr.store.database import Connection, Database

Record = TypeVar("Record")


class _OnlyPreview(Exception):
    """Takes back what was written to see what would be."""


@dataclass(frozen=True, slots=True)
class List:
    """A file to import: its name for messages, and its text."""

    file: str
    text: str


@dataclass
class ImportReport:
    """The result of an import. Rows with a problem were left out, all others are in: `customers` with
    `numbers`, which stood in the `number_columns`."""

    customers_added: int = 0
    customers_updated: int = 0
    contacts_added: int = 0
    contacts_updated: int = 0
    customers: int = 0
    numbers: int = 0
    number_columns: tuple[str, ...] = ()
    problems: list[RowProblem] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class CustomerLists:
    """Import, export and show. `region` and `zone` are those of the company, for numbers and times."""

    def __init__(
        self, db: Database, clock: Callable[[], float], region: str = "US", timezone: str = "UTC"
    ) -> None:
        self.database = self._db = db
        self._clock = clock
        self._region = region
        self._zone = ZoneInfo(timezone)

    def import_lists(
        self,
        people: List | None,
        history: List | None = None,
        columns: list_import.Columns | None = None,
        preview: bool = False,
    ) -> ImportReport:
        """Read both lists, then write both at once; with `preview` nothing stays written. `columns` says what
        the heads do not. Raises UnreadableFile before anything is written."""
        report = ImportReport()
        if people:
            known = list_import.columns_in(people.text, people.file, columns or {})
            report.number_columns = known.get("numbers", ())
        place = (self._region, self._zone, columns)
        who = list_import.customers(people.text, people.file, *place) if people else ()
        what = list_import.contacts(history.text, history.file, self._region, self._zone) if history else ()
        records, contacts = self._good(who, report), self._good(what, report)
        report.customers = len(records)
        report.numbers = len(set(chain.from_iterable(one.numbers for one in records)))
        with suppress(_OnlyPreview), self._db.write() as unit:
            for record in records:
                self._keep_customer(unit.connection, record, report)
            customers.adopt_contacts(unit.connection, chain.from_iterable(one.numbers for one in records))
            rows = list(_contact_rows(unit.connection, contacts, history, report))
            report.contacts_added, report.contacts_updated = customers.keep_contacts(unit.connection, rows)
            if preview:
                raise _OnlyPreview
        report.problems.sort(key=lambda problem: (problem.file, problem.line))
        return report

    def _good(self, rows: Iterable[Record | RowProblem], report: ImportReport) -> list[Record]:
        good: list[Record] = []
        for row in rows:
            if isinstance(row, RowProblem):
                report.problems.append(row)
            else:
                good.append(row)
        return good

    def _keep_customer(self, connection: Connection, record: CustomerRecord, report: ImportReport) -> None:
        now = self._clock()
        row = CustomerRow(
            record.id, record.name, record.company, record.language, record.email, dict(record.fields), now
        )
        if customers.save(connection, row, record.numbers):
            report.customers_added += 1
        else:
            report.customers_updated += 1
        customers.drop_imported_warnings(connection, record.id)
        if record.warning:
            made_by = (customers.IMPORTED, now, record.warning_expires)
            customers.add_warning(connection, WarningRow(record.id, "note", record.warning, *made_by))

    def export(self) -> str:
        """All customers as CSV in the form that an import takes."""
        with self._db.read() as connection:
            rows = customers.everybody(connection)
            numbers = customers.numbers_of_all(connection)
            warnings = customers.imported_warnings(connection)
        records = (_record(row, numbers.get(row.id, []), warnings.get(row.id)) for row in rows)
        return customers_csv(records, self._zone)

    def everybody(self) -> list[dict[str, Any]]:
        """All customers as plain values."""
        with self._db.read() as connection:
            numbers = customers.numbers_of_all(connection)
            return [
                {**asdict(row), "numbers": numbers.get(row.id, [])} for row in customers.everybody(connection)
            ]

    def show(self, number: str) -> dict[str, Any] | None:
        """Return what is known of those who have this number; `customer` is set where it is one. None when
        it is nobody's and nobody called from it."""
        e164 = to_e164(number, self._region)
        now = self._clock()
        with self._db.read() as connection:
            rows = customers.named_with_number(connection, e164)
            found = [
                {**asdict(row), "numbers": list(customers.numbers_of(connection, row.id))} for row in rows
            ]
            contacts = customers.contacts_of(connection, rows[0].id if len(rows) == 1 else None, e164)
            warnings = [one for row in rows for one in customers.warnings_of(connection, row.id, now)]
        if not (rows or contacts):
            return None
        return {
            "number": e164,
            "customer": found[0] if len(found) == 1 else None,
            "customers": found,
            "warnings": [asdict(warning) for warning in warnings],
            "history": [asdict(contact) for contact in contacts],
        }


def _contact_rows(
    connection: Connection, contacts: list[ContactRecord], history: List | None, report: ImportReport
) -> Iterator[ContactRow]:
    """Those whose customer exists. A number alone finds its customer, if exactly one has it."""
    known = customers.known_ids(connection)
    for record in contacts:
        owner = record.customer_id or customers.sole_with_number(connection, record.number)
        if record.customer_id and record.customer_id not in known:
            reason = f"there is no customer {record.customer_id!r}"
            report.problems.append(RowProblem(history.file if history else "", record.line, reason))
            continue
        yield ContactRow(
            record.at, owner, record.number, record.channel, record.direction, record.summary, record.note,
            record.agent, record.queue, record.outcome, record.disposition, record.seconds,
        )  # fmt: skip


def _record(row: CustomerRow, numbers: list[str], warning: WarningRow | None) -> CustomerRecord:
    return CustomerRecord(
        row.id, row.name, row.company, row.language, row.email, tuple(numbers), row.fields,
        warning.text if warning else "", warning.expires_at if warning else None,
    )  # fmt: skip
