"""The talk that an agent has with a customer, locked for a transaction."""

from __future__ import annotations

from ivr.engine import session as sessions
from ivr.floor.offers import TooLate, lock_offer
from ivr.floor.transaction import Transaction
from ivr.store import calls, floor
from ivr.store.floor import OfferRow

OVER = "This call is over."


def current_call(tx: Transaction, agent_id: str, call_sid: str) -> OfferRow:
    """Raises TooLate, also for one who is only asked: the call is the other agent's."""
    calls.lock_row(tx.connection, call_sid)
    found = floor.live_offer_of_agent(tx.connection, agent_id)
    if found is None or found.call_sid != call_sid:
        raise TooLate(OVER)
    offer = lock_offer(tx, found.id)
    if offer is None or offer.agent_id != agent_id:
        raise TooLate(OVER)
    if offer.kind != floor.CALL:
        raise TooLate("This call belongs to the agent who asks you.")
    if offer.state != "connected":
        raise TooLate(OVER if offer.state not in floor.LIVE_OFFER_STATES else "You are not connected yet.")
    row = calls.find(tx.connection, call_sid)
    if row is None or row.ended_at is not None:
        raise TooLate("The customer has hung up.")
    if row.status != sessions.TALKING:
        raise TooLate("The customer is not on the line yet.")
    return offer
