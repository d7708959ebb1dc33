"""A booking held together with its call: always the call first, as the call's own webhooks do."""

from __future__ import annotations

from ivr.floor.transaction import Transaction
from ivr.store import callbacks, calls
from ivr.store.callbacks import CallbackRow


def held(tx: Transaction, callback_id: str) -> CallbackRow | None:
    """The booking as it is now that nobody else can change it; None when there is none."""
    found = callbacks.find(tx.connection, callback_id)
    if found is None:
        return None
    calls.hold(tx.connection, found.call_sid)
    return callbacks.find(tx.connection, callback_id, lock=True)


def live_held(tx: Transaction, found: CallbackRow | None) -> CallbackRow | None:
    """The same of a booking found before; None when it has ended meanwhile."""
    row = held(tx, found.id) if found is not None else None
    return row if row is not None and row.live else None


def in_attempt(tx: Transaction, found: CallbackRow) -> CallbackRow | None:
    """The same; None when the attempt in which it was found is over."""
    row = held(tx, found.id)
    return row if row is not None and row.attempts == found.attempts else None
