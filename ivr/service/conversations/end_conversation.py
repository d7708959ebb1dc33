"""An agent's part in a talk: watched while it lasts, and written down at its end, whatever the customer does
next."""

from __future__ import annotations

from ivr.acd import states
from ivr.service.agent_moves import move_agent
from ivr.service.conversations import hold_state
from ivr.service.transaction import Transaction
from ivr.store import floor
from ivr.store.floor import OfferRow

TALK_WATCH_S = 60.0


def watch_talk(change: Transaction, offer_id: str, after: float = TALK_WATCH_S) -> None:
    """A lost hang-up is found `after` seconds from now."""
    change.job("talk_watch", f"talk_watch:{offer_id}", after, {"offer": offer_id})


def part(change: Transaction, offer: OfferRow, by: str, wrap_up_s: float, reason: str = "") -> bool:
    """The talk is over for its agent, who writes it up; what becomes of both legs and of the place is for the
    caller of this to say. False when it was over already. Raises IllegalMove for an offer that is no talk."""
    ended = states.move(states.OFFER, offer.id, offer.state, "talk_ended")
    if not floor.move_offer(change.connection, offer.id, offer.state, ended, change.now, reason):
        return False
    hold_state.talk_over(change, offer)
    move_agent(change, offer.agent_id, "talk_ended", lasts_s=wrap_up_s)
    change.cancel_job(f"talk_watch:{offer.id}")
    change.note(
        "talk_ended",
        call=offer.call_sid,
        agent=offer.agent_id,
        queue=offer.queue,
        by=by,
        seconds=round(change.now - (offer.connected_at or change.now), 3),
    )
    return True
