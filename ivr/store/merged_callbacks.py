"""Callbacks whose place a call has taken: which call it was, and the booking that comes after it."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update

from ivr.flowfiles.equivalents import equivalents
from ivr.store.callbacks import MERGED, CallbackRow, callback
from ivr.store.floor.row_select import select_rows

GONE_ON = "booked again"

_into = (
    select_rows(callback, CallbackRow)
    .where(
        callback.c.number.in_(bindparam("numbers", expanding=True)),
        callback.c.state == MERGED,
        callback.c.end_reason == bindparam("sid"),
    )
    .order_by(callback.c.ended_at.desc())
    .limit(1)
)
_gone_on = (
    update(callback)
    .where(callback.c.id == bindparam("p_id"), callback.c.state == MERGED)
    .values(token=bindparam("p_token"), end_reason=GONE_ON)
)


def merged_into(connection: Connection, number: str, sid: str) -> CallbackRow | None:
    """The booking for this number whose place the call `sid` took, the last one if there were several."""
    found = connection.execute(_into, {"numbers": equivalents(number), "sid": sid}).first()
    return CallbackRow(*found) if found else None


def mark_gone_on(connection: Connection, callback_id: str, token: str) -> None:
    """Another booking comes after it, once. That one has its address, and it has the new `token`."""
    connection.execute(_gone_on, {"p_id": callback_id, "p_token": token})
