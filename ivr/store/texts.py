"""Text messages that came in, and numbers that want none from us."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import scrypt
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Float, String, Table, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from ivr.flowfiles.equivalents import equivalents
from ivr.store.calls import TEXT, call
from ivr.store.metadata import metadata

# Text messages that came in: the carrier tells of one more than once.
incoming_text = Table(
    "incoming_text",
    metadata,
    Column("sid", String(64), primary_key=True),
    Column("at", Float, nullable=False),
)

# Numbers that want no text messages from us. `word` is what they wrote, or why else we know.
opt_out = Table(
    "opt_out",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("at", Float, nullable=False),
    Column("word", String(40), nullable=False),
)


def _once(table: Table) -> dict[str, Any]:
    """Insert unless it is there, for either database. What comes back tells whether it was new."""
    (key,) = table.primary_key
    by_kind: dict[str, sqlite.Insert | postgresql.Insert] = {
        "sqlite": sqlite.insert(table),
        "postgresql": postgresql.insert(table),
    }
    return {kind: statement.on_conflict_do_nothing().returning(key) for kind, statement in by_kind.items()}


_add = _once(incoming_text)
_refuse = _once(opt_out)
_names: BindParameter[list[str]] = bindparam("p_numbers", expanding=True)
_allow = delete(opt_out).where(opt_out.c.number.in_(_names))
_refused = select(opt_out.c.word, opt_out.c.at).where(opt_out.c.number == bindparam("number"))
_to_digest = select(opt_out).where(opt_out.c.number.in_(_names))
_last_call = (
    select(call.c.sid, call.c.agent_id)
    .where(call.c.caller.in_(bindparam("numbers", expanding=True)), call.c.direction != TEXT)
    .order_by(call.c.started_at.desc())
    .limit(1)
)


def is_new(connection: Connection, sid: str, now: float) -> bool:
    """Remember that this message came in; False when it did before."""
    return connection.execute(_add[connection.dialect.name], {"sid": sid, "at": now}).first() is not None


def opt_out_number(connection: Connection, number: str, word: str, now: float) -> bool:
    """No more texts to this number. False when that was so already."""
    if refused_by(connection, number) is not None:
        return False
    values = {"number": number, "word": word[:40], "at": now}
    return connection.execute(_refuse[connection.dialect.name], values).first() is not None


def opt_in_number(connection: Connection, number: str) -> bool:
    """Texts again. False when they were never refused."""
    names = [name for each in equivalents(number) for name in (each, *_as_digest(connection, each))]
    return connection.execute(_allow, {"p_numbers": names}).rowcount > 0


def refused_by(connection: Connection, number: str) -> tuple[str, float] | None:
    """(what they wrote, when) of a number that wants no texts; None when it may have them."""
    names = (name for each in equivalents(number) for name in (each, *_as_digest(connection, each)))
    for name in names:
        found = connection.execute(_refused, {"number": name}).first()
        if found:
            return found.word, found.at
    return None


# An erased customer's wish holds without their number: what is kept of it is slow to guess back.
DIGEST = "#"  # begins each, and by itself tells that there are any


@lru_cache(maxsize=4096)
def digest(number: str) -> str:
    """About 20 ms of work."""
    return DIGEST + scrypt(number.encode(), salt=b"opt-out", n=2**13, r=8, p=1, dklen=24).hex()


def _as_digest(connection: Connection, number: str) -> tuple[str, ...]:
    """As it may be kept too; nothing where nobody was erased, which costs no work."""
    return (digest(number),) if connection.execute(_refused, {"number": DIGEST}).first() else ()


def keep_as_digests(connection: Connection, numbers: Sequence[str]) -> None:
    """Obey those of these numbers that want no texts from now on without knowing them, or when they wrote."""
    for row in connection.execute(_to_digest, {"p_numbers": list(numbers)}).all():
        for name in (digest(row.number), DIGEST):
            values = {"number": name, "word": "", "at": 0.0}
            connection.execute(_refuse[connection.dialect.name], values)
        connection.execute(_allow, {"p_numbers": [row.number]})


def last_call_of(connection: Connection, number: str) -> tuple[str, str | None] | None:
    """(call, agent who had it) of the last call from this number."""
    found = connection.execute(_last_call, {"numbers": equivalents(number)}).first() if number else None
    return (found.sid, found.agent_id) if found else None
