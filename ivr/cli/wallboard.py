"""`ivr wallboard`: manages links for wallboard screens."""

from __future__ import annotations

import json
import os
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from ivr.environment import Environment
from ivr.floor.transaction import NotificationBus, Transactions
from ivr.flowfiles.settings_file import load_settings
from ivr.service.supervision.display_links import DisplayLinks, LinkProblem
from ivr.settings import Settings
from ivr.store.database import Database
from ivr.store.migrate import migrate


@click.group()
def wallboard() -> None:
    """Wallboards: links for screens at which nobody signs in."""


@wallboard.command()
@click.argument("name")
@click.option("--queues", default="", help="Which queues it shows, such as support,billing; else all.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def link(name: str, queues: str, as_json: bool) -> None:
    """Make a link. It is printed this once, and shows figures, no person, until it is revoked."""
    links, _, environment = _open()
    try:
        secret = links.make(name, [part.strip() for part in queues.split(",") if part.strip()])
    except LinkProblem as problem:
        raise click.ClickException(str(problem)) from problem
    address = f"{environment.public_url.rstrip('/')}/wallboard/shown/{secret}"
    click.echo(json.dumps({"name": name, "url": address}) if as_json else address)


@wallboard.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list.")
def list_(as_json: bool) -> None:
    """The links there are, without their secrets."""
    links, settings, _ = _open()
    rows = links.listed()
    if as_json:
        plain = [
            {"name": row.name, "queues": row.queues, "made_at": row.made_at, "revoked_at": row.revoked_at}
            for row in rows
        ]
        click.echo(json.dumps(plain, ensure_ascii=False))
        return
    for row in rows:
        made = datetime.fromtimestamp(row.made_at, ZoneInfo(settings.timezone))
        state = "revoked" if row.revoked_at else "shown"
        click.echo(f"{row.name:<24} {state:<8} {made:%Y-%m-%d}  {', '.join(row.queues) or 'all queues'}")
    if not rows:
        click.echo("No links yet. Make one: ivr wallboard link lobby --queues support")


@wallboard.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Screens with links of this name go dark within seconds."""
    links, _, _ = _open()
    try:
        count = links.revoke(name)
    except LinkProblem as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{count} {'link' if count == 1 else 'links'} revoked")


def _open() -> tuple[DisplayLinks, Settings, Environment]:
    environment = Environment.from_mapping(os.environ)
    settings = load_settings(environment.config, os.environ)
    database = Database.open(environment.database_url)
    if database.is_sqlite:
        migrate(database)
    return DisplayLinks(Transactions(database, time.time, NotificationBus()), settings), settings, environment
