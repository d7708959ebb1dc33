"""Marks on a talk, inside one transaction: the customer holds, the recording is paused.

What the carrier must do follows as a job, which looks at the marks then. A talk that ends while the customer
holds keeps the mark: whoever hung up on purpose has cleared it first, so the agent was lost (see `was_lost`).
"""

from __future__ import annotations

from dataclasses import replace

from ivr.acd.journal import JournalKind
from ivr.floor.call_recording import set_recording
from ivr.floor.job_kinds import JobKind
from ivr.floor.transaction import Transaction
from ivr.store import floor
from ivr.store.floor import OfferRow


def hold(tx: Transaction, offer: OfferRow) -> bool:
    """The customer hears music from now on. False when they do already, or the talk is over."""
    if not floor.mark_held(tx.connection, offer.id, tx.now):
        return False
    ask_carrier_to_hold(tx, offer)
    _noted(tx, JournalKind.HOLD_STARTED, offer)
    return True


def retrieve(tx: Transaction, offer: OfferRow) -> bool:
    """The customer is back in the talk. False when they did not hold."""
    if not floor.clear_held(tx.connection, offer.id):
        return False
    ask_carrier_to_hold(tx, offer)
    _hold_ended(tx, offer)
    return True


def let_go(tx: Transaction, offer: OfferRow) -> OfferRow:
    """The agent hangs up on purpose on a customer who holds: they are not lost. The offer as it is then."""
    if offer.held_at is None or not floor.clear_held(tx.connection, offer.id):
        return offer
    _hold_ended(tx, offer)
    return replace(offer, held_at=None)


def not_held(tx: Transaction, offer: OfferRow) -> None:
    """The carrier could not: the customer has heard everything."""
    if floor.clear_held(tx.connection, offer.id):
        _noted(tx, JournalKind.HOLD_FAILED, offer)


def ask_carrier_to_hold(tx: Transaction, offer: OfferRow) -> None:
    """Hold or not: as the mark says when it is done."""
    tx.job(JobKind.HOLD_CUSTOMER, f"hold_customer:{offer.id}", 0.0, {"offer": offer.id})


def pause_recording(tx: Transaction, offer: OfferRow, check_s: float) -> bool:
    """Nothing is recorded from now on. False when that is so already. Whoever asks has the carrier pause at
    once; after `check_s` seconds a job looks whether it has come to that."""
    if not floor.mark_recording_paused(tx.connection, offer.id, tx.now):
        return False
    set_recording(tx, offer.call_sid, check_s)
    _noted(tx, JournalKind.RECORDING_PAUSED_BY_AGENT, offer)
    return True


def resume_recording(tx: Transaction, offer: OfferRow) -> bool:
    """False when it was not paused."""
    if not floor.clear_recording_paused(tx.connection, offer.id):
        return False
    set_recording(tx, offer.call_sid)
    _noted(tx, JournalKind.RECORDING_RESUMED_BY_AGENT, offer)
    return True


def pause_failed(tx: Transaction, offer: OfferRow) -> None:
    """The carrier could not: it is to record, and what was said is in it."""
    if floor.clear_recording_paused(tx.connection, offer.id):
        set_recording(tx, offer.call_sid)
        _noted(tx, JournalKind.RECORDING_PAUSE_FAILED, offer)


def talk_over(tx: Transaction, offer: OfferRow) -> None:
    """The agent's part in the talk is over: holding is counted up to here, and a pause ends with it."""
    offer = floor.find_offer(tx.connection, offer.id) or offer
    if offer.held_at is not None:
        tx.cancel_job(f"hold_customer:{offer.id}")
        _hold_ended(tx, offer)
    if offer.recording_paused_at is not None:
        set_recording(tx, offer.call_sid)


def was_lost(offer: OfferRow) -> bool:
    """Was the agent's phone lost while the customer held?"""
    return offer.state == "ended" and offer.held_at is not None


def _hold_ended(tx: Transaction, offer: OfferRow) -> None:
    seconds = tx.now - offer.held_at if offer.held_at is not None else 0.0
    _noted(tx, JournalKind.HOLD_ENDED, offer, seconds=round(seconds, 3))


def _noted(tx: Transaction, kind: JournalKind, offer: OfferRow, **body: object) -> None:
    tx.note(kind, call=offer.call_sid, agent=offer.agent_id, queue=offer.queue, **body)
    tx.tell_agent(offer.agent_id)
