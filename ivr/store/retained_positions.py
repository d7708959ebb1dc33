"""Places in line of callers who were cut off, for when they come back."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update

from ivr.flowfiles.equivalents import equivalents
from ivr.store.calls import call
from ivr.store.floor.queued_calls import queued_call

_abandoned = (
    select(queued_call.c.id, queued_call.c.call_sid)
    .join(call, call.c.sid == queued_call.c.call_sid)
    .where(
        call.c.caller.in_(bindparam("callers", expanding=True)),
        call.c.started_at >= bindparam("since"),
        queued_call.c.state == "abandoned",
        queued_call.c.end_reason == "hung up",
        queued_call.c.ended_at >= bindparam("ended_since"),
    )
    .order_by(queued_call.c.ended_at.desc())
    .limit(1)
)
_taken_back = (
    update(queued_call)
    .where(
        queued_call.c.id == bindparam("p_id"),
        queued_call.c.state == "abandoned",
        queued_call.c.end_reason == "hung up",
    )
    .values(end_reason="came back")
)
_given_back = (
    update(queued_call)
    .where(
        queued_call.c.id == bindparam("p_id"),
        queued_call.c.state == "abandoned",
        queued_call.c.end_reason == "came back",
    )
    .values(end_reason="hung up")
)


def last_abandoned(
    connection: Connection, caller: str, since: float, ended_since: float
) -> tuple[str, str] | None:
    """(place, call) of whoever with this number was cut off in line last. `since` bounds when that call
    began."""
    values = {"callers": equivalents(caller), "since": since, "ended_since": ended_since}
    found = connection.execute(_abandoned, values).first()
    return (found.id, found.call_sid) if found else None


def give_back(connection: Connection, queued_id: str) -> bool:
    """Another caller had taken it: it is kept again for the caller who was cut off, as long as
    it would have been."""
    return connection.execute(_given_back, {"p_id": queued_id}).rowcount == 1


def take_back(connection: Connection, queued_id: str) -> bool:
    """The place of somebody who was cut off goes to one who came back, and to nobody else."""
    return connection.execute(_taken_back, {"p_id": queued_id}).rowcount == 1
