"""A talk changes hands: the agent leaves, the supervisor stays with the caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ivr.acd.journal import JournalKind
from ivr.floor import consult_transfer, hold_state
from ivr.floor.agent_states import move_agent
from ivr.floor.consult_transfer import follow
from ivr.floor.end_conversation import end_agent_part, watch_talk
from ivr.floor.job_kinds import JobKind
from ivr.floor.offers import lock_offer
from ivr.floor.transaction import Transaction
from ivr.store import calls, floor, supervisions, transfers
from ivr.store.floor import OfferRow
from ivr.store.supervisions import SupervisionRow


class Takeover:
    """`queue_settings(name)` gives wrap-up seconds; `new_id()` an unguessable name."""

    def __init__(self, queue_settings: Callable[[str], Any], new_id: Callable[[], str]) -> None:
        self._queue, self._new_id = queue_settings, new_id

    def taken(self, tx: Transaction, row: SupervisionRow) -> bool:
        """The talk is the supervisor's from now on. False when it had ended, or either is busy otherwise.

        To be called when the carrier keeps the room open without the agent, and not before.
        """
        offer = lock_offer(tx, row.offer_id)
        supervisor = floor.find_agent(tx.connection, row.supervisor_id, lock=True)
        free = supervisor is not None and supervisor.state in ("away", "available")
        if offer is None or offer.state != "connected" or not free:
            return False
        self._release_agent(tx, offer)
        own = self._own(offer, row, tx.now)
        floor.add_offer(tx.connection, own, [row.supervisor_id])
        floor.move_queued(tx.connection, offer.queued_id, "talking", "talking", tx.now, own.id)
        calls.set_agent(tx.connection, offer.call_sid, row.supervisor_id)
        move_agent(tx, row.supervisor_id, "took_over")
        supervisions.set_offer(tx.connection, row.id, own.id)
        follow(tx, offer, own)
        watch_talk(tx, own.id)
        tx.note(
            JournalKind.TAKEN_OVER,
            call=offer.call_sid,
            agent=row.supervisor_id,
            queue=offer.queue,
            from_agent=offer.agent_id,
            offer=own.id,
        )
        return True

    def _release_agent(self, tx: Transaction, offer: OfferRow) -> None:
        asking = transfers.live_of_call(tx.connection, offer.call_sid)
        if asking is not None and asking.kind == transfers.WARM:
            consult_transfer.cancel(tx, asking, "taken over")
        hold_state.retrieve(tx, offer)
        offer = replace(offer, held_at=None)
        end_agent_part(tx, offer, "taken_over", self._queue(offer.queue).wrap_up_seconds, "taken over")
        tx.job(JobKind.END_LEG, f"end_leg:{offer.id}", 0.0, {"offer": offer.id})

    def _own(self, offer: OfferRow, row: SupervisionRow, now: float) -> OfferRow:
        """The same call, as if it had been offered to the supervisor, whose leg is there already."""
        return OfferRow(
            id=self._new_id(),
            queued_id=offer.queued_id,
            call_sid=offer.call_sid,
            queue=offer.queue,
            agent_id=row.supervisor_id,
            state="connected",
            created_at=now,
            due_at=now,
            leg_sid=row.leg_sid,
            leg_state="answered",
            leg_asked_at=row.leg_asked_at,
            accepted_at=now,
            connected_at=now,
            room=offer.conference,
        )
