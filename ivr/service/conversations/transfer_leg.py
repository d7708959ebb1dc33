"""A number outside that is asked to take a caller over: its phone, from the ring to the end.

A key proves a human, so that no customer is given to a voicemail box. Once the call is theirs none of our
agents is on it any more; the leg is looked after until it ends, and the caller goes on as after any talk.
"""

from __future__ import annotations

from dataclasses import dataclass

from ivr.service.conversations import consult_transfer
from ivr.service.conversations.consult_transfer import CONSULTING, RINGING, TOGETHER
from ivr.service.conversations.end_conversation import watch_talk
from ivr.service.conversations.transfer_record import held
from ivr.service.stray_legs import end_stray, is_stray
from ivr.service.transaction import Transaction, Transactions
from ivr.store import floor, transfers
from ivr.store.transfers import TransferRow

ASK, JOIN, GONE = "ask", "join", "gone"
OVER = ("completed", "busy", "no-answer", "failed", "canceled")
FREE_CALLER_S = 1.0  # the end of the room has freed the caller by then


@dataclass(frozen=True, slots=True)
class TransferLegAnswer:
    """What the phone outside is told next. `room` is the conference; `ends_room`: the caller is theirs."""

    what: str
    id: str
    room: str = ""
    ends_room: bool = False


class TransferLeg:
    """Every method but the last is one webhook, and safe to hear twice."""

    def __init__(self, changes: Transactions) -> None:
        self._changes = changes

    def picked_up(self, transfer_id: str, leg_sid: str) -> TransferLegAnswer:
        """A person or a machine answered."""
        with self._changes.begin() as change:
            row = self._with_leg(change, transfer_id, leg_sid)
            if row is not None and is_stray(row.leg_sid, leg_sid):
                return TransferLegAnswer(GONE, transfer_id)
            return self._answer(change, row, transfer_id)

    def pressed(self, transfer_id: str, leg_sid: str, digits: str) -> TransferLegAnswer:
        """1 talks with the agent, 2 refuses; anything else is asked again."""
        with self._changes.begin() as change:
            row = self._with_leg(change, transfer_id, leg_sid)
            if row is not None and is_stray(row.leg_sid, leg_sid):
                return TransferLegAnswer(GONE, transfer_id)
            if row is not None and row.state == RINGING and digits == "1":
                consult_transfer.joined(change, row)
            elif row is not None and row.state == RINGING and digits == "2":
                consult_transfer.outside_left(change, row, "declined")
            return self._answer(change, transfers.find(change.connection, transfer_id), transfer_id)

    def status(self, transfer_id: str, leg_sid: str, status: str) -> None:
        """The carrier reports the leg. Only the transfer's own leg counts."""
        with self._changes.begin() as change:
            row = self._with_leg(change, transfer_id, leg_sid)
            if row is None:
                return
            if is_stray(row.leg_sid, leg_sid):
                end_stray(change, leg_sid, status, row.call_sid)
                return
            if status in OVER:
                self.over(change, row, status)
            elif not row.live and row.state != "completed":
                consult_transfer.end_outside(change, row)

    def left(self, transfer_id: str) -> None:
        """They came out of the room."""
        with self._changes.begin() as change:
            row = held(change, transfer_id)
            if row is not None:
                self.over(change, row, "completed")

    def over(self, change: Transaction, row: TransferRow, status: str) -> None:
        """The leg has ended, with the carrier's `status`."""
        if row.leg_over:
            return
        transfers.mark_leg_over(change.connection, row.id)
        if row.live:
            consult_transfer.outside_left(change, row, _WHY.get(status, "hung up"))
        elif row.state == "completed":
            change.note("outside_over", call=row.call_sid, agent=row.from_agent, transfer=row.id)
            watch_talk(change, row.from_offer, FREE_CALLER_S)

    def _with_leg(self, change: Transaction, transfer_id: str, leg_sid: str) -> TransferRow | None:
        row = held(change, transfer_id)
        if row is None or row.leg_sid or not leg_sid:
            return row
        transfers.set_leg(change.connection, row.id, leg_sid)
        return transfers.find(change.connection, row.id)

    def _answer(self, change: Transaction, row: TransferRow | None, transfer_id: str) -> TransferLegAnswer:
        if row is None or row.leg_over:
            return TransferLegAnswer(GONE, transfer_id)
        if row.state == RINGING:
            return TransferLegAnswer(ASK, row.id)
        offer = floor.find_offer(change.connection, row.from_offer)
        if offer is None or row.state not in (CONSULTING, TOGETHER, "completed"):
            return TransferLegAnswer(GONE, row.id)
        return TransferLegAnswer(JOIN, row.id, offer.conference, row.state == "completed")


_WHY = {"busy": "busy", "no-answer": "no answer", "failed": "could not be reached", "canceled": "no answer"}
