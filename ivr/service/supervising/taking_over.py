"""A talk changes hands: the agent leaves, the supervisor stays with the caller."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ivr.acd import states
from ivr.service.agent_moves import move_agent
from ivr.service.change import Change
from ivr.service.offers import TALK_WATCH_S, hold
from ivr.store import calls, floor, supervisions
from ivr.store.floor import OfferRow
from ivr.store.supervisions import SupervisionRow


class HandingOver:
    """`queue_settings(name)` gives wrap-up seconds; `new_id()` an unguessable name."""

    def __init__(self, queue_settings: Callable[[str], Any], new_id: Callable[[], str]) -> None:
        self._queue, self._new_id = queue_settings, new_id

    def taken(self, change: Change, row: SupervisionRow) -> bool:
        """The talk is the supervisor's from now on. False when it had ended, or either is busy otherwise.

        To be called when the carrier keeps the room open without the agent, and not before.
        """
        offer = hold(change, row.offer_id)
        supervisor = floor.find_agent(change.connection, row.supervisor_id, lock=True)
        free = supervisor is not None and supervisor.state in ("away", "available")
        if offer is None or offer.state != "connected" or not free:
            return False
        self._release_agent(change, offer)
        own = self._own(offer, row, change.now)
        floor.add_offer(change.connection, own, [row.supervisor_id])
        floor.move_queued(change.connection, offer.queued_id, "talking", "talking", change.now, own.id)
        calls.set_agent(change.connection, offer.call_sid, row.supervisor_id)
        move_agent(change, row.supervisor_id, "took_over")
        supervisions.set_offer(change.connection, row.id, own.id)
        change.job("talk_watch", f"talk_watch:{own.id}", TALK_WATCH_S, {"offer": own.id})
        change.note(
            "taken_over",
            call=offer.call_sid,
            agent=row.supervisor_id,
            queue=offer.queue,
            from_agent=offer.agent_id,
            offer=own.id,
        )
        return True

    def _release_agent(self, change: Change, offer: OfferRow) -> None:
        ended = states.move(states.OFFER, offer.id, offer.state, "talk_ended")
        floor.move_offer(change.connection, offer.id, offer.state, ended, change.now, "taken over")
        move_agent(change, offer.agent_id, "talk_ended", lasts_s=self._queue(offer.queue).wrap_up_seconds)
        change.cancel_job(f"talk_watch:{offer.id}")
        change.job("end_leg", f"end_leg:{offer.id}", 0.0, {"offer": offer.id})
        change.note(
            "talk_ended",
            call=offer.call_sid,
            agent=offer.agent_id,
            queue=offer.queue,
            by="taken_over",
            seconds=round(change.now - (offer.connected_at or change.now), 3),
        )

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
        )
