"""`ivr notice`: tells every caller something at once."""

from __future__ import annotations

import getpass
import json
import os
import time
from dataclasses import asdict
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from ivr.environment import Environment
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import load_settings
from ivr.service.notices import NoticeProblem, NoticeService
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.notices import NoticeRow


@click.group()
def notice() -> None:
    """Notices: an emergency message that callers hear at once."""


@notice.command("set")
@click.argument("words")
@click.option(
    "--queue", default="", help="Only for who joins this queue or stands in it; else for every new call."
)
@click.option("--language", "others", nargs=2, multiple=True, help='The same in another language: es-US "…"')
@click.option("--until", default="", help="18:00, 2h, 90m or 2026-03-02 18:00; else until it is ended.")
@click.option("--by", "author", default="", help="Who says so; by default the user of this machine.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def set_(
    words: str, queue: str, others: tuple[tuple[str, str], ...], until: str, author: str, as_json: bool
) -> None:
    """Switch a notice on. Callers hear it within two seconds, before anything else."""
    service, settings = _open()
    try:
        made = service.set({"": words, **dict(others)}, queue, until, author or _user())
    except NoticeProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(_json(made) if as_json else f"Notice {made.id} is on {_whom(made)}, {_until(made, settings)}.")


@notice.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(as_json: bool) -> None:
    """The notices that callers hear now."""
    service, settings = _open()
    found, _ = service.listed()
    if as_json:
        click.echo(json.dumps([asdict(row) for row in found], ensure_ascii=False))
        return
    for row in found:
        by = f", set by {row.author}" if row.author else ""
        click.echo(f"{row.id}: {_whom(row)}, {_until(row, settings)}{by}")
        for language, words in row.words.items():
            click.echo(f"   {language}: {words}")
    if not found:
        click.echo('No notice is on. Switch one on: ivr notice set "Our lines are down until noon."')


@notice.command()
@click.argument("which")
@click.option("--by", "author", default="", help="Who says so.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def end(which: str, author: str, as_json: bool) -> None:
    """End one notice by its number, or all of them."""
    service, _ = _open()
    try:
        if which == "all":
            count = service.end_all(author or _user())
        elif which.isdigit() and len(which) < 10:
            service.end(int(which), author or _user())
            count = 1
        else:
            raise NoticeProblem(f"{which!r} is no notice (write its number, or all)")
    except NoticeProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(
        json.dumps({"ended": count}) if as_json else f"{count} {'notice' if count == 1 else 'notices'} ended."
    )


def _json(row: NoticeRow) -> str:
    return json.dumps(asdict(row), ensure_ascii=False)


def _whom(row: NoticeRow) -> str:
    return f"for callers of {row.queue}" if row.queue else "for every new call"


def _until(row: NoticeRow, settings: Settings) -> str:
    if row.until_at is None:
        return "until it is ended"
    local = datetime.fromtimestamp(row.until_at, ZoneInfo(settings.timezone))
    return f"until {local:%Y-%m-%d %H:%M}"


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "command line"


def _open() -> tuple[NoticeService, Settings]:
    environment = Environment.from_mapping(os.environ)
    settings = load_settings(environment.config, os.environ)
    database = Database.open(environment.database_url)
    if database.is_sqlite:
        migrate(database)
    return NoticeService(Transactions(database, time.time, NotificationBus()), settings), settings
