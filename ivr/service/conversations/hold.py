"""The customer holds: music instead of the agent, who may look something up or ask somebody.

First the record, then the carrier: a job makes the carrier as the record says, so that it may be repeated,
late or overtaken.
"""

from __future__ import annotations

import logging

from ivr.floor import consult_transfer, hold_state
from ivr.floor.current_call import current_call
from ivr.floor.offers import TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.store import transfers
from ivr.store.transfers import TransferRow

log = logging.getLogger(__name__)

NOT_HELD = "the customer could not be put on hold"
GIVEN_ON = "The caller is being given on."
TOGETHER = "Everybody is on the line together: part from the customer first."
CONSULTING = "Somebody is being asked about this call: let them go, or bring everybody together."
RINGING = ("asked", "ringing")


class HoldService:
    """From the desk. Every method is one change; raises TooLate."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def hold(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            self._refuse(tx, call_sid, moving=GIVEN_ON, together=TOGETHER)
            hold_state.hold(tx, offer)

    def retrieve(self, agent_id: str, call_sid: str) -> None:
        """Twice is once. Whoever is still being rung about this call is not asked any more."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if offer.held_at is None:
                return
            transfer = self._refuse(tx, call_sid, moving=GIVEN_ON, consulting=CONSULTING)
            if transfer is not None and transfer.state in RINGING:
                consult_transfer.cancel(tx, transfer, "back to the customer")
            hold_state.retrieve(tx, offer)

    @staticmethod
    def _refuse(tx: Transaction, call_sid: str, **states: str) -> TransferRow | None:
        """Raises TooLate, in these words, when there is a live transfer in one of these states."""
        transfer = transfers.live_of_call(tx.connection, call_sid)
        if transfer is not None and transfer.state in states:
            raise TooLate(states[transfer.state])
        return transfer
