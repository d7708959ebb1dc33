"""The person who is asked to take a caller over: on the phone, declined, gone, and what that means for the
transfer.

An agent who is asked has an offer of the kind consult, and goes back afterwards to what they did before; for
a number outside there is the transfer's own leg. Everything here is part of a transaction that holds the
call.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ivr.acd import states
from ivr.acd.journal import JournalKind
from ivr.acd.states import IllegalMove
from ivr.floor import hold_state
from ivr.floor.agent_states import move_agent
from ivr.floor.end_conversation import end_agent_part, watch_talk
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.floor.transfer_record import note_transfer
from ivr.store import calls, floor, supervisions, transfers
from ivr.store.floor import LIVE_OFFER_STATES, OfferRow
from ivr.store.transfers import TransferRow

RINGING, CONSULTING, TOGETHER = "ringing", "consulting", "together"
LEG_ENDS_S = 1.0  # the end of a room ends its legs: after this, one that stayed is hung up
ON_THE_PHONE = (CONSULTING, TOGETHER)
CALLER_LEFT = "the caller hung up"
_WHY_NOT = {"declined": "declined", "expired": "did not answer"}
_NOTES = {
    "failed": JournalKind.TRANSFER_FAILED,
    "cancelled": JournalKind.TRANSFER_CANCELLED,
    "ended": JournalKind.TRANSFER_ENDED,
}


def failure_reason(event: str) -> str:
    """Return why an offer failed, for the agent who waits for it."""
    return _WHY_NOT.get(event, event)


def is_on_the_phone(row: TransferRow | None, owner: OfferRow) -> bool:
    """Does the one whom this agent asked talk with them?"""
    return row is not None and row.from_offer == owner.id and row.state in ON_THE_PHONE


def kept_reason(tx: Transaction, offer: OfferRow) -> str:
    """Why the one who is asked was away: they will be again."""
    agent = floor.find_agent(tx.connection, offer.agent_id) if offer.kind == floor.CONSULT else None
    return agent.reason if agent is not None and agent.wish == "away" else ""


def move(
    tx: Transaction, row: TransferRow, event: str, kind: JournalKind | None, reason: str = "", **body: Any
) -> bool:
    """One step of the transfer, on record, and on the desks that must know. False when it is not possible
    (any more)."""
    try:
        state = states.move(states.TRANSFER, row.id, row.state, event)
    except IllegalMove:
        return False
    if not transfers.move(tx.connection, row.id, row.state, state, tx.now, reason):
        return False
    note_transfer(tx, kind or _NOTES[state], row, reason=reason, **body)
    tx.tell("floor")
    return True


def joined(tx: Transaction, row: TransferRow) -> bool:
    """They have picked up, and a key or a click has proved a human: agent and they talk."""
    if not move(tx, row, "answered", JournalKind.TRANSFER_CONSULTING):
        return False
    set_room(tx, row.call_sid)
    return True


def set_room(tx: Transaction, call_sid: str) -> None:
    """While two talk with each other the room outlives either."""
    tx.job(JobKind.SET_ROOM, f"set_room:{call_sid}", 0.0, {"call": call_sid})


# An agent who is asked ------------------------------------------------------------------------------------


def connected(tx: Transaction, offer: OfferRow) -> None:
    """The agent who is asked has accepted and is on the phone."""
    row = transfers.of_offer(tx.connection, offer.call_sid, offer.id)
    if row is None or not joined(tx, row):
        end_offer(tx, offer, "caller_left", "not asked any more")
        return
    watch_talk(tx, offer.id)
    tx.tell_agent(offer.agent_id)


def consult_failed(tx: Transaction, offer: OfferRow, event: str, reason: str) -> bool:
    """Declined, expired, or their phone failed, before they talked. False when it had ended otherwise."""
    if not end_offer(tx, offer, event, reason):
        return False
    row = transfers.of_offer(tx.connection, offer.call_sid, offer.id)
    if row is not None:
        move(tx, row, "missed", None, reason or failure_reason(event))
    return True


def asked_agent_left(tx: Transaction, offer: OfferRow) -> bool:
    """The agent who was asked has hung up; customer and agent are as they were."""
    if not end_offer(tx, offer, "talk_ended", "", LEG_ENDS_S):
        return False
    row = transfers.of_offer(tx.connection, offer.call_sid, offer.id)
    if row is not None:
        move(tx, row, "left", None, transfers.HUNG_UP)
    set_room(tx, offer.call_sid)
    return True


def end_offer(tx: Transaction, offer: OfferRow, event: str, reason: str, after: float = 0.0) -> bool:
    """Once, whoever says it: their phone is hung up `after` seconds from now unless it has ended by then, and
    they are back where they were."""
    try:
        ended = states.move(states.OFFER, offer.id, offer.state, event)
    except IllegalMove:
        return False
    if not floor.move_offer(tx.connection, offer.id, offer.state, ended, tx.now, reason):
        return False
    move_agent(tx, offer.agent_id, "consult_over", reason=kept_reason(tx, offer))
    tx.cancel_job(f"offer_due:{offer.id}")
    tx.cancel_job(f"talk_watch:{offer.id}")
    end_leg(tx, offer, after)
    return True


def end_leg(tx: Transaction, offer: OfferRow, after: float = 0.0) -> None:
    """No phone of an agent rings, or stays, for an offer that is over."""
    tx.job(JobKind.END_LEG, f"end_leg:{offer.id}", after, {"offer": offer.id})


# Whoever it is --------------------------------------------------------------------------------------------


def outside_left(tx: Transaction, row: TransferRow, reason: str) -> None:
    """The leg to a number outside is over, or nobody was reached there."""
    if move(tx, row, "missed" if row.state == RINGING else "left", None, reason):
        set_room(tx, row.call_sid)


def cancel(tx: Transaction, row: TransferRow, reason: str) -> bool:
    """The person is asked no more: their phone is hung up. False when it was too late."""
    if not move(tx, row, "cancelled", JournalKind.TRANSFER_CANCELLED, reason):
        return False
    if row.offer_id is None:
        end_outside(tx, row)
    else:
        offer = floor.find_offer(tx.connection, row.offer_id, lock=True)
        if offer is not None and offer.state in LIVE_OFFER_STATES:
            end_offer(tx, offer, "talk_ended" if offer.state == "connected" else "caller_left", reason)
    if row.state in ON_THE_PHONE:
        set_room(tx, row.call_sid)
    return True


def end_outside(tx: Transaction, row: TransferRow, after: float = 0.0) -> None:
    """No phone outside rings, or stays, for a transfer that is over."""
    tx.job(JobKind.END_OUTSIDE, f"end_outside:{row.id}", after, {"transfer": row.id})


LATEST_S = 10.0  # after this the agent's phone is hung up, whatever became of the room
HANDED_OVER = "handed_over"


def hand_over(tx: Transaction, row: TransferRow, owner: OfferRow, wrap_up_s: float) -> bool:
    """False when the one who was asked does not talk with the agent (any more)."""
    if not move(tx, row, "handed_over", JournalKind.TRANSFERRED, queue=owner.queue):
        return False
    held = hold_state.retrieve(tx, owner)
    tx.cancel_job(f"hold_customer:{owner.id}")  # not before the agent has left
    end_agent_part(tx, replace(owner, held_at=None), HANDED_OVER, wrap_up_s, HANDED_OVER)
    if row.offer_id is not None:
        _to_agent(tx, owner, row.offer_id, held)
    else:
        floor.end_queued(tx.connection, owner.queued_id, "talking", "answered", tx.now, HANDED_OVER)
    body = {"transfer": row.id, "left": owner.leg_state in ("left", "over")}
    tx.job(JobKind.HAND_OVER, f"hand_over:{row.id}", 0.0, body)
    tx.job(JobKind.END_LEG, f"end_leg:{owner.id}", LATEST_S, {"offer": owner.id})
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
        tx.job(JobKind.SUPERVISE_MODE, f"supervise_mode:{one.id}", 0.0, {"supervision": one.id})
