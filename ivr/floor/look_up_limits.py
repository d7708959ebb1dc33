"""How often a source is asked: in one call, and in a day for one account.

A PIN is guessed by whoever calls often enough, with any number shown. So tries are counted for the account
that is asked about, before the source is asked, and one that found what was looked for is taken back.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ivr.acd.journal import JournalKind
from ivr.customers.matching import letters_and_digits
from ivr.engine.effects import LookUp
from ivr.engine.events import Event, LookedUp
from ivr.floor.transaction import Transaction
from ivr.store import look_up_tries
from ivr.store.calls import CallRow

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
