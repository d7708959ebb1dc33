"""The look-up of a caller in another system is asked for in the transaction in which the call begins."""

from __future__ import annotations

from typing import Any

from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store.calls import CallRow

JOB = JobKind.CARD_PART
LATE_S = 1.0  # beyond the source's time-out: until then the card says that it is looking


def schedule_crm_lookup(tx: Transaction, sid: str, settings: Settings, ended_too: bool = False) -> None:
    """In the transaction in which a call begins: its caller is to be looked up. One job, and nothing without
    a source. It carries the moment from which the card says that there was no answer. With `ended_too` it is
    asked for a call that is over too: its agent has found out in wrap-up who called."""
    source = settings.sources.get(settings.customers.source or "")
    if source is not None:
        due = tx.now + source.settings.timeout + LATE_S
        body = {"call": sid, "due": due, **({"ended_too": True} if ended_too else {})}
        tx.job(JOB, job_key(sid), 0.0, body)


def job_key(sid: str) -> str:
    return f"{JOB}:{sid}"


def values_of(row: CallRow) -> dict[str, Any]:
    """Return the values that may be put into an address or passed to a source."""
    session = row.session.get("session") or {}
    customer = row.session.get("customer") or {}
    language = session.get("language", "")
    return {
        "caller": row.caller,
        "dialled": row.dialled,
        "call": row.sid,
        "language": language,
        "customer": customer,
    }
