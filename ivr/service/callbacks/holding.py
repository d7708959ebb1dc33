"""A booking held together with its call: always the call first, as the call's own webhooks do."""

from __future__ import annotations

from ivr.service.change import Change
from ivr.store import callbacks, calls
from ivr.store.callbacks import CallbackRow


def live_held(change: Change, found: CallbackRow | None) -> CallbackRow | None:
    """The booking as it is now that nobody else can change it; None when it has ended meanwhile."""
    if found is None:
        return None
    calls.hold(change.connection, found.call_sid)
    row = callbacks.find(change.connection, found.id, lock=True)
    return row if row is not None and row.live else None
