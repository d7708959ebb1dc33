"""The options of every report, and the output of its rows."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import click

from ivr.acd.reports.measuring_rules import begin_of
from ivr.environment import Environment
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import load_settings
from ivr.jobs.report_sums import ReportSums
from ivr.service.csv_export import sheet
from ivr.service.reports import LONGEST_DAYS, Period, ReportService, WrongPeriod
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.migrate import opened

GIVEN = frozenset({"goal", "goal_seconds", "goal_met", "fcr_final"})
"""Figures of a row that do not depend on what happened."""
Column = tuple[str, str, Callable[[Any], str]]
"""(name in the row, heading, formatting function)"""


def opened_line() -> tuple[Database, Settings]:
    """Return the database and the settings that the environment names."""
    environment = Environment.from_mapping(os.environ)
    settings = load_settings(environment.config, os.environ)
    return opened(environment.database_url), settings


def asked(days: int, queue: bool = True) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Add the options of a report: how far back, from when, of which queue, in which form."""
    options = [
        click.option("--days", default=days, show_default=True, type=click.IntRange(1, LONGEST_DAYS),
                     help="How many days, today included."),
        click.option("--since", default="", metavar="DAY", help="From this day on, such as 2026-03-02."),
        click.option("--until", default="", metavar="DAY", help="Up to this day instead of today."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
        click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet."),
    ]  # fmt: skip
    if queue:
        options.append(click.option("--queue", default="", help="Only this queue."))

    def add(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def reported(
    ask: Callable[[ReportService, Period], Mapping[str, Any]],
    days: int,
    since: str,
    until: str,
    queue: str = "",
) -> Mapping[str, Any]:
    """Return the report, after adding the journal's lines since the worker last ran."""
    database, settings = opened_line()
    try:
        must_be_a_queue(queue, settings)
        ReportSums(Transactions(database, time.time, NotificationBus()), settings).sum_up()
        service = ReportService(database, settings, time.time)
        return ask(service, service.period(days, since, until))
    except WrongPeriod as wrong:
        raise click.ClickException(str(wrong)) from wrong
    finally:
        database.close()


def must_be_a_queue(queue: str, settings: Settings) -> None:
    if queue and queue not in settings.queues:
        known = ", ".join(sorted(settings.queues))
        raise click.ClickException(f"there is no queue {queue!r} in the settings (there are: {known})")


def printed(
    found: Mapping[str, Any], columns: Sequence[Column], as_json: bool, as_csv: bool, nothing: str
) -> None:
    """Print rows as JSON, as CSV with every figure, or as a table with those that fit."""
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif as_csv:
        write_csv(found["rows"])
    elif not any(map(_happened, found["rows"])):
        click.echo(f"{nothing}\n{_elsewhere(found, columns)}")
    else:
        total = [{**found["total"], columns[0][0]: "all"}] if "total" in found else []
        click.echo("\n".join(table([*found["rows"], *total], columns)))


def _happened(row: Mapping[str, Any]) -> bool:
    """Return whether the row counts anything; goals and names are there even without a call."""
    return any(row[name] for name in row if name not in GIVEN and isinstance(row[name], int | float))


def _elsewhere(found: Mapping[str, Any], columns: Sequence[Column]) -> str:
    """Return what else could be shown, and how."""
    shown = ", ".join(heading for name, heading, _ in columns if name not in GIVEN)
    asked = f"Asked were the days from {found['since']} to {found['until']}. " if "since" in found else ""
    further = "Further back: --days 90, or --since 2026-03-02. Other reports: ivr report --help"
    return f"{asked}Here you will see: {shown}.\n{further}"


def first_day(settings: Settings, database: Database, days: int, since: str) -> date:
    """Return the first of so many days up to today, or the given day, by the company's calendar."""
    try:
        return date.fromisoformat(ReportService(database, settings, time.time).period(days, since).since)
    except WrongPeriod as wrong:
        raise click.ClickException(str(wrong)) from wrong


def instants(
    settings: Settings, database: Database, days: int, since: str, until: str
) -> tuple[Period, float, float]:
    """Return the local days of a report, the instant at which they begin, and that at which they end."""
    try:
        period = ReportService(database, settings, time.time).period(days, since, until)
    except WrongPeriod as wrong:
        raise click.ClickException(str(wrong)) from wrong
    first, last = date.fromisoformat(period.since), date.fromisoformat(period.until)
    zone = settings.timezone
    return period, begin_of(first, zone), begin_of(last + timedelta(days=1), zone)


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str] | None = None) -> None:
    """Write CSV with the line ends of the standard, which no terminal and no system changes."""
    for piece in sheet(rows, columns):
        sys.stdout.buffer.write(piece.encode())
    sys.stdout.buffer.flush()


def table(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> Iterable[str]:
    """Align names to the left, figures to the right."""
    lines = [[heading for _, heading, _ in columns]]
    lines += [[write(row.get(name)) for name, _, write in columns] for row in rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    left = [write is word for _, _, write in columns]
    for line in lines:
        cells = (
            cell.ljust(width) if to_left else cell.rjust(width)
            for cell, width, to_left in zip(line, widths, left, strict=True)
        )
        yield "  ".join(cells).rstrip()


def word(value: Any) -> str:
    """Return a name in one line, since callers and imports have a say in some."""
    return "-" if value in (None, "") else "".join(each if each.isprintable() else " " for each in str(value))


def number(value: Any) -> str:
    return "-" if value is None else f"{value}"


def percent(value: Any) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def length(value: Any) -> str:
    """Return minutes and seconds."""
    if value is None:
        return "-"
    minutes, seconds = divmod(round(value), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
