"""Legs that are not the one on record: the carrier worked a request off that we had given up.

The first leg that is known is the one. Another is hung up as soon as it is reported; if it is picked up
before that, its document says goodbye.
"""

from __future__ import annotations

from ivr.acd.journal import JournalKind
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction

UNANSWERED = ("queued", "initiated", "ringing")


def is_stray(on_record: str | None, leg_sid: str) -> bool:
    """Is this leg another than the one on record?"""
    return bool(on_record and leg_sid and on_record != leg_sid)


def end_stray(tx: Transaction, leg_sid: str, status: str, call_sid: str) -> None:
    """It rings at somebody who is rung already, or not any more. One that was picked up hears a goodbye from
    its document, and ends with it."""
    if leg_sid and status in UNANSWERED:
        tx.job(JobKind.END_STRAY_LEG, f"end_stray_leg:{leg_sid}", 0.0, {"leg": leg_sid})
        tx.note(JournalKind.STRAY_LEG, call=call_sid, leg=leg_sid, status=status)
