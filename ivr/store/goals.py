"""How a queue does in these minutes, and the incidents of goals that are missed."""

from __future__ import annotations

from sqlalchemy import (
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
    update,
)

from ivr.acd.reports.goals import Incident, Recent
from ivr.store.floor.queued_calls import queued_call
from ivr.store.metadata import metadata
from ivr.store.row_access import inserted_id

# Callers by the minute (since 1970) in which their wait ended, for what the goal comes to right now.
goal_minute = Table(
    "goal_minute",
    metadata,
    Column("minute", Integer, primary_key=True, autoincrement=False),
    Column("queue", String(64), primary_key=True),
    Column("in_goal", Float, nullable=False, server_default="0"),
    Column("missed", Float, nullable=False, server_default="0"),
)

# A goal that was missed for long enough to tell somebody; `ended_at` is when it was met again.
goal_incident = Table(
    "goal_incident",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("queue", String(64), nullable=False),
    Column("missed_since", Float, nullable=False),
    Column("told_at", Float),
    Column("met_since", Float),
    Column("ended_at", Float),
    Column("share", Float, nullable=False),
    Index(
        "uq_goal_incident_open",
        "queue",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)


_recent = select(func.sum(goal_minute.c.in_goal), func.sum(goal_minute.c.missed)).where(
    goal_minute.c.queue == bindparam("queue"), goal_minute.c.minute >= bindparam("since")
)
_overdue = select(func.count()).where(
    queued_call.c.queue == bindparam("queue"),
    queued_call.c.state.in_(("waiting", "offered")),
    queued_call.c.kind == "live",
    queued_call.c.entered_at <= bindparam("before"),
)
_open = select(goal_incident).where(goal_incident.c.ended_at.is_(None))
_insert = insert(goal_incident)
_update = update(goal_incident).where(
    goal_incident.c.id == bindparam("p_id"), goal_incident.c.ended_at.is_(None)
)
_save = _update.values(
    told_at=bindparam("p_told_at"), met_since=bindparam("p_met_since"), share=bindparam("p_share")
)
_end = _update.values(ended_at=bindparam("p_now"), met_since=bindparam("p_met_since"))
_drop = delete(goal_incident).where(goal_incident.c.id == bindparam("p_id"))


def recent(connection: Connection, queue: str, since: float, overdue_before: float) -> Recent:
    """Callers whose wait ended since then, and those who have been waiting since before the other instant."""
    sums = connection.execute(_recent, {"queue": queue, "since": int(since // 60)}).one()
    overdue = connection.execute(_overdue, {"queue": queue, "before": overdue_before}).scalar_one()
    return Recent(sums[0] or 0.0, sums[1] or 0.0, overdue)


def open_incidents(connection: Connection) -> dict[str, tuple[int, Incident]]:
    """(number, incident) by queue."""
    return {
        row.queue: (row.id, Incident(row.missed_since, row.share, row.told_at, row.met_since))
        for row in connection.execute(_open)
    }


def add(connection: Connection, queue: str, incident: Incident) -> int:
    values = {"queue": queue, "missed_since": incident.missed_since, **_values(incident, "")}
    return inserted_id(connection.execute(_insert, values))


def save(connection: Connection, number: int, incident: Incident) -> None:
    connection.execute(_save, {"p_id": number, **_values(incident, "p_")})


def end(connection: Connection, number: int, met_since: float | None, now: float) -> None:
    connection.execute(_end, {"p_id": number, "p_met_since": met_since, "p_now": now})


def drop(connection: Connection, number: int) -> None:
    connection.execute(_drop, {"p_id": number})


def _values(incident: Incident, prefix: str) -> dict[str, float | None]:
    return {
        f"{prefix}told_at": incident.told_at,
        f"{prefix}met_since": incident.met_since,
        f"{prefix}share": incident.share,
    }
