"""A number outside that is asked to take a caller over: its phone, from the ring to the end.

A key proves a human, so that no customer is given to a voicemail box. Once the call is theirs none of our
agents is on it any more; the leg is looked after until it ends, and the caller goes on as after any talk.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.acd.journal import JournalKind
from ivr.floor import consult_transfer
from ivr.floor.consult_transfer import CONSULTING, RINGING, TOGETHER
from ivr.floor.end_conversation import watch_talk
from ivr.floor.stray_legs import end_stray, is_stray
from ivr.floor.transaction import Transaction, Transactions
from ivr.floor.transfer_record import lock_transfer
from ivr.store import floor, transfers
from ivr.store.transfers import TransferRow

ASK, JOIN, GONE = "ask", "join", "gone"
OVER = ("completed", "busy", "no-answer", "failed", "canceled")
FREE_CALLER_S = 1.0  # the end of the room has freed the caller by then


@dataclass(frozen=True, slots=True)
class TransferLegAnswer:
    """The next document for the phone outside. `room` is the conference; `ends_room`: the caller is
    theirs."""

    what: str
    id: str
    room: str = ""
    ends_room: bool = False


class TransferLeg:
    """Every method but the last is one webhook, and safe to hear twice."""

    def __init__(self, transactions: Transactions) -> None:
        self._transactions = transactions

    def picked_up(self, transfer_id: str, leg_sid: str) -> TransferLegAnswer:
        """A person or a machine answered."""
        with self._transactions.begin() as tx:
            row = self._with_leg(tx, transfer_id, leg_sid)
            if row is not None and is_stray(row.leg_sid, leg_sid):
                return TransferLegAnswer(GONE, transfer_id)
            return self._answer(tx, row, transfer_id)

    def pressed(self, transfer_id: str, leg_sid: str, digits: str) -> TransferLegAnswer:
        """1 talks with the agent, 2 refuses; anything else is asked again."""
        with self._transactions.begin() as tx:
            row = self._with_leg(tx, transfer_id, leg_sid)
            if row is not None and is_stray(row.leg_sid, leg_sid):
                return TransferLegAnswer(GONE, transfer_id)
            if row is not None and row.state == RINGING and digits == "1":
                consult_transfer.joined(tx, row)
            elif row is not None and row.state == RINGING and digits == "2":
                consult_transfer.outside_left(tx, row, "declined")
            return self._answer(tx, transfers.find(tx.connection, transfer_id), transfer_id)

    def status(self, transfer_id: str, leg_sid: str, status: str) -> None:
        """The carrier reports the leg. Only the transfer's own leg counts."""
        with self._transactions.begin() as tx:
            row = self._with_leg(tx, transfer_id, leg_sid)
            if row is None:
                return
            if is_stray(row.leg_sid, leg_sid):
                end_stray(tx, leg_sid, status, row.call_sid)
                return
            if status in OVER:
                self.over(tx, row, status)
            elif not row.live and row.state != "completed":
                consult_transfer.end_outside(tx, row)

    def left(self, transfer_id: str) -> None:
        """They came out of the room."""
        with self._transactions.begin() as tx:
            row = lock_transfer(tx, transfer_id)
            if row is not None:
                self.over(tx, row, "completed")

    def over(self, tx: Transaction, row: TransferRow, status: str) -> None:
        """The leg has ended, with the carrier's `status`."""
        if row.leg_over:
            return
        transfers.mark_leg_over(tx.connection, row.id)
        if row.live:
            consult_transfer.outside_left(tx, row, _WHY.get(status, "hung up"))
        elif row.state == "completed":
            tx.note(JournalKind.OUTSIDE_OVER, call=row.call_sid, agent=row.from_agent, transfer=row.id)
            watch_talk(tx, row.from_offer, FREE_CALLER_S)

    def _with_leg(self, tx: Transaction, transfer_id: str, leg_sid: str) -> TransferRow | None:
        row = lock_transfer(tx, transfer_id)
        if row is None or row.leg_sid or not leg_sid:
            return row
        transfers.set_leg(tx.connection, row.id, leg_sid)
        return transfers.find(tx.connection, row.id)

    def _answer(self, tx: Transaction, row: TransferRow | None, transfer_id: str) -> TransferLegAnswer:
        if row is None or row.leg_over:
            return TransferLegAnswer(GONE, transfer_id)
        if row.state == RINGING:
            return TransferLegAnswer(ASK, row.id)
        offer = floor.find_offer(tx.connection, row.from_offer)
        if offer is None or row.state not in (CONSULTING, TOGETHER, "completed"):
            return TransferLegAnswer(GONE, row.id)
        return TransferLegAnswer(JOIN, row.id, offer.conference, row.state == "completed")


_WHY = {"busy": "busy", "no-answer": "no answer", "failed": "could not be reached", "canceled": "no answer"}
