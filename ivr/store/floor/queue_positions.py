"""A line as the estimate of waits sees it: only what decides who is served before whom, since a line may be
ten thousand long and is looked at every second."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from ivr.store.floor.queued_calls import queued_call

_columns = ("id", "priority", "entered_at", "state", "kind", "rank_at", "not_before")
_standing = (
    select(*(queued_call.c[name] for name in _columns))
    .where(queued_call.c.queue == bindparam("queue"), queued_call.c.state.in_(("waiting", "offered")))
    .order_by(queued_call.c.rank_at, queued_call.c.id)
)


def standing(connection: Connection, queue: str) -> list[Any]:
    """(id, priority, entered at, state, kind, rank, not before) of everybody in line, the next one first."""
    return list(connection.execute(_standing, {"queue": queue}))
