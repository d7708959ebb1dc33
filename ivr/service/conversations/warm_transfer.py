"""Warm transfer, from the desk: ask somebody while the customer holds, bring all three together, give on.

Every method is one change; raises TooLate, with words for the agent, who still has the customer then.
"""

from __future__ import annotations

from collections.abc import Callable

from ivr.acd import states
from ivr.floor import consult_transfer, hold_state, transfer_record
from ivr.floor.agent_states import move_agent
from ivr.floor.browser_phone import schedule_lease_expiry
from ivr.floor.complete_transfer import hand_over
from ivr.floor.consult_transfer import CONSULTING, ON_THE_PHONE, TOGETHER
from ivr.floor.current_call import current_call
from ivr.floor.offers import CARRIER_RING_SLACK_S, TooLate
from ivr.floor.transaction import Transaction, Transactions
from ivr.floor.transfer_record import WATCH_S
from ivr.service.conversations.consult_target import ConsultTarget, ConsultTargets
from ivr.service.conversations.transfer_targets import Destination
from ivr.settings import Settings
from ivr.store import floor, transfers
from ivr.store.floor import AgentRow, OfferRow
from ivr.store.transfers import TransferRow

NOBODY_ASKED = "Nobody is being asked about this call."
NOT_YET = "They have not picked up yet."


class WarmTransfers:
    """`new_id()` gives an unguessable name."""

    def __init__(
        self,
        transactions: Transactions,
        choosing: ConsultTargets,
        settings: Settings,
        new_id: Callable[[], str],
    ) -> None:
        self._transactions, self._choosing = transactions, choosing
        self._settings, self._new_id = settings, new_id

    def consult(self, agent_id: str, call_sid: str, target: str, note: str) -> None:
        """The customer holds, and the one asked is rung. Asking the same one twice is asking once."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if self._asked_already(tx, offer, target):
                return
            one = self._choosing.one(tx, offer, target)
            row = self._begin(tx, offer, one, note)
            hold_state.hold(tx, offer)
            if isinstance(one.who, AgentRow):
                self._offer(tx, offer, row, one.who)
            else:
                job = {"transfer": row.id}
                tx.job("ring_outside", f"ring_outside:{row.id}", 0.0, job)
                tx.job("outside_watch", f"outside_watch:{row.id}", WATCH_S, job)

    def together(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer, row = self._consulted(tx, agent_id, call_sid)
            if row.state == CONSULTING and consult_transfer.move(tx, row, "joined", "transfer_together"):
                hold_state.retrieve(tx, offer)

    def apart(self, agent_id: str, call_sid: str) -> None:
        """Twice is once."""
        with self._transactions.begin() as tx:
            offer, row = self._consulted(tx, agent_id, call_sid)
            if row.state == TOGETHER and consult_transfer.move(tx, row, "parted", "transfer_apart"):
                hold_state.hold(tx, offer)

    def cancel(self, agent_id: str, call_sid: str) -> None:
        """The person asked is hung up; a customer who holds goes on holding."""
        with self._transactions.begin() as tx:
            offer = current_call(tx, agent_id, call_sid)
            if not consult_transfer.cancel(tx, _live(tx, offer), "taken back"):
                raise TooLate("The caller is on the way already.")

    def hand_over(self, agent_id: str, call_sid: str) -> None:
        """The one who was asked has the customer from now on; this agent writes up."""
        with self._transactions.begin() as tx:
            offer, row = self._consulted(tx, agent_id, call_sid)
            hand_over(tx, row, offer, self._settings.queue(offer.queue).wrap_up_seconds)

    @staticmethod
    def _consulted(tx: Transaction, agent_id: str, call_sid: str) -> tuple[OfferRow, TransferRow]:
        offer = current_call(tx, agent_id, call_sid)
        row = _live(tx, offer)
        if row.state not in ON_THE_PHONE:
            raise TooLate(NOT_YET)
        return offer, row

    # Asking -------------------------------------------------------------------------------------------------

    def _asked_already(self, tx: Transaction, offer: OfferRow, target: str) -> bool:
        """Raises TooLate when it is somebody else."""
        row = transfers.live_of_call(tx.connection, offer.call_sid)
        if row is None:
            return False
        if row.kind == transfers.WARM and self._choosing.means(row, target):
            return True
        raise TooLate(transfer_record.IN_THE_WAY)

    def _begin(self, tx: Transaction, offer: OfferRow, one: ConsultTarget, note: str) -> TransferRow:
        transfer_id, to = self._new_id(), (one.kind, one.target)
        consult_id = None if isinstance(one.who, Destination) else self._new_id()
        return transfer_record.begin(tx, transfer_id, offer, transfers.WARM, to, note, consult_id)

    def _offer(self, tx: Transaction, offer: OfferRow, row: TransferRow, agent: AgentRow) -> None:
        """The card pops and the phone rings, as for any offer; nobody is to blame who cannot take it."""
        ring_s = self._settings.queue(offer.queue).ring_seconds
        move_agent(tx, agent.id, "consulted", reason=agent.reason, lasts_s=ring_s)
        if agent.state == "away":  # as they will be again
            floor.set_wish(tx.connection, agent.id, "away")
        schedule_lease_expiry(tx, agent)
        consult = _consult(row.offer_id or "", offer, agent.id, tx.now, ring_s)
        floor.add_offer(tx.connection, consult, [agent.id])
        job = {"offer": consult.id}
        tx.job("ring_agent", f"ring:{consult.id}", 0.0, job)
        tx.job("offer_due", f"offer_due:{consult.id}", ring_s + CARRIER_RING_SLACK_S, job)


def _live(tx: Transaction, offer: OfferRow) -> TransferRow:
    """The transfer by which this agent asks somebody. Raises TooLate without one."""
    row = transfers.live_of_call(tx.connection, offer.call_sid)
    if row is None or row.from_offer != offer.id or row.kind != transfers.WARM:
        raise TooLate(NOBODY_ASKED)
    return row


def _consult(offer_id: str, asking: OfferRow, agent_id: str, now: float, ring_s: float) -> OfferRow:
    """The offer of one who is asked, in the room of who asks."""
    return OfferRow(
        id=offer_id,
        queued_id=asking.queued_id,
        call_sid=asking.call_sid,
        queue=asking.queue,
        agent_id=agent_id,
        state=states.FIRST[states.OFFER],
        created_at=now,
        due_at=now + ring_s,
        kind=floor.CONSULT,
        room=asking.conference,
    )
