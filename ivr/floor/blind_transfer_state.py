"""The state of a caller in a blind transfer, changed inside one transaction by the turns of the call.

`CallRow.session["transfer"]` has what is still to be done, so calls without a transfer cost nothing more: the
`id` of the transfer, the target, and the state: "asked" until the caller's phone has left the conference.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.engine import session as sessions
from ivr.engine.events import Event, InputTimedOut, TransferEnded, Transferred
from ivr.engine.waiting.loop import REACHED
from ivr.floor.transaction import Transaction
from ivr.floor.transfer_record import note_transfer
from ivr.store import floor, transfers
from ivr.store.calls import CallRow
from ivr.store.floor import OfferRow
from ivr.store.transfers import TransferRow

KEY = "transfer"
ASKED, MOVED = "asked", "moved"
SURELY_ANSWERED_S = 45.0  # longer than any ring and the sentence before: who is there then talks
_NOTED = {
    "completed": JournalKind.TRANSFERRED,
    "returned": JournalKind.TRANSFER_RETURNED,
    "cancelled": JournalKind.TRANSFER_CANCELLED,
}


def asked_for(row: CallRow) -> Transferred | None:
    """Where the caller is to be moved who still sits in the room."""
    known = row.session.get(KEY)
    if not known or known["state"] != ASKED:
        return None
    return Transferred(known["queue"], known["number"], known["extension"], bool(known["agent"]))


def is_on_the_way(row: CallRow, transfer_id: str) -> bool:
    """Has the caller's phone still to leave the room for this transfer?"""
    known = row.session.get(KEY) or {}
    return known.get("id") == transfer_id and known["state"] == ASKED and row.ended_at is None


def wanted_targets(row: CallRow, event: Event) -> Event:
    """Return the event of a caller who comes out of the conference: the requested transfer, whatever event
    brought them. A Transferred without a request becomes a time-out, so that the caller stays where they
    were."""
    where_to = asked_for(row)
    if where_to is not None and row.status == sessions.TALKING:
        return where_to
    return InputTimedOut() if isinstance(event, Transferred) else event


def transfer_started(tx: Transaction, row: CallRow, event: Event) -> CallRow:
    """The caller's phone has come for it."""
    if not isinstance(event, Transferred) or asked_for(row) is None:
        return row
    known = {**row.session[KEY], "state": MOVED, "at": tx.now}
    return replace(row, session={**row.session, KEY: known})


def follow(tx: Transaction, row: CallRow, event: Event) -> CallRow:
    """The call as a turn left it: has the caller arrived, or come back?"""
    known = row.session.get(KEY)
    if not known or known["state"] != MOVED:
        return row
    transfer = transfers.find(tx.connection, known["id"], lock=True)
    if transfer is None or not transfer.live or transfer.call_sid != row.sid:
        return _forgotten(row)
    ended = _OUTCOMES[transfer.target_kind](tx, row, transfer, event)
    if ended is None:
        return row
    end(tx, transfer, *ended)
    return _forgotten(row)


def transfer_failed(tx: Transaction, offer: OfferRow, why: str) -> None:
    """This agent's phone rang for nothing. Somebody else in the line is asked, if it rang for a transfer."""
    transfer = transfers.live_of_call(tx.connection, offer.call_sid)
    if transfer is not None and transfer.state == "moving" and transfer.target == offer.agent_id:
        end(tx, transfer, "missed", why)


def transfer_over(tx: Transaction, row: CallRow) -> None:
    """The call has ended while the caller was being given on."""
    known: dict[str, Any] | None = row.session.get(KEY)
    transfer = transfers.find(tx.connection, known["id"], lock=True) if known else None
    if known is None or transfer is None or not transfer.live or transfer.call_sid != row.sid:
        return
    outside = transfer.target_kind == transfers.NUMBER and known["state"] == MOVED
    if outside and tx.now - known["at"] > SURELY_ANSWERED_S:
        end(tx, transfer, "handed_over")
    else:
        end(tx, transfer, "cancelled", "the caller hung up")


def end(tx: Transaction, transfer: TransferRow, event: str, reason: str = "") -> None:
    """The end of a blind transfer; the agent who began it is told."""
    state = states.move(states.TRANSFER, transfer.id, transfer.state, event)
    if not transfers.move(tx.connection, transfer.id, transfer.state, state, tx.now, reason):
        return
    tx.cancel_job(f"transfer_due:{transfer.id}")
    tx.tell("floor")
    note_transfer(tx, _NOTED[state], transfer, reason=reason, seconds=round(tx.now - transfer.made_at, 3))


def _in_line(
    _change: Transaction, row: CallRow, _transfer: TransferRow, _event: Event
) -> tuple[str, ...] | None:
    return ("handed_over",) if row.status == sessions.WAITING else None


def _outside(
    _change: Transaction, row: CallRow, _transfer: TransferRow, event: Event
) -> tuple[str, ...] | None:
    if isinstance(event, TransferEnded):
        return ("handed_over",) if event.status in REACHED else ("missed", event.status)
    return ("missed", "the caller did not want to") if row.status == sessions.WAITING else None


def _with_one(tx: Transaction, row: CallRow, transfer: TransferRow, _event: Event) -> tuple[str, ...] | None:
    if row.status != sessions.TALKING:
        return None
    offer = floor.live_offer_of_call(tx.connection, row.sid)
    if offer is not None and offer.agent_id == transfer.target:
        return ("handed_over",)
    return ("missed", "somebody else took the call")


_OUTCOMES = {transfers.QUEUE: _in_line, transfers.NUMBER: _outside, transfers.AGENT: _with_one}


def _forgotten(row: CallRow) -> CallRow:
    return replace(row, session={key: kept for key, kept in row.session.items() if key != KEY})
