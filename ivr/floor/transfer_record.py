"""A transfer on record: begun, held, and noted, whichever way the caller goes."""

from __future__ import annotations

from typing import Any

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.floor.transaction import Transaction
from ivr.store import calls, transfers
from ivr.store.floor import OfferRow
from ivr.store.transfers import TransferRow

WATCH_S = 10.0

MOST_NOTE = 2000
IN_THE_WAY = "Somebody is being asked about this call already: cancel that first."


def begin(
    tx: Transaction,
    transfer_id: str,
    offer: OfferRow,
    kind: str,
    where_to: tuple[str, str],
    note: str,
    consult_id: str | None = None,
) -> TransferRow:
    """The agent who has the talk `offer` gives its caller on, to (target kind, target). `consult_id` names
    the offer of an agent who is asked first."""
    target_kind, target = where_to
    row = TransferRow(
        id=transfer_id,
        call_sid=offer.call_sid,
        from_agent=offer.agent_id,
        from_offer=offer.id,
        kind=kind,
        target_kind=target_kind,
        target=target,
        note=note.strip()[:MOST_NOTE],
        state=states.move(states.TRANSFER, transfer_id, states.FIRST[states.TRANSFER], _FIRST_EVENT[kind]),
        made_at=tx.now,
        offer_id=consult_id,
    )
    transfers.add(tx.connection, row)
    note_transfer(tx, JournalKind.TRANSFER_ASKED, row, queue=offer.queue)
    return row


def note_transfer(tx: Transaction, kind: JournalKind, row: TransferRow, **body: Any) -> None:
    """In the journal, and on the desk of the agent who began it."""
    said = {"transfer": row.id, "how": row.kind, "to": f"{row.target_kind}:{row.target}", **body}
    tx.note(kind, call=row.call_sid, agent=row.from_agent, **said)
    tx.tell_agent(row.from_agent)


def lock_transfer(tx: Transaction, transfer_id: str) -> TransferRow | None:
    """The call first, as everywhere."""
    found = transfers.find(tx.connection, transfer_id)
    if found is None:
        return None
    calls.lock_row(tx.connection, found.call_sid)
    return transfers.find(tx.connection, transfer_id, lock=True)


_FIRST_EVENT = {transfers.WARM: "rung", transfers.BLIND: "moved"}
