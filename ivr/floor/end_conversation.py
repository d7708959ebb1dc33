"""An agent's part in a talk: watched while it lasts, and written down at its end, whatever the customer does
next."""

from __future__ import annotations

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.floor import hold_state
from ivr.floor.agent_states import move_agent
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.store import floor
from ivr.store.floor import OfferRow

TALK_WATCH_S = 60.0


def watch_talk(tx: Transaction, offer_id: str, after: float = TALK_WATCH_S) -> None:
    """A lost hang-up is found `after` seconds from now."""
    tx.job(JobKind.TALK_WATCH, f"talk_watch:{offer_id}", after, {"offer": offer_id})


def end_agent_part(tx: Transaction, offer: OfferRow, by: str, wrap_up_s: float, reason: str = "") -> bool:
    """The talk is over for its agent, who writes it up; what becomes of both legs and of the place is for the
    caller of this to say. False when it was over already. Raises IllegalMove for an offer that is no talk."""
    ended = states.move(states.OFFER, offer.id, offer.state, "talk_ended")
    if not floor.move_offer(tx.connection, offer.id, offer.state, ended, tx.now, reason):
        return False
    hold_state.talk_over(tx, offer)
    move_agent(tx, offer.agent_id, "talk_ended", lasts_s=wrap_up_s)
    tx.cancel_job(f"talk_watch:{offer.id}")
    tx.note(
        JournalKind.TALK_ENDED,
        call=offer.call_sid,
        agent=offer.agent_id,
        queue=offer.queue,
        by=by,
        seconds=round(tx.now - (offer.connected_at or tx.now), 3),
    )
    return True
