"""The look-up of a caller in another system is asked for in the transaction in which the call begins."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.customers.matching import letters_and_digits
from ivr.engine.effects import LookUp
from ivr.engine.events import Event, LookedUp
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.settings import Settings
from ivr.store import look_up_tries
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


DAY_S = 86_400.0
COUNT, TRY = "look_ups", "look_up_try"  # in what is kept of a call
LOCKED, TOO_MANY = "locked", "too_many"


def start_lookup(tx: Transaction, row: CallRow, effect: LookUp, most: int) -> tuple[CallRow, LookedUp | None]:
    """Count a look-up that is about to be made; an answer at once when it is one too many."""
    count = int(row.session.get(COUNT, 0)) + 1
    if count > most:
        tx.note(JournalKind.LOOK_UP_REFUSED, call=row.sid, source=effect.source, why=TOO_MANY)
        return row, LookedUp(TOO_MANY)
    row = replace(row, session={**row.session, COUNT: count})
    for account, tries in effect.limit.items():
        who = _digest(effect.source, account)
        look_up_tries.lock_account(tx.connection, who)
        if look_up_tries.since(tx.connection, who, tx.now - DAY_S) >= tries:
            tx.note(JournalKind.LOOK_UP_REFUSED, call=row.sid, source=effect.source, why=LOCKED)
            return row, LookedUp(LOCKED)
        number = look_up_tries.add(tx.connection, who, tx.now)
        row = replace(row, session={**row.session, TRY: number})
    return row, None


def lookup_answered(tx: Transaction, row: CallRow, event: Event) -> CallRow:
    """The source has answered: a try that found what was looked for does not count."""
    if not isinstance(event, LookedUp) or TRY not in row.session:
        return row
    if event.status == "found":
        look_up_tries.take_back(tx.connection, int(row.session[TRY]))
    return replace(row, session={name: kept for name, kept in row.session.items() if name != TRY})


def _digest(source: str, account: str) -> str:
    """The account, written in any way, and not to be read in the table."""
    return hashlib.sha256(f"{source}\0{letters_and_digits(account)}".encode()).hexdigest()
