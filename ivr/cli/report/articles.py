"""`ivr report answers`: reports which articles help, and which are missing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from ivr.cli.report.report_options import (
    Column,
    asked,
    instants,
    number,
    opened_line,
    percent,
    table,
    word,
    write_csv,
)
from ivr.service.knowledge_base.views import MOST, answers_report

COLUMNS: list[Column] = [
    ("article", "article", word),
    ("shown", "shown", number),
    ("opened", "opened", number),
    ("sent", "sent", number),
    ("helped", "helped", number),
    ("failed", "did not", number),
    ("help_rate", "rate", percent),
]
SEARCHES: list[Column] = [
    ("words", "searched for", word),
    ("times", "times", number),
    ("found", "found", number),
]


@click.command()
@asked(days=28, queue=False)
@click.option(
    "--most", default=MOST, show_default=True, type=click.IntRange(1, 10_000), help="Lines of each."
)
def answers(days: int, since: str, until: str, as_json: bool, as_csv: bool, most: int) -> None:
    """Which articles agents use and whether they help; what they searched for in vain.

    shown: proposed to an agent, once for each call. rate: helped, of all that were judged. A search counts as
    unanswered when nothing was opened from it.
    """
    database, settings = opened_line()
    _period, begin, end = instants(settings, database, days, since, until)
    found = answers_report(database, begin, end, most)
    database.close()
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
    elif as_csv:
        write_csv(found["rows"])
    else:
        click.echo("\n".join(sentences(found, ZoneInfo(settings.timezone))))


def sentences(found: Mapping[str, Any], zone: ZoneInfo) -> Iterator[str]:
    """Return the report as lines of text."""
    yield from table(found["rows"], COLUMNS) if found["rows"] else ["No article was shown."]
    if found["unanswered"]:
        yield ""
        yield from table(found["unanswered"], SEARCHES)
    if found["nothing_helped"]:
        yield "\nNothing helped:"
    for one in found["nothing_helped"]:
        day = datetime.fromtimestamp(one["at"], zone).strftime("%Y-%m-%d")
        parts = [one["article"], f"searched for “{one['searched']}”" if one["searched"] else "", one["note"]]
        yield f"  {day}  {word(': '.join(part for part in parts if part))}"
    if found["unused"]:
        yield f"\nShown to nobody: {', '.join(one['article'] for one in found['unused'])}"
    for problem in found["problems"]:
        yield f"\nNot loaded: {word(problem)}"
