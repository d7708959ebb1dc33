"""Customers who are on the phone with us when their turn has come: nobody is rung while they talk with us."""

from __future__ import annotations

from ivr.floor.transaction import Transaction
from ivr.store import callbacks
from ivr.store.callbacks import BOOKED, CallbackRow

BUSY_AGAIN_S, MOST_BUSY_S = 60.0, 600.0
LONGEST_CALL_S = 6 * 3600.0


def is_busy(tx: Transaction, row: CallbackRow) -> bool:
    """Is this customer on the phone with us, or rung by us, in another matter?"""
    look, since = tx.connection, tx.now - LONGEST_CALL_S
    if callbacks.is_on_the_phone(look, row.number, since) or callbacks.is_still_booking(look, row, since):
        return True
    others = callbacks.live_of_number(look, row.number)
    return any(other.id != row.id and other.state != BOOKED for other in others)


def busy_pause(looks: int) -> float:
    """Seconds until a customer is looked at again who was on the phone so often in a row (0: was not). It
    grows: nobody waits much longer than they have talked, and a crowd of them costs little."""
    return min(BUSY_AGAIN_S * 2.0 ** (min(looks, 10) - 1), MOST_BUSY_S) if looks else 0.0
