"""The recording of a call is brought to what its session says by a job."""

from __future__ import annotations

from ivr.floor.transaction import Transaction


def set_recording(tx: Transaction, sid: str, after_s: float = 0.0) -> None:
    """Ask for it; whoever does it looks at the session and the talk then."""
    tx.job("set_recording", job_of(sid), after_s, {"call": sid})


def job_of(sid: str) -> str:
    return f"set_recording:{sid}"
