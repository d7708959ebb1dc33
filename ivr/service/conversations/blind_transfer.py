"""Blind transfer: the agent gives the caller on and is done. In one transaction, from the desk.

The caller hears the agent until the carrier moves them; only then is the agent's phone hung up
(`blind_transfer_jobs`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ivr.floor import blind_transfer_state, hold_state, transfer_record
from ivr.floor.current_call import OVER, current_call
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import Offers, TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.service.conversations.transfer_targets import Destination, TransferTargets
from ivr.settings import Settings
from ivr.store import calls, transfers
from ivr.store.floor import OfferRow
from ivr.store.transfers import TransferRow

FOR_ONE_S = 30.0  # an agent to whom a caller is given alone may have them, at least
BY = "transferred"


class BlindTransfers:
    """`new_id()` gives an unguessable name."""

    def __init__(
        self,
        transactions: Transactions,
        offers: Offers,
        targets: TransferTargets,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._transactions, self._offers, self._targets = transactions, offers, targets
        self._settings, self._new_id = settings, new_id

    def transfer(self, agent_id: str, call_sid: str, target: str, note: str) -> None:
        """Raises TooLate, with words for the agent who still has the caller then."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if transfers.live_of_call(tx.connection, call_sid) is not None:
                raise TooLate(transfer_record.IN_THE_WAY)
            where_to = self._targets.blind(tx, offer, target)
            self._let_go(tx, offer)
            to = (where_to.kind, where_to.target)
            row = transfer_record.begin(tx, self._new_id(), offer, transfers.BLIND, to, note)
            self._ask(tx, row, where_to)

    def _ask(self, tx: Transaction, transfer: TransferRow, where_to: Destination) -> None:
        """Store what the call's next turn is to do, and ask for the job that brings it about."""
        lasts_s = (
            max(FOR_ONE_S, self._settings.queue(where_to.queue).ring_seconds) if where_to.agent_id else 0
        )
        wanted = {
            "id": transfer.id,
            "state": blind_transfer_state.ASKED,
            "queue": where_to.queue,
            "number": where_to.number,
            "extension": where_to.extension,
            "agent": where_to.agent_id,
            "until": tx.now + lasts_s,
            "from": transfer.from_agent,
        }
        row = calls.find(tx.connection, transfer.call_sid)
        if row is None:
            raise TooLate(OVER)
        row = replace(row, session={**row.session, blind_transfer_state.KEY: wanted})
        if not calls.save(tx.connection, row, was_turn=row.turn):
            raise TooLate(OVER)
        tx.job(JobKind.MOVE_TRANSFERRED, f"move_transferred:{transfer.id}", 0.0, {"transfer": transfer.id})
        if where_to.agent_id:
            tx.job(JobKind.TRANSFER_DUE, f"transfer_due:{transfer.id}", lasts_s, {"transfer": transfer.id})

    def _let_go(self, tx: Transaction, offer: OfferRow) -> None:
        """The agent writes up; their phone stays in the room until the caller is out of it."""
        if hold_state.retrieve(tx, offer):
            tx.cancel_job(f"hold_customer:{offer.id}")  # music until they are moved
        self._offers.end_talk(tx, replace(offer, held_at=None), BY)
        tx.cancel_job(f"end_leg:{offer.id}")
