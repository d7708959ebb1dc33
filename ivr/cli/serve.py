"""`ivr serve`, `ivr clock` and `ivr migrate`: the processes of an installation."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from pathlib import Path

import click

from ivr.environment import Environment
from ivr.store.database import Database
from ivr.store.migrate import migrate

ROOT = Path(__file__).parents[2]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve webhooks and pages. The same as `gunicorn server:app` in the project's folder."""
    from server import line_from_environment

    must_be_free(host, port)
    line_from_environment().stop()  # whatever is wrong is said here, in one sentence, before gunicorn starts
    os.environ["GUNICORN_BIND"] = f"{host}:{port}"
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "server:app"])  # noqa: S606 our own program


@click.command()
def clock() -> None:
    """Run timers and effects. On PostgreSQL any number of these; on SQLite the web process does it itself."""
    from server import line_from_environment

    if Environment.from_mapping(os.environ).database_url.startswith("sqlite"):
        raise click.ClickException("On SQLite the clock runs inside the web process: start only `ivr serve`.")
    line = line_from_environment()
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
    migrate(database)
    database.close()
    click.echo("The tables are up to date.")


def must_be_free(host: str, port: int) -> None:
    """Exit 2 with one sentence when somebody listens on the port already."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            sentence = f"Port {port} on {host} cannot be used: {error.strerror}. Choose another with --port."
            print(sentence, file=sys.stderr)
            raise SystemExit(2) from error
