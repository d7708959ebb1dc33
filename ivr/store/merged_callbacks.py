"""Callbacks whose customer rang us: which call took the place, and the booking that comes after it."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from ivr.store.callbacks import MERGED, CallbackRow
from ivr.store.floor.rows import select_rows
from ivr.store.work_tables import callback

_into = (
    select_rows(callback, CallbackRow)
    .where(
        callback.c.number == bindparam("number"),
        callback.c.state == MERGED,
        callback.c.end_reason == bindparam("sid"),
    )
    .order_by(callback.c.ended_at.desc())
    .limit(1)
)
_new_token = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == MERGED)
    .values(token=bindparam("p_token"))
)


def merged_into(connection: Connection, number: str, sid: str) -> CallbackRow | None:
    """The booking for this number whose place the call `sid` took, the last one if there were several."""
    found = connection.execute(_into, {"number": number, "sid": sid}).first()
    return CallbackRow(*found) if found else None


def give_up_token(connection: Connection, callback_id: str, token: str) -> None:
    """Its address goes to the booking that comes after it, and it has the new `token`."""
    connection.execute(_new_token, {"p_id": callback_id, "p_token": token})
