"""Recordings and texts at the carrier: brought to what the session says, or deleted, by jobs."""

from __future__ import annotations

from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction


def set_recording(tx: Transaction, sid: str, after_s: float = 0.0) -> None:
    """Ask for it; whoever does it looks at the session and the talk then."""
    tx.job(JobKind.SET_RECORDING, job_of(sid), after_s, {"call": sid})


def job_of(sid: str) -> str:
    return f"set_recording:{sid}"


DELETE_AFTER_S = 5.0  # the carrier finishes a recording before it can be deleted


def delete_later(tx: Transaction, recording: str) -> None:
    """The carrier is to delete it too."""
    body = {"recording": recording}
    tx.job(JobKind.DELETE_RECORDING, f"delete_recording:{recording}", DELETE_AFTER_S, body)


def delete_texts_later(tx: Transaction, sids: list[str]) -> None:
    """The carrier is to delete its copies too."""
    for sid in sids:
        tx.job(JobKind.DELETE_TEXT, f"delete_text:{sid}", 0.0, {"text": sid})
