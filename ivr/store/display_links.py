"""Links of wallboards: a screen shows its queues to whoever knows the secret, until it is revoked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import JSON, Column, Connection, Float, String, Table, bindparam, insert, update

from ivr.store.metadata import metadata
from ivr.store.row_access import select_rows

# The address of a screen on a wall: only the hash of its secret is kept.
display_link = Table(
    "display_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("queues", JSON, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("revoked_at", Float),
)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """Only the hash of the secret is known here. No queues: all of them."""

    token_hash: str
    name: str
    queues: list[str]
    made_at: float
    revoked_at: float | None


_insert = insert(display_link)
_all = select_rows(display_link, LinkRow).order_by(display_link.c.made_at)
_live = _all.where(display_link.c.token_hash == bindparam("hash"), display_link.c.revoked_at.is_(None))
_revoke = (
    update(display_link)
    .where(display_link.c.name == bindparam("p_name"), display_link.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("p_now"))
)


def add(connection: Connection, token_hash: str, name: str, queues: list[str], now: float) -> None:
    connection.execute(_insert, {"token_hash": token_hash, "name": name, "queues": queues, "made_at": now})


def find(connection: Connection, token_hash: str) -> LinkRow | None:
    """None when there is none, or it was revoked."""
    found = connection.execute(_live, {"hash": token_hash}).first()
    return LinkRow(*found) if found else None


def everything(connection: Connection) -> list[LinkRow]:
    return [LinkRow(*row) for row in connection.execute(_all)]


def revoke(connection: Connection, name: str, now: float) -> int:
    """Returns how many links had that name."""
    return connection.execute(_revoke, {"p_name": name, "p_now": now}).rowcount
