"""`ivr clock` and `ivr migrate`: timers and effects beside the web server, and the tables."""

from __future__ import annotations

import os
import signal
import threading

import click

from ivr.environment import Environment
from ivr.logs import write_logs
from ivr.store.database import Database
from ivr.store.migrate import migrate


@click.command()
def clock() -> None:
    """Run timers and effects. On PostgreSQL any number of these; on SQLite the web process does it itself."""
    from server import application_from_environment

    os.umask(0o077)  # on this machine nothing else reads the emergency file
    write_logs()
    if Environment.from_mapping(os.environ).database_url.startswith("sqlite"):
        raise click.ClickException("On SQLite the clock runs inside the web process: start only `ivr serve`.")
    line = application_from_environment()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    line.start()
    click.echo("The clock runs.", err=True)
    stopping.wait()
    line.stop()


@click.command("migrate")
def migrate_tables() -> None:
    """Bring the tables up to date. Safe to run while the line works and from several hosts at once."""
    database = Database.open(Environment.from_mapping(os.environ).database_url)
    try:
        migrate(database)
    finally:
        database.close()
    click.echo("The tables are up to date.")
