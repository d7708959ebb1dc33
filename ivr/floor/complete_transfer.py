"""The one who was asked has the caller; the agent leaves and writes up the call.

Everything here is part of a change that holds the call. What the carrier must do follows as a job (`rooms`):
the room outlives the agent before the agent leaves it, and only then the customer comes back into it.
"""

from __future__ import annotations

from dataclasses import replace

from ivr.floor import hold_state
from ivr.floor.consult_transfer import move
from ivr.floor.end_conversation import part, watch_talk
from ivr.floor.transaction import Transaction
from ivr.store import calls, floor, supervisions
from ivr.store.floor import OfferRow
from ivr.store.transfers import TransferRow

LATEST_S = 10.0  # after this the agent's phone is hung up, whatever became of the room
HANDED_OVER = "handed_over"


def hand_over(tx: Transaction, row: TransferRow, owner: OfferRow, wrap_up_s: float) -> bool:
    """False when the one who was asked does not talk with the agent (any more)."""
    if not move(tx, row, "handed_over", "transferred", queue=owner.queue):
        return False
    held = hold_state.retrieve(tx, owner)
    tx.cancel_job(f"hold_customer:{owner.id}")  # not before the agent has left
    part(tx, replace(owner, held_at=None), HANDED_OVER, wrap_up_s, HANDED_OVER)
    if row.offer_id is not None:
        _to_agent(tx, owner, row.offer_id, held)
    else:
        floor.end_queued(tx.connection, owner.queued_id, "talking", "answered", tx.now, HANDED_OVER)
    body = {"transfer": row.id, "left": owner.leg_state in ("left", "over")}
    tx.job("hand_over", f"hand_over:{row.id}", 0.0, body)
    tx.job("end_leg", f"end_leg:{owner.id}", LATEST_S, {"offer": owner.id})
    return True


def _to_agent(tx: Transaction, owner: OfferRow, offer_id: str, held: bool) -> None:
    own = floor.find_offer(tx.connection, offer_id, lock=True)
    if own is None or not floor.own_call(tx.connection, own.id):
        raise LookupError(f"offer {offer_id}: whoever was asked is not on the phone")
    floor.move_queued(tx.connection, owner.queued_id, "talking", "talking", tx.now, own.id)
    calls.set_agent(tx.connection, owner.call_sid, own.agent_id)
    if held:
        hold_state.hold(tx, own)
    follow(tx, owner, own)
    watch_talk(tx, own.id)
    tx.tell_agent(own.agent_id)


def follow(tx: Transaction, was: OfferRow, own: OfferRow) -> None:
    """Supervisors who are on the talk are on it with another agent; who is whispered to has changed."""
    for one in supervisions.of_offer(tx.connection, was.id):
        if one.supervisor_id == was.agent_id:  # who had taken the talk over, and leaves it now
            continue
        supervisions.follow(tx.connection, one.id, own.id, own.agent_id)
        tx.job("supervise_mode", f"supervise_mode:{one.id}", 0.0, {"supervision": one.id})
