"""Sums of the journal: how each step is doing by the hour, where calls stand, and the trial's tally."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.calls import call
from ivr.store.metadata import metadata
from ivr.store.revisions import trial_tally

# How each step is doing, summed by the hour from the journal.
step_health = Table(
    "step_health",
    metadata,
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("revision", String(64), primary_key=True),
    Column("flow", String(100), primary_key=True),
    Column("step", String(140), primary_key=True),
    Column("entries", Integer, nullable=False, server_default="0"),
    Column("zeroed", Integer, nullable=False, server_default="0"),
    Column("hung_up", Integer, nullable=False, server_default="0"),
    Column("no_input", Integer, nullable=False, server_default="0"),
    Column("wrong", Integer, nullable=False, server_default="0"),
    Column("errors", Integer, nullable=False, server_default="0"),
    Column("visits", Integer, nullable=False, server_default="0"),
    Column("seconds", Float, nullable=False, server_default="0"),
)

# Where each call in progress stands, as far as the journal has been summed up.
health_standing = Table(
    "health_standing",
    metadata,
    Column("call_sid", String(64), primary_key=True),
    Column("revision", String(64), nullable=False),
    Column("began_at", Float, nullable=False),
    Column("flow", String(100), nullable=False, server_default=""),
    Column("step", String(140), nullable=False, server_default=""),
    Column("since", Float, nullable=False),
    Column("zeroed", Boolean, nullable=False, server_default=text("false")),
    Column("erred", Boolean, nullable=False, server_default=text("false")),
    Index("ix_health_standing_since", "since"),
)

health_cursor = Table(
    "health_cursor",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("journal_id", Integer, nullable=False),
)


COUNTS = ("entries", "zeroed", "hung_up", "no_input", "wrong", "errors", "visits", "seconds")
TALLIED = ("calls", "errors", "hung_up", "zeroed")
INSERTS = (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
Key = tuple[int, str, str, str]
"""(hour since 1970, revision, flow, step)"""


@dataclass(frozen=True, slots=True)
class CallStep:
    """Where a call stands, and since when; `step` is empty while it talks. The flags are the call's."""

    call_sid: str
    revision: str
    began_at: float
    flow: str
    step: str
    since: float
    zeroed: bool = False
    erred: bool = False


@dataclass(frozen=True, slots=True)
class StepSum:
    """One step over some time; `seconds` is the sum over `visits`."""

    flow: str
    step: str
    entries: int
    zeroed: int
    hung_up: int
    no_input: int
    wrong: int
    errors: int
    visits: int
    seconds: float


@dataclass(frozen=True, slots=True)
class CanaryTally:
    """Calls of one revision during a trial, and how many of them went wrong in which way."""

    calls: int = 0
    errors: int = 0
    hung_up: int = 0
    zeroed: int = 0


def _adding(table: Any, keys: Sequence[str], counts: Sequence[str]) -> dict[str, Any]:
    made = {}
    for name, insert_ in INSERTS:
        statement = insert_(table)
        made[name] = statement.on_conflict_do_update(
            index_elements=[table.c[key] for key in keys],
            set_={count: table.c[count] + statement.excluded[count] for count in counts},
        )
    return made


