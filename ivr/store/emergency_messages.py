"""Emergency messages are taken over by one process at a time."""

from __future__ import annotations

from sqlalchemy import Connection, text

_TAKING_OVER = 7_200_000_003  # any fixed number: it only has to be ours
_alone = text("SELECT pg_advisory_xact_lock(:key)")


def take_turns(connection: Connection) -> None:
    """Wait until no other transaction takes messages over (SQLite has one writer anyway). A message without
    a recording has no key of its own: only who looks alone knows that nobody else has just written it."""
    if connection.dialect.name == "postgresql":
        connection.execute(_alone, {"key": _TAKING_OVER})
