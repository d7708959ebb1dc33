"""`ivr report contacts`: past contacts, searched and exported."""

from __future__ import annotations

import json
from typing import Any

import click

from ivr.cli.report.report_options import Column, first_day, length, opened_line, table, word, write_csv
from ivr.service.contacts import COLUMNS, Contacts, WrongSearch
from ivr.service.reports import LONGEST_DAYS

SHOWN: list[Column] = [
    ("at", "when", lambda at: word(at)[:16].replace("T", " ")),
    ("number", "number", word),
    ("customer_name", "customer", word),
    ("queue", "queue", word),
    ("outcome", "outcome", word),
    ("seconds", "lasted", length),
    ("summary", "about", lambda text: word(text)[:60]),
]


@click.command()
@click.option("--number", default="", help="Of this telephone number.")
@click.option("--customer", default="", help="Of this customer: id, or part of name or company.")
@click.option("--queue", default="", help="Of this queue.")
@click.option("--outcome", default="", help="That ended so: talked, abandoned, voicemail …")
@click.option("--words", default="", help="With these words in notes or summary.")
@click.option("--days", type=click.IntRange(1, LONGEST_DAYS), help="How many days, today included.")
@click.option("--since", default="", metavar="DAY", help="From this day on, such as 2026-03-02.")
@click.option("--until", default="", metavar="DAY", help="Up to this day.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--csv", "as_csv", is_flag=True, help="Print all of them as CSV, without a limit.")
def contacts(limit: int, days: int | None, as_json: bool, as_csv: bool, **asked: Any) -> None:
    """Past contacts, the newest first."""
    database, settings = opened_line()
    try:
        if days is not None and not asked["since"]:
            asked["since"] = first_day(settings, database, days, "").isoformat()
        service = Contacts(database, settings)
        wanted = service.wanted(asked)
        if as_csv:
            write_csv(service.everything(wanted), COLUMNS)
            return
        page = service.page(wanted, most=limit)
        rows = [service.row(one) for one in page.contacts]
        if as_json:
            click.echo(json.dumps({"contacts": rows, "more": bool(page.older)}, ensure_ascii=False))
            return
        click.echo("\n".join(table(rows, SHOWN)) if rows else "No such contacts.")
        if page.older:
            click.echo(f"… and older ones (--limit {limit * 10} shows more, --csv writes all)")
    except WrongSearch as wrong:
        raise click.ClickException(str(wrong)) from wrong
    finally:
        database.close()
