"""`ivr revisions`: lists who published what and when."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from ivr.cli.publish import environment_of
from ivr.flowfiles.settings_file import load_settings
from ivr.store import revisions as store
from ivr.store.database import Database
from ivr.store.migrate import migrate
from ivr.store.revisions import LiveRow, Publication

WORDS = {
    "published": "published",
    "trial": "on trial",
    "promoted": "trial made live",
    "withdrawn": "trial ended",
    "rolled_back": "rolled back to",
}


@click.command()
@click.option("-n", "most", default=20, show_default=True, help="How many.")
@click.option("--config", type=click.Path(path_type=Path), help="The settings file.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def revisions(most: int, config: Path | None, as_json: bool) -> None:
    """Show the author and time of each publishing, newest first."""
    environment = environment_of(config)
    database = Database.open(environment.database_url)
    if database.is_sqlite:
        migrate(database)
    with database.read() as connection:
        live, entries = store.live(connection), store.history(connection, most)
    database.close()
    if as_json:
        click.echo(_json(live, entries))
    else:
        zone = ZoneInfo(load_settings(environment.config, os.environ).timezone)
        click.echo(_words(live, entries, zone))


def _json(live: LiveRow | None, entries: list[Publication]) -> str:
    plain = [{name: getattr(entry, name) for name in Publication.__slots__} for entry in entries]
    now = (
        {"revision": live.revision, "trial": live.trial, "share": live.share, "since": live.since}
        if live
        else None
    )
    return json.dumps({"live": now, "history": plain}, ensure_ascii=False)


def _words(live: LiveRow | None, entries: list[Publication], zone: ZoneInfo) -> str:
    """Return the history in the company's own time zone."""
    if live is None:
        return "Nothing was published yet: the files themselves are live."
    lines = [
        f"Live: {live.revision}" + (f", {live.share} % of new calls on {live.trial}" if live.trial else "")
    ]
    for entry in entries:
        when = datetime.fromtimestamp(entry.at, zone).strftime("%Y-%m-%d %H:%M")
        share = f" ({entry.share} %)" if entry.what == "trial" else ""
        lines.append(
            f"{when}  {entry.revision}  {WORDS[entry.what]}{share}  {entry.author}  {entry.message}".rstrip()
        )
    return "\n".join(lines)
