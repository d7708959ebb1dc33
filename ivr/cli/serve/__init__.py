"""`ivr serve`: keeps the line behind a socket that stays open whatever happens to the server below it."""

from __future__ import annotations

import os
import sys

import click

from ivr.cli.serve.listening_sockets import Unusable, listen
from ivr.cli.serve.parent import Parent
from ivr.environment import Environment
from ivr.store.sqlite_file import acquire_lock


@click.command()
@click.option("--host", help="Address to listen on (default: of GUNICORN_BIND, or 127.0.0.1).")
@click.option(
    "--port", type=click.IntRange(0, 65535), help="Port (default: of GUNICORN_BIND, PORT, or 8000)."
)
def serve(host: str | None, port: int | None) -> None:
    """Serve webhooks and pages, and start them again when they die.

    A parent process holds the listening socket, and the lock of a SQLite file, and runs gunicorn below it.
    Connections that come while gunicorn is away wait; none is refused. HUP starts a new server with the
    files as they are now and ends the old one once the new one answers; TERM ends gracefully.

    Exits 2 when the settings, the environment or the port are wrong, or another server serves the same file.
    """
    lock = acquire_lock(Environment.from_mapping(os.environ).database_url)
    try:
        sockets = listen(os.environ, host, port)
    except Unusable as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    sys.exit(Parent(sockets, lock).run())
