"""The phone connection to the customer of a callback has ended."""

from __future__ import annotations

from ivr.floor.callback_lifecycle import CallbackLifecycle
from ivr.floor.transaction import Transaction
from ivr.store.callbacks import ANSWERED, DIALLING, CallbackRow

WHY = {"busy": "busy", "no-answer": "no-answer", "failed": "failed", "canceled": "no-answer"}


def leg_over(lifecycle: CallbackLifecycle, tx: Transaction, row: CallbackRow, status: str) -> None:
    """The customer's phone connection ended with the carrier's `status`. Who picked up and pressed nothing
    has declined, or was no human."""
    if row.state == DIALLING:
        lifecycle.not_reached(tx, row, WHY.get(status, "declined"))
    elif row.state == ANSWERED:
        lifecycle.not_reached(tx, row, row.end_reason or "declined")