_add = _adding(step_health, ("hour", "revision", "flow", "step"), COUNTS)
_add_tally = _adding(trial_tally, ("revision",), TALLIED)
_first_cursor = {
    name: insert_(health_cursor).on_conflict_do_nothing(index_elements=[health_cursor.c.id])
    for name, insert_ in INSERTS
}
_cursor = select(health_cursor.c.journal_id).where(health_cursor.c.id == 1).with_for_update()
_move_cursor = health_cursor.update().where(health_cursor.c.id == 1)
_standing_columns = [health_standing.c[name] for name in CallStep.__slots__]
_standings = select(*_standing_columns).where(
    health_standing.c.call_sid.in_(bindparam("sids", expanding=True))
)
_drop = delete(health_standing).where(health_standing.c.call_sid.in_(bindparam("sids", expanding=True)))
_forget_standings = delete(health_standing).where(health_standing.c.since < bindparam("before"))
_forget_hours = delete(step_health).where(step_health.c.hour < bindparam("before"))
_begun = select(call.c.sid, call.c.revision, call.c.started_at).where(
    call.c.sid.in_(bindparam("sids", expanding=True))
)
_sums = (
    select(
        step_health.c.flow,
        step_health.c.step,
        *(func.sum(step_health.c[name]).label(name) for name in COUNTS),
    )
    .where(step_health.c.hour >= bindparam("since"))
    .group_by(step_health.c.flow, step_health.c.step)
)
_sums_of = _sums.where(step_health.c.revision == bindparam("revision"))


def cursor(connection: Connection) -> int:
    """The last journal line that was summed up, held until the transaction ends."""
    connection.execute(_first_cursor[connection.dialect.name], {"id": 1, "journal_id": 0})
    return int(connection.execute(_cursor).scalar_one())


def move_cursor(connection: Connection, journal_id: int) -> None:
    connection.execute(_move_cursor.values(journal_id=journal_id))


def standings(connection: Connection, sids: Iterable[str]) -> dict[str, CallStep]:
    rows = connection.execute(_standings, {"sids": list(sids)})
    return {row.call_sid: CallStep(*row) for row in rows}


def begun_calls(connection: Connection, sids: Iterable[str]) -> dict[str, tuple[str, float]]:
    """(revision, when it began) of these calls."""
    rows = connection.execute(_begun, {"sids": list(sids)})
    return {row.sid: (row.revision, row.started_at) for row in rows}


def save_standings(connection: Connection, rows: Iterable[CallStep], gone: Iterable[str]) -> None:
    """Write where these calls stand now, and forget those that are over."""
    kept = [{name: getattr(row, name) for name in CallStep.__slots__} for row in rows]
    sids = [*gone, *(row["call_sid"] for row in kept)]
    if sids:
        connection.execute(_drop, {"sids": sids})
    if kept:
        connection.execute(insert(health_standing), kept)


def add(connection: Connection, sums: Mapping[Key, Mapping[str, float]]) -> None:
    """Add to the hours."""
    rows = [
        {"hour": hour, "revision": revision, "flow": flow, "step": step, **dict.fromkeys(COUNTS, 0), **counts}
        for (hour, revision, flow, step), counts in sorted(sums.items())
    ]
    if rows:
        connection.execute(_add[connection.dialect.name], rows)


def add_tally(connection: Connection, tallies: Mapping[str, CanaryTally]) -> None:
    """Add calls that ended to the present trial's count."""
    rows = [
        {"revision": revision, **{name: getattr(tally, name) for name in TALLIED}}
        for revision, tally in sorted(tallies.items())
    ]
    if rows:
        connection.execute(_add_tally[connection.dialect.name], rows)


def tally(connection: Connection, revision: str) -> CanaryTally:
    """Return what the present trial has counted for a revision."""
    columns = [trial_tally.c[name] for name in TALLIED]
    found = connection.execute(select(*columns).where(trial_tally.c.revision == revision)).first()
    return CanaryTally(*found) if found else CanaryTally()


def sums(connection: Connection, since_hour: int, revision: str = "") -> list[StepSum]:
    """Every step since then, of one revision or of all."""
    asked = {"since": since_hour, **({"revision": revision} if revision else {})}
    rows = connection.execute(_sums_of if revision else _sums, asked)
    return [StepSum(row.flow, row.step, *(getattr(row, name) for name in COUNTS)) for row in rows]


def forget(connection: Connection, before_hour: int, standing_before: float) -> None:
    """Hours too old to be asked for, and calls whose end was never told."""
    connection.execute(_forget_hours, {"before": before_hour})
    connection.execute(_forget_standings, {"before": standing_before})
