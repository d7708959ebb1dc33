"""`ivr customers`: imports and exports lists of customers, and shows and erases what is known of a number."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

import click

from ivr.customers.csv_rows import UnreadableFile, decode
from ivr.customers.list_import import CUSTOMER_COLUMNS
from ivr.customers.numbers import to_e164
from ivr.customers.safe_text import plain
from ivr.environment import Environment, EnvironmentProblem
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import load_settings
from ivr.service import erasing
from ivr.service.customers import CustomerLists, ImportReport, List
from ivr.settings import SettingsProblems
from ivr.store.database import Database, DatabaseUnavailable
from ivr.store.migrate import migrate

_database = click.option("--database", metavar="URL", help="Instead of DATABASE_URL.")
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON value.")
_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def customers() -> None:
    """Customers: who they are, their numbers and what happened before."""


@customers.command("import")
@click.argument("file", type=_file, required=False)
@click.option("--history", type=_file, help="Contacts of the past, by customer_id or number.")
@click.option(
    "--columns",
    multiple=True,
    metavar="FIELD=COLUMN,…",
    help="Which columns hold a field, such as numbers=phone,mobile or id=email.",
)
@click.option("--preview", is_flag=True, help="Say what would be imported, and change nothing.")
@_database
@_as_json
def import_(
    file: Path | None,
    history: Path | None,
    columns: tuple[str, ...],
    preview: bool,
    database: str | None,
    as_json: bool,
) -> None:
    """Import customers from FILE.csv. It may be repeated: rows with a known id are brought up to date.

    Columns: id, name, company, language, email, numbers (with ; between), warning, warning_expires; any other
    column becomes a field on the card. Heads of ordinary exports are known too (phone, mobile, Telefon, First
    Name, Phone 1 - Value, …), and --columns names any others. Commas, semicolons or tabs may stand between
    cells. Extensions are cut off and kept as a field. Rows with mistakes are reported and left out; the exit
    code is then 1.
    """
    if file is None and history is None:
        raise click.UsageError("name a FILE.csv, or --history FILE.csv, or both")
    with _lists(database) as lists:
        try:
            given = _columns(columns)
            report = lists.import_lists(_list(file), _list(history), given, preview)
        except UnreadableFile as fault:
            raise click.ClickException(str(fault)) from fault
    for problem in report.problems if not as_json else ():
        click.echo(str(problem), err=True)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        click.echo("\n".join(_sentences(report, preview, file is not None)))
    if report.problems:
        sys.exit(1)


@customers.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Write here, not on the screen.")
@_database
@_as_json
def export(out: Path | None, database: str | None, as_json: bool) -> None:
    """Print all customers as CSV. Cells that a spreadsheet would run begin with an apostrophe."""
    with _lists(database) as lists:
        text = json.dumps(lists.everybody(), ensure_ascii=False) + "\n" if as_json else lists.export()
    if out:
        out.write_bytes(text.encode())
    else:
        click.echo(text, nl=False)


@customers.command()
@click.argument("number")
@_database
@_as_json
def show(number: str, database: str | None, as_json: bool) -> None:
    """Show what is known of NUMBER."""
    with _lists(database) as lists:
        known = lists.show(number)
    if as_json:
        click.echo(json.dumps(known, ensure_ascii=False))
    elif known:
        click.echo("\n".join(_described(known)))
    else:
        click.echo(f"Nothing is known of {plain(number, 40)}.")
    sys.exit(0 if known else 1)


@customers.command()
@click.argument("who", metavar="ID|NUMBER")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_database
@_as_json
def erase(who: str, yes: bool, database: str | None, as_json: bool) -> None:
    """Erase the customer ID: name, numbers, notes, cases, what they said and keyed. There is no way back. Or
    a telephone NUMBER (+1555…) that is no customer's, with everything that came from it.

    Recordings and texts are deleted at the phone company by the line's own worker. Counts and times stay. Who
    is on the phone or waits for a callback is not erased before that is over.
    """
    shown = plain(who, 64)
    with (opened := _lists(database)) as lists:
        number = opened.number_of(who)
        what = f"what came from {number}" if number else f"customer {shown}"
        if not yes:
            click.confirm(f"Erase {what} for ever?", abort=True)
        erased = _erased(opened, number or who, what, bool(number))
        if erased is None:
            raise click.ClickException(f"there is no customer {shown} (a number is written with its +)")
        lists.database.empty_log()  # where a server runs, its worker does it again when the words are gone
    if as_json:
        click.echo(json.dumps(asdict(erased)))
    else:
        counts = f"{erased.numbers} numbers, {erased.calls} calls, {erased.recordings} recordings"
        click.echo(f"Erased: {counts}, {erased.texts} texts.")


def _erased(opened: _lists, who: str, what: str, is_number: bool) -> erasing.Erased | None:
    changes = Transactions(opened.database, time.time, NotificationBus())
    do = erasing.erase_number if is_number else erasing.erase
    try:
        return do(changes, who, opened.emergency_file, opened.country)
    except erasing.StillHere as here:
        raise click.ClickException(
            f"{what}: somebody is on the phone or waits for a callback. Try again when that is over."
        ) from here
    except erasing.OfCustomers as customers:
        commands = " and ".join(f"ivr customers erase {one}" for one in customers.ids)
        raise click.ClickException(f"{who} is a number of a customer: {commands}") from customers


class _lists:
    """Open the use cases over the chosen database and close it at the end; a fault becomes one sentence."""

    def __init__(self, database: str | None) -> None:
        environ = {**os.environ, **({"DATABASE_URL": database} if database else {})}
        try:
            environment = Environment.from_mapping(environ)
            settings = load_settings(environ=environ) if environment.config.exists() else None
        except (EnvironmentProblem, SettingsProblems) as fault:
            raise click.ClickException(str(fault)) from fault
        self._db = Database.open(environment.database_url)
        if self._db.is_sqlite:
            migrate(self._db)
        self.emergency_file = environment.emergency_file
        place = (settings.country, settings.timezone) if settings else ("US", "UTC")
        self.country = place[0]
        self._lists = CustomerLists(self._db, time.time, *place)

    @property
    def database(self) -> Database:
        return self._db

    def number_of(self, written: str) -> str:
        """Return the number as E.164; "" for text that looks like the id of a customer."""
        return to_e164(written, self.country) if written.strip().startswith("+") else ""

    def __enter__(self) -> CustomerLists:
        return self._lists

    def __exit__(self, _kind, fault, _trace) -> None:
        self._db.close()
        if isinstance(fault, DatabaseUnavailable):
            raise click.ClickException(f"the database cannot be used: {fault}") from fault


def _list(file: Path | None) -> List | None:
    return List(str(file), decode(file.read_bytes(), str(file))) if file else None


def _columns(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in given:
        field, equals, names = one.partition("=")
        columns = tuple(name.strip().lower() for name in names.split(",") if name.strip())
        if not equals or not columns or field.strip() not in CUSTOMER_COLUMNS:
            known = ", ".join(CUSTOMER_COLUMNS)
            raise click.UsageError(f"--columns {one}: write FIELD=COLUMN, where FIELD is one of {known}")
        found[field.strip()] = columns
    return found


def _sentences(report: ImportReport, preview: bool, people: bool) -> list[str]:
    lines = [
        f"Customers: {report.customers_added} new, {report.customers_updated} updated. "
        f"Contacts: {report.contacts_added} new, {report.contacts_updated} updated. "
        f"Rows left out: {len(report.problems)}."
    ]
    if preview:
        lines.append("This is a preview: nothing was changed.")
    if people and report.customers and not report.numbers:
        lines.append(
            "Warning: no row has a number, so nobody who calls will be recognised. If a column holds them,"
            " name it with --columns numbers=COLUMN."
        )
    if people:
        read = f", read from {', '.join(report.number_columns)}" if report.number_columns else ""
        lines.append(
            f"{_count(report.customers, 'customer')} {'has' if report.customers == 1 else 'have'}"
            f" {_count(report.numbers, 'number')}{read}."
        )
    return lines


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _described(known: dict) -> list[str]:
    names = " or ".join(customer["name"] for customer in known["customers"])
    lines = [f"{known['number']}: {names or 'not a known customer'}"]
    for customer in known["customers"]:
        if len(known["customers"]) > 1:
            lines.append(f"  {customer['id']}: {customer['name']}")
        given = (
            ("company", customer["company"]),
            ("language", customer["language"]),
            ("email", customer["email"]),
        )
        lines += [f"  {name}: {value}" for name, value in given if value]
        lines += [f"  {name}: {value}" for name, value in customer["fields"].items()]
        lines += [f"  numbers: {', '.join(customer['numbers'])}"]
    lines += [f"  Warning: {warning['text']}" for warning in known["warnings"]]
    for contact in known["history"]:
        day = time.strftime("%Y-%m-%d %H:%M", time.gmtime(contact["at"]))
        lines.append(f"  {day} UTC {contact['channel']}: {contact['summary'] or contact['outcome']}")
    return lines
