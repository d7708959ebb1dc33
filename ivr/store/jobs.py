"""One table for effects and timers: a row is written with the state change it follows from, claimed by one
worker, and deleted when done. At least once: every job looks before it acts.

`due` is the time to run; while claimed it is the end of the lease, so a killed worker's jobs come due again.
`fence` grows with every claim and every new request: a worker whose lease ran out, or whose job was asked for
again while it ran, can neither finish nor postpone it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from ivr.store.metadata import metadata

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(40), nullable=False),
    Column("key", String(200), nullable=False, unique=True),
    Column("due", Float),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("body", JSON, nullable=False),
    Column("made_at", Float, nullable=False),
    Column("error", Text),
    Index("ix_job_due", "due"),
    sqlite_autoincrement=True,
)


LEASE_S = 15.0  # longer than two requests to the carrier may take, shorter than a phone rings


@dataclass(frozen=True, slots=True)
class Job:
    id: int
    kind: str
    key: str
    attempts: int
    fence: int
    body: Mapping[str, Any]
    due: float


def _upsert(insert: Any) -> Any:
    """Insert, or move the job that is already there. PostgreSQL and SQLite share the words."""
    statement = insert(job)
    return statement.on_conflict_do_update(
        index_elements=[job.c.key],
        set_={
            "due": statement.excluded.due,
            "body": statement.excluded.body,
            "attempts": 0,
            "fence": job.c.fence + 1,
            "error": None,
        },
    )


_enqueue = {"sqlite": _upsert(sqlite.insert), "postgresql": _upsert(postgresql.insert)}
_delete_key = delete(job).where(job.c.key == bindparam("p_key"))
_due = (
    select(job.c.id, job.c.kind, job.c.key, job.c.attempts, job.c.fence, job.c.body, job.c.due)
    .where(job.c.due <= bindparam("now"))
    .order_by(job.c.due, job.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_by_key = select(job.c.id, job.c.kind, job.c.key, job.c.attempts, job.c.fence, job.c.body, job.c.due).where(
    job.c.key == bindparam("key")
)
_claim = (
    update(job)
    .where(job.c.id == bindparam("p_id"))
    .values(due=bindparam("p_due"), attempts=job.c.attempts + 1, fence=job.c.fence + 1)
)
_done = delete(job).where(job.c.id == bindparam("p_id"), job.c.fence == bindparam("p_fence"))
_later = (
    update(job)
    .where(job.c.id == bindparam("p_id"), job.c.fence == bindparam("p_fence"))
    .values(due=bindparam("p_due"), body=bindparam("p_body"), attempts=bindparam("p_new_attempts"))
)
_park = (
    update(job)
    .where(job.c.id == bindparam("p_id"), job.c.fence == bindparam("p_fence"))
    .values(due=None, error=bindparam("p_error"))
)
_next_due = select(func.min(job.c.due))


def enqueue(
    connection: Connection, kind: str, key: str, due: float, body: Mapping[str, Any] | None, now: float
) -> None:
    """Ask for a job. A job with the same key that is still there takes the new time and body."""
    connection.execute(
        _enqueue[connection.dialect.name],
        {"kind": kind, "key": key, "due": due, "body": dict(body or {}), "made_at": now},
    )


def cancel(connection: Connection, key: str) -> None:
    connection.execute(_delete_key, {"p_key": key})


def find(connection: Connection, key: str) -> Job | None:
    """The job that stands under this key, claimed or not."""
    row = connection.execute(_by_key, {"key": key}).first()
    return Job(*row) if row else None


def claim(connection: Connection, now: float, most: int = 20) -> list[Job]:
    """Jobs due, now ours for LEASE_S seconds."""
    rows = connection.execute(_due, {"now": now, "most": most}).all()
    if rows:
        connection.execute(_claim, [{"p_id": row.id, "p_due": now + LEASE_S} for row in rows])
    return [
        Job(row.id, row.kind, row.key, row.attempts + 1, row.fence + 1, row.body, row.due) for row in rows
    ]


def done(connection: Connection, taken: Job) -> None:
    connection.execute(_done, {"p_id": taken.id, "p_fence": taken.fence})


def postpone(
    connection: Connection, taken: Job, due: float, body: Mapping[str, Any] | None = None, fresh: bool = False
) -> None:
    """Run again at `due`. `fresh` starts counting attempts anew (a timer, not a failure)."""
    connection.execute(
        _later,
        {
            "p_id": taken.id,
            "p_fence": taken.fence,
            "p_due": due,
            "p_body": dict(taken.body if body is None else body),
            "p_new_attempts": 0 if fresh else taken.attempts,
        },
    )


def park(connection: Connection, taken: Job, error: str) -> None:
    """Give up: the row stays, with its error, for the operator to see."""
    connection.execute(_park, {"p_id": taken.id, "p_fence": taken.fence, "p_error": error[:2000]})


def next_due(connection: Connection) -> float | None:
    return connection.execute(_next_due).scalar()
