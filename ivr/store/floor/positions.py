"""Places in line that are kept for somebody who is not on the phone."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from ivr.store.floor.queued_calls import LIVE_QUEUED_STATES, queued_call

__all__ = ["CALLBACK", "DIALLING", "LIVE", "change_kind", "set_not_before"]

LIVE, CALLBACK, DIALLING = "live", "callback", "dialling"

_become = (
    update(queued_call)
    .where(
        queued_call.c.id == bindparam("p_id"),
        queued_call.c.kind == bindparam("p_was"),
        queued_call.c.state.in_(LIVE_QUEUED_STATES),
    )
    .values(kind=bindparam("p_kind"))
)
_become_waiting = _become.where(queued_call.c.state == "waiting")
_serve_from = (
    update(queued_call)
    .where(queued_call.c.id == bindparam("p_id"), queued_call.c.state.in_(LIVE_QUEUED_STATES))
    .values(not_before=bindparam("p_at"))
)


def change_kind(connection: Connection, queued_id: str, was: str, kind: str, waiting: bool = False) -> bool:
    """From one kind of place to another; with `waiting` only while nobody is being rung for it. True for
    exactly one of those who try."""
    statement = _become_waiting if waiting else _become
    done = connection.execute(statement, {"p_id": queued_id, "p_was": was, "p_kind": kind})
    return done.rowcount == 1


def set_not_before(connection: Connection, queued_id: str, at: float | None) -> None:
    """No agent is to be offered this place before then."""
    connection.execute(_serve_from, {"p_id": queued_id, "p_at": at})
